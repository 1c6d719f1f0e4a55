// The page itself, on a document made of little, while /api/v1/info does not answer: node trouble.mjs
import assert from 'node:assert/strict';
import {Element, document} from './document.mjs';
import {Time} from './time.mjs';

const time = new Time(1000);
const byId = id => document.getElementById(id) ?? assert.fail('index.html has no #' + id);
const shown = id => byId(id).textContent;

let source;
const paths = [];
const asked = path => paths.filter(each => each === path).length;
// What the server says of itself, and of the rest; null: it does not answer.
let info = null;
let answer = () => new Response(null, {status: 204});
const page = new EventTarget();
const world = {
  window: globalThis,
  HTMLElement: Element,
  devicePixelRatio: 1,
  getComputedStyle: () => ({color: '#000'}),
  Path2D: class { moveTo() {} lineTo() {} rect() {} arc() {} addPath() {} },
  removeEventListener: (name, act) => page.removeEventListener(name, act),
  dispatchEvent: event => page.dispatchEvent(event),
  CustomEvent: Event,
  performance: {now: () => time.at},
  document,
  location: {hash: '', pathname: '/', search: '', hostname: 'h'},
  history: {replaceState() {}},
  localStorage: {getItem: () => null, setItem() {}},
  matchMedia: () => ({matches: false, addEventListener() {}, removeEventListener() {}}),
  addEventListener: (name, act) => page.addEventListener(name, act),
  scrollTo() {},
  requestAnimationFrame: act => time.later(act, 16),
  setTimeout: (act, millis) => time.later(act, millis),
  setInterval: (act, millis) => time.later(act, millis, millis),
  clearTimeout: timer => time.never(timer),
  clearInterval: timer => time.never(timer),
  navigator: {language: 'en'},
  SharedWorker: undefined,
  ResizeObserver: class { observe() {} },
  EventSource: class {
    constructor() { Object.assign(this, {on: {}}); source = this; }
    addEventListener(name, act) { this.on[name] = act; }
    close() {}
  },
  fetch: async path => {
    paths.push(path);
    const found = path === 'api/v1/info' ? info && Response.json(info) : await answer(path);
    if (!found) throw new TypeError('away');
    return found;
  },
};
// Some are there already, and not to be assigned.
for (const [name, value] of Object.entries(world)) Object.defineProperty(globalThis, name, {value, configurable: true, writable: true});
AbortSignal.timeout = () => new AbortController().signal;

await import('../../../src/fil/heartbeat/dashboard/web/app.js');
const T0 = Date.parse('2026-01-02T03:04:05Z');
const tell = (name, data, lastEventId = '') => source.on[name]({data: JSON.stringify(data), lastEventId});
// The cursor that the page is at, and what is told of alerts.
let cursor = 'r.1';
let told = {alerts: null, alertsOff: true};
const clock = () => tell('clock', {now: new Date(T0 + time.at).toISOString(), cursor, nodes: 5, ...told});
async function live(seconds) {
  for (let i = 0; i < seconds; i += 3) {
    await time.pass(3000);
    clock();
  }
}
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
await live(60);
assert.match(shown('unlisted'), /is not loaded yet/);
assert.ok(asked('api/v1/info') >= 5 && asked('api/v1/info') <= 7, asked('api/v1/info') + ' questions in a minute');

// An answer without states, as of an older server, is no end of it.
info = {alerts: false};
await time.pass(30000);
assert.match(shown('unlisted'), /is not loaded yet/);

// With the states, it shows what they mean.
info = {alerts: false, states: [['silent', true], ['forked', true], ['unknown', false], ['ok', false]].map(([state, trouble]) => ({state, trouble, meaning: `It is ${state}.`})), thresholds: {}};
await time.pass(31000);
assert.equal(shown('unlisted'), '');
assert.equal(shown('verdict'), '2 of 5 nodes are in trouble.');
assert.deepEqual([lines(), chips()], [['silent', 'forked'], ['silent', 'forked', 'unknown', 'ok']]);
assert.doesNotMatch(shown('legend'), /Loading…/);
// Also of what was there before.
assert.deepEqual(byId('trouble').children.map(each => each.children[0].title), ['It is silent.', 'It is forked.']);
assert.equal(byId('states').children[0].title, 'It is silent. Choose to show only these.');

