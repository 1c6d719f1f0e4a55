// The page itself, on a document made of little, while /api/v1/info does not answer: node trouble.mjs
import assert from 'node:assert/strict';

const turn = () => new Promise(done => setImmediate(done));

// As much of an element as the page needs for what is looked at here.
class Element {
  constructor(name) {
    Object.assign(this, {tagName: name.toUpperCase(), nodes: [], dataset: {}, title: '', className: '', hidden: false, attributes: {}, on: {}, scrollTop: 0, clientHeight: 600, parent: null});
    this.style = {setProperty() {}};
    const names = () => this.className.split(' ').filter(Boolean);
    this.classList = {
      contains: each => names().includes(each),
      toggle: (each, wanted = !names().includes(each)) => { this.className = [...names().filter(other => other !== each), ...wanted ? [each] : []].join(' '); },
    };
  }

  get children() { return this.nodes.filter(each => each instanceof Element); }

  get firstChild() { return this.nodes[0] ?? null; }

  get lastChild() { return this.nodes.at(-1) ?? null; }

  get lastElementChild() { return this.children.at(-1) ?? null; }

  get textContent() { return this.nodes.map(each => each.textContent ?? each).join(''); }

  set textContent(text) { this.nodes = [String(text)]; }

  append(...more) {
    for (const each of more) {
      if (each instanceof Element) {
        each.remove();
        each.parent = this;
      }
      this.nodes.push(each);
    }
  }

  insertBefore(made, at) {
    made.remove();
    made.parent = this;
    this.nodes.splice(at ? this.nodes.indexOf(at) : this.nodes.length, 0, made);
  }

  remove() {
    if (this.parent) this.parent.nodes = this.parent.nodes.filter(each => each !== this);
    this.parent = null;
  }

  replaceChildren(...more) {
    this.nodes = [];
    this.append(...more);
  }

  setAttribute(name, value) { this.attributes[name] = String(value); }

  getAttribute(name) { return this.attributes[name] ?? null; }

  removeAttribute(name) { delete this.attributes[name]; }

  addEventListener(name, act) {
    const before = this.on[name];
    this.on[name] = event => { before?.(event); act(event); };
  }

  matches(look) { return look.startsWith('.') && this.classList.contains(look.slice(1)); }

  querySelectorAll(look) { return this.children.flatMap(each => [...each.matches(look) ? [each] : [], ...each.querySelectorAll(look)]); }

  // What index.html has, and is not of interest, is made when it is looked for.
  querySelector(look) {
    const found = this.querySelectorAll(look)[0];
    return found ?? (look.startsWith('.') ? null : byId(look.replace('#', '')));
  }

  closest() { return null; }

  contains() { return false; }

  focus() {}

  getBoundingClientRect() { return {top: 0, left: 0, width: 1200, height: 600}; }
}

const ids = new Map();
const byId = id => {
  if (!ids.has(id)) ids.set(id, Object.assign(new Element('div'), {value: ''}));
  return ids.get(id);
};
const shown = id => byId(id).textContent;

// Time goes on when it is said to.
let now = 1000;
let timers = [];
const later = (act, millis, every) => {
  const timer = {act, at: now + (millis ?? 0), every};
  timers.push(timer);
  return timer;
};
async function pass(millis) {
  const end = now + millis;
  for (;;) {
    for (let i = 0; i < 5; i++) await turn();
    const next = timers.filter(each => each.at <= end).sort((a, b) => a.at - b.at)[0];
    if (!next) break;
    now = Math.max(now, next.at);
    if (next.every) next.at = now + next.every;
    else timers = timers.filter(each => each !== next);
    next.act();
  }
  now = end;
}

