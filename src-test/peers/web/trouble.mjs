// The page itself, on a document made of little, while /api/v1/info does not answer: node trouble.mjs
import assert from 'node:assert/strict';
import {document} from './document.mjs';
import {Time} from './time.mjs';

const time = new Time(1000);
const byId = id => document.getElementById(id) ?? assert.fail('index.html has no #' + id);
const shown = id => byId(id).textContent;

let source;
let asked = 0;
// null: it does not answer.
let info = null;
const page = new EventTarget();
const world = {
  performance: {now: () => time.at},
  document,
  location: {hash: '', pathname: '/', search: '', hostname: 'h'},
  history: {replaceState() {}},
  localStorage: {getItem: () => null, setItem() {}},
  matchMedia: () => ({matches: false, addEventListener() {}}),
  addEventListener: (name, act) => page.addEventListener(name, act),
  scrollTo() {},
  requestAnimationFrame: act => time.later(act, 16),
  setTimeout: (act, millis) => time.later(act, millis),
  setInterval: (act, millis) => time.later(act, millis, millis),
  clearTimeout: timer => time.never(timer),
  clearInterval: timer => time.never(timer),
  navigator: {},
  SharedWorker: undefined,
  EventSource: class {
    constructor() { Object.assign(this, {on: {}}); source = this; }
    addEventListener(name, act) { this.on[name] = act; }
    close() {}
  },
  fetch: async path => {
    if (path !== 'api/v1/info') return new Response(null, {status: 204});
    asked++;
    if (!info) throw new TypeError('away');
    return Response.json(info);
  },
};
// Some are there already, and not to be assigned.
for (const [name, value] of Object.entries(world)) Object.defineProperty(globalThis, name, {value, configurable: true, writable: true});
AbortSignal.timeout = () => new AbortController().signal;

await import('../../../src/fil/heartbeat/dashboard/web/app.js');
const T0 = Date.parse('2026-01-02T03:04:05Z');
const tell = (name, data, lastEventId = '') => source.on[name]({data: JSON.stringify(data), lastEventId});
const states = {a: 'ok', b: 'forked', c: 'silent', d: 'ok', e: 'unknown'};
tell('snapshot', {nodes: Object.entries(states).map(([peerId, state]) => ({peerId, expectedName: 'n-' + peerId, head: null, state, stateSince: '2026-01-02T03:04:00Z'})), heads: [], more: false});
tell('clock', {now: new Date(T0).toISOString(), whole: true, cursor: 'r.1', nodes: 5, alerts: null, alertsOff: true}, 'r.1');
await time.pass(300);
const chips = () => byId('states').children.map(each => each.dataset.state);
const lines = () => byId('trouble').children.map(each => each.dataset.state);

// Live, and nothing is hidden.
assert.equal(shown('link'), 'live');
assert.equal(shown('verdict'), '3 of 5 nodes are not ok.');
assert.deepEqual([lines(), chips()], [['forked', 'silent', 'unknown'], ['forked', 'silent', 'unknown', 'ok']]);
assert.deepEqual([shown('count'), shown('trouble-count'), document.title], ['5 nodes', '3', '(3) Filecoin Heartbeat']);
assert.match(byId('trouble').textContent, /n-b/);
assert.match(shown('legend'), /Loading…/);
// Whether alerts are raised the feed says.
assert.match(shown('view-alerts'), /Alerts are off/);

// It goes on asking, and says so.
for (let i = 0; i < 20; i++) {
  await time.pass(3000);
  tell('clock', {now: new Date(T0 + time.at).toISOString(), cursor: 'r.1', nodes: 5, alerts: null, alertsOff: true});
}
assert.equal(byId('unlisted').hidden, false);
assert.ok(asked >= 5 && asked <= 7, asked + ' questions in a minute');

// An answer without states, as of an older server, is no end of it.
info = {alerts: false};
await time.pass(30000);
assert.equal(byId('unlisted').hidden, false);

// With the states, it shows what they mean.
info = {alerts: false, states: [['silent', true], ['forked', true], ['unknown', false], ['ok', false]].map(([state, trouble]) => ({state, trouble, meaning: `It is ${state}.`})), thresholds: {}};
await time.pass(31000);
assert.equal(byId('unlisted').hidden, true);
assert.equal(shown('verdict'), '2 of 5 nodes are in trouble.');
assert.deepEqual([lines(), chips()], [['silent', 'forked'], ['silent', 'forked', 'unknown', 'ok']]);
assert.doesNotMatch(shown('legend'), /Loading…/);
// Also of what was there before.
assert.deepEqual(byId('trouble').children.map(each => each.children[0].title), ['It is silent.', 'It is forked.']);
assert.equal(byId('states').children[0].title, 'It is silent. Choose to show only these.');

// A server whose own status does not come any more is not one without faults.
info = null;
for (let i = 0; i < 20; i++) {
  await time.pass(3000);
  tell('clock', {now: new Date(T0 + time.at).toISOString(), cursor: 'r.1', nodes: 5, alerts: null, alertsOff: true});
}
assert.equal(byId('unlisted').hidden, false);
assert.match(shown('unlisted'), /could not be loaded/);

// A hidden tab has no frames; its title counts all the same, also what came just before it was hidden.
await time.pass(100);
let framed = 0;
globalThis.requestAnimationFrame = () => { framed++; };
const delta = (id, state) => {
  tell('delta', {nodes: [{peerId: id, expectedName: 'n-' + id, head: null, state, stateSince: '2026-01-02T03:05:00Z'}], removed: []}, 'r.2');
};
delta('a', 'silent');
assert.equal(document.title, '(2) Filecoin Heartbeat');
document.hidden = true;
document.dispatchEvent(new Event('visibilitychange'));
await time.pass(500);
assert.equal(document.title, '(3) Filecoin Heartbeat');
delta('d', 'forked');
await time.pass(1500);
assert.equal(document.title, '(4) Filecoin Heartbeat');
assert.equal(framed, 1);
document.hidden = false;

// Silences and past alerts that could not be loaded are not none; what was loaded stays.
const {AlertHistory, Silences} = await import('../../../src/fil/heartbeat/dashboard/web/alert-history.js');
let answer = null;
globalThis.fetch = async () => {
  if (!answer) throw new TypeError('away');
  return Response.json(answer);
};
for (const [made, empty, none] of [[new Silences({nodes: new Map()}, () => T0, () => {}), {silences: []}, 'None.'], [new AlertHistory(() => T0), {alerts: [], next: null}, 'No resolved alerts yet.']]) {
  for (const [told, text] of [[null, 'Could not be loaded.'], [empty, none], [null, 'Could not be loaded.' + none], [empty, none]]) {
    answer = told;
    await made.load();
    assert.equal((made.notLoaded.hidden ? '' : made.notLoaded.textContent) + made.body.textContent, text);
  }
}

console.log('seen: done');