// A server whose own status does not come any more is not one without faults.
info = null;
await live(60);
assert.match(shown('unlisted'), /could not be loaded/);

// A hidden tab has no frames; its title counts all the same, also what came just before it was hidden.
await time.pass(100);
let framed = 0;
globalThis.requestAnimationFrame = () => { framed++; };
const delta = (id, state) => {
  tell('delta', {nodes: [{peerId: id, expectedName: 'n-' + id, head: null, state, stateSince: '2026-01-02T03:05:00Z'}], removed: []}, cursor = 'r.2');
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
globalThis.requestAnimationFrame = world.requestAnimationFrame;

// What no node reports has no column and no filter; the first that reports brings them, and who is ready is asked for.
const columns = () => byId('head').children.filter(each => !each.hidden).map(each => each.textContent);
const upgradesAsked = () => asked('api/v1/upgrades');
assert.deepEqual([columns().includes('Peers'), columns().includes('Final'), byId('reported').hidden, upgradesAsked()], [false, false, true, 0]);
const upgrade = {height: 100, name: 'Fire', at: '2026-01-03T03:04:05.000Z', leftSeconds: 1, ready: 1, notReady: ['b'], notReadyCount: 1500, unknown: 3};
const basis = {voters: 'open', reference: false};
answer = () => Response.json({networks: [{network: 'n', upgrades: [upgrade]}]});
tell('consensus', {networks: [{network: 'n', genesisCid: null, bestHeight: 90, voters: 2, inConsensus: 2, inDispute: 0, basis, sides: [],
  finality: {nodes: 1, lag: 9, finalizedHeight: 81, stalled: false, conflict: {height: 80, smaller: ['b'], larger: ['reference glif']}},
  releases: [{client: 'lotus', release: '1.36.0', nodes: 2}]}]});
tell('delta', {nodes: [{peerId: 'a', client: 'lotus', version: '1.36.0+x', peers: 0, upgradeReady: true}, {peerId: 'b', network: 'n', finalityLag: 9, upgradeReady: false}], removed: []}, cursor = 'r.3');
await time.pass(3000);
assert.deepEqual([columns().includes('Peers'), columns().includes('Final'), columns().includes('Balance'), byId('reported').hidden, upgradesAsked()], [true, true, false, false, 1]);
assert.match(shown('reported'), /^All clientslotus \(1\)All versions1\.36\.0 \(1\)Not ready 1$/);
const row = id => byId('rows').children.find(each => each.dataset.id === id).textContent;
assert.match(row('a'), /0lotus 1\.36\.0/);
assert.match(row('b'), /9 ep––/);
assert.match(shown('networks'), /Finality lag9 epochstwo tipsets final at 80n-b, reference glif/);
assert.match(shown('networks'), /Versionslotus 1\.36\.0 · 2UpgradeFire at 100, in 2\d h1 ready · 1,500 not readyn-b and 1,499 more3 not reported/);
// A row says what its node lacks, and so does the page of the node.
const titles = id => byId('rows').children.find(each => each.dataset.id === id).children.map(each => each.title);
assert.equal(titles('b').filter(each => /; lacks Fire at epoch 100, in 2\d h$/.test(each)).length, 1);
assert.deepEqual(titles('a').filter(each => /lacks/.test(each)), []);
const answered = answer;
answer = () => new Response(null, {status: 204});
location.hash = '#/node/b';
page.dispatchEvent(new Event('popstate'));
await time.pass(1000);
assert.match(shown('view-node'), /Readyno: it lacks Fire at epoch 100, in 2\d h/);
answer = answered;
location.hash = '#/';
page.dispatchEvent(new Event('popstate'));
assert.equal(byId('networks').querySelectorAll('a').map(each => each.href).join(), '#/node/b,#/?client=lotus&version=1.36.0,#/node/b,#/?notReady=true');
await live(30);
assert.equal(upgradesAsked(), 1);
await live(60);
assert.equal(upgradesAsked(), 2);
answer = () => null;
await live(90);
assert.match(shown('networks'), /1,500 not readyn-b/);
// An answer that does not come again and again leaves nothing to rely on, and so do nodes that report nothing any more.
for (let seconds = 120; seconds <= 240; seconds += 30) await live(seconds);
assert.doesNotMatch(shown('networks'), /not ready/);
assert.match(shown('networks'), /Upgradenot loaded$/);
answer = () => Response.json({networks: [{network: 'n', upgrades: [upgrade]}]});
for (const seconds of [270, 300]) await live(seconds);
assert.match(shown('networks'), /1,500 not readyn-b/);
const reports = {client: 'lotus', version: '1.36.0+x', peers: 0, upgradeReady: true};
const nothing = Object.fromEntries(Object.keys(reports).map(each => [each, null]));
tell('delta', {nodes: [{peerId: 'a', ...nothing}, {peerId: 'b', finalityLag: 9, upgradeReady: null}], removed: []}, cursor = 'r.4');
await live(330);
assert.doesNotMatch(shown('networks'), /not ready/);
assert.match(shown('networks'), /Upgradenot reported$/);
tell('delta', {nodes: [{peerId: 'a', ...reports}, {peerId: 'b', finalityLag: 9, upgradeReady: false}], removed: []}, cursor = 'r.5');
answer = () => new Response(null, {status: 204});

// A node's page is loaded once when it is opened, and once more when the server begins to raise alerts or one of its own changes.
const go = hash => {
  location.hash = hash;
  page.dispatchEvent(new Event('popstate'));
};
const alert = (peerId, status = 'firing') => tell('alert', {id: 'x-' + peerId, peerId, rule: 'NodeForked', severity: 'critical', status, summary: 'it forked', activeAt: '2026-01-02T03:05:00Z', labels: {}, sentTo: []});
const loads = async () => {
  await time.pass(1000);
  return paths.splice(0).filter(each => each === 'api/v1/nodes/a').length;
};
paths.length = 0;
clock();
go('#/node/a');
assert.equal(await loads(), 1);
clock();
assert.equal(await loads(), 0);
told = {alerts: {firing: 0, acknowledged: 0, pending: 0}};
clock();
assert.equal(await loads(), 1);
alert('a');
assert.equal(await loads(), 1);
alert('b');
assert.equal(await loads(), 0);
go('#/node/b');
go('#/node/a');
assert.equal(await loads(), 1);
alert('b', 'pending');
assert.equal(await loads(), 0);

// A history that could not be loaded again is shown for the times that it was loaded for. A 404 of a node that is there is a failure.
const history = {points: [{t: new Date(T0).toISOString(), state: 'ok', lagEpochs: 0, longestGapSeconds: 1, finalityLag: null, peers: 0, balance: null}]};
const node = {peerId: 'c', state: 'silent', firstSeen: '2025-12-01T00:00:00Z'};
let missing = [];
answer = path => {
  const part = /^api\/v1\/nodes\/\w+(?:\/(\w+))?/.exec(path);
  if (!part) return Response.json({alerts: [], silences: []});
  const name = part[1] ?? 'node';
  if (missing.includes(name)) return Response.json({title: 'Not found'}, {status: 404});
  return Response.json({node, history, changes: {changes: []}, connections: {connections: []}}[name]);
};
const past = () => byId('view-node').querySelector('.past').textContent;
const axis = () => byId('view-node').querySelectorAll('.axis span').map(each => each.textContent);
go('#/node/c');
await time.pass(1000);
const first = axis();
// A chart of what it reported, and none of what it did not.
assert.deepEqual(byId('view-node').querySelectorAll('.plot .u-title').map(each => each.textContent.split(/[:,]/)[0]), ['Lag', 'Longest gap between beats', 'Peers']);
assert.deepEqual([first.at(-1), /could not/i.test(shown('view-node'))], ['now', false]);
missing = ['history'];
await live(600);
assert.deepEqual(axis().slice(0, 2), first.slice(0, 2));
assert.match(axis().at(-1), /^\d\d:\d\d:\d\d$/);
assert.ok(past().includes(`Could not be loaded; shown as of ${axis().at(-1)}.`), past());
missing = ['changes'];
await live(60);
assert.match(shown('view-node'), /Changes of stateCould not be loaded\.ConnectionsNone recorded\./);
// It has no point that it had not, and ends now all the same.
assert.equal(axis().at(-1), 'now');
const second = axis();
assert.notDeepEqual(second, first);
await live(600);
assert.notDeepEqual(axis(), second);
// Not even a 404 of the node says that there is nothing of it while the feed has it.
missing = ['node', 'history', 'changes', 'connections'];
go('#/node/d');
await time.pass(1000);
assert.match(past(), /Could not be loaded\.$/);
assert.match(shown('view-node'), /Changes of stateCould not be loaded\.ConnectionsCould not be loaded\./);
// One that nobody knows is none.
go('#/node/nobody');
await time.pass(1000);
assert.match(shown('view-node'), /No node with this peer id/);
assert.doesNotMatch(shown('view-node'), /Could not be loaded/);

// A chain that could not be loaded again stays, marked as of before, and one that never was is not silent either.
const lanes = height => ({networks: [{network: 'n', lanes: [{height, heads: [{cids: ['x'], side: 0, count: 1, nodes: ['a']}], p50Millis: null, p90Millis: null}]}]});
const looks = () => [shown('chain-note'), ...['lanes', 'spread', 'who'].map(id => byId(id).classList.contains('old'))];
answer = () => null;
assert.equal(shown('chain-note'), 'Loading…');
go('#/chain');
await time.pass(10);
assert.deepEqual(looks(), ['Could not be loaded.', true, true, true]);
answer = () => Response.json(lanes(7));
await live(6);
assert.deepEqual(looks(), ['', false, false, false]);
answer = () => new Response('', {status: 502});
await live(60);
assert.match(shown('lanes'), /^71 node/);
const [note, ...old] = looks();
assert.match(note, /^Could not be loaded; shown as of \d\d:\d\d:\d\d\.$/);
assert.deepEqual(old, [true, true, true]);
answer = () => Response.json(lanes(8));
await live(6);
assert.deepEqual([shown('lanes'), ...looks()], ['81 node', '', false, false, false]);
// One question at a time: an answer that comes late is of before.
let late;
answer = () => new Promise(done => { late = done; });
paths.length = 0;
await live(30);
assert.equal(paths.filter(path => path.startsWith('api/v1/chain')).length, 1);
late(Response.json(lanes(9)));
answer = () => Response.json({alerts: [], silences: []});

// What is said of alerts is drawn once a change.
go('#/alerts');
await time.pass(100);
const words = byId('view-alerts').querySelector('.why');
let drawn = 0;
Object.defineProperty(words, 'textContent', {get: () => { drawn++; return ''; }, set() {}});
alert('a', 'acknowledged');
await time.pass(20);
assert.equal(drawn, 1);
go('#/');

// Silences and past alerts that could not be loaded are not none; what was loaded stays.
const {AlertHistory, Silences} = await import('../../../src/fil/heartbeat/dashboard/web/alert-history.js');
for (const [made, empty, none] of [[new Silences({nodes: new Map()}, () => T0, () => {}), {silences: []}, 'None.'], [new AlertHistory(() => T0), {alerts: [], next: null}, 'No resolved alerts yet.']]) {
  for (const [told, text] of [[null, 'Could not be loaded.'], [empty, none], [null, 'Could not be loaded.' + none], [empty, none]]) {
    answer = () => told && Response.json(told);
    await made.load();
    assert.equal((made.lost.hidden ? '' : made.lost.textContent) + made.body.textContent, text);
  }
}

console.log('seen: done');