let source;
let asked = 0;
// null: it does not answer.
let info = null;
const never = timer => { timers = timers.filter(each => each !== timer); };
const world = {
  performance: {now: () => now},
  document: Object.assign(new Element('document'), {title: '', hidden: false, documentElement: new Element('html'), body: new Element('body'), getElementById: byId, createElement: name => new Element(name)}),
  location: {hash: '', pathname: '/', search: '', hostname: 'h'},
  history: {replaceState() {}},
  localStorage: {getItem: () => null, setItem() {}},
  matchMedia: () => ({matches: false, addEventListener() {}}),
  addEventListener() {},
  scrollTo() {},
  requestAnimationFrame: act => later(act, 16),
  setTimeout: (act, millis) => later(act, millis),
  setInterval: (act, millis) => later(act, millis, millis),
  clearTimeout: never,
  clearInterval: never,
  navigator: {},
  SharedWorker: undefined,
  EventSource: class {
    constructor() { Object.assign(this, {on: {}}); source = this; }
    addEventListener(name, act) { this.on[name] = act; }
    close() {}
  },
  fetch: async path => {
    if (path !== 'api/v1/info') return {ok: true, status: 204, json: async () => ({})};
    asked++;
    if (!info) throw new TypeError('away');
    return {ok: true, status: 200, json: async () => info};
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
await pass(300);
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
  await pass(3000);
  tell('clock', {now: new Date(T0 + now).toISOString(), cursor: 'r.1', nodes: 5, alerts: null, alertsOff: true});
}
assert.equal(byId('unlisted').hidden, false);
assert.ok(asked >= 5 && asked <= 7, asked + ' questions in a minute');

// An answer without states, as of an older server, is no end of it.
info = {alerts: false};
await pass(30000);
assert.equal(byId('unlisted').hidden, false);

// With the states, it shows what they mean.
info = {alerts: false, states: [['silent', true], ['forked', true], ['unknown', false], ['ok', false]].map(([state, trouble]) => ({state, trouble, meaning: `It is ${state}.`})), thresholds: {}};
await pass(31000);
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
  await pass(3000);
  tell('clock', {now: new Date(T0 + now).toISOString(), cursor: 'r.1', nodes: 5, alerts: null, alertsOff: true});
}
assert.equal(byId('unlisted').hidden, false);
assert.match(shown('unlisted'), /could not be loaded/);

// A hidden tab has no frames; its title counts all the same, also what came just before it was hidden.
await pass(100);
let framed = 0;
globalThis.requestAnimationFrame = () => { framed++; };
const delta = (id, state) => {
  tell('delta', {nodes: [{peerId: id, expectedName: 'n-' + id, head: null, state, stateSince: '2026-01-02T03:05:00Z'}], removed: []}, 'r.2');
};
delta('a', 'silent');
assert.equal(document.title, '(2) Filecoin Heartbeat');
document.hidden = true;
document.on.visibilitychange();
await pass(500);
assert.equal(document.title, '(3) Filecoin Heartbeat');
delta('d', 'forked');
await pass(1500);
assert.equal(document.title, '(4) Filecoin Heartbeat');
assert.equal(framed, 1);
document.hidden = false;

// Silences and past alerts that could not be loaded are not none; what was loaded stays.
const {AlertHistory, Silences} = await import('../../../src/fil/heartbeat/dashboard/web/alert-history.js');
let answer = null;
globalThis.fetch = async () => {
  if (!answer) throw new TypeError('away');
  return {ok: true, status: 200, json: async () => answer};
};
for (const [made, empty, none] of [[new Silences({nodes: new Map()}, () => T0, () => {}), {silences: []}, 'None.'], [new AlertHistory(() => T0), {alerts: [], next: null}, 'No resolved alerts yet.']]) {
  for (const [told, text] of [[null, 'Could not be loaded.'], [empty, none], [null, 'Could not be loaded.' + none], [empty, none]]) {
    answer = told;
    await made.load();
    assert.equal((made.notLoaded.hidden ? '' : made.notLoaded.textContent) + made.body.textContent, text);
  }
}

console.log('seen: done');
