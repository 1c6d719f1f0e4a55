// The parts of the page that need no browser: node modules.mjs
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {before, sent, suppressed} from '../../../src/fil/heartbeat/dashboard/web/alerts.js';
import {Clock} from '../../../src/fil/heartbeat/dashboard/web/clock.js';
import {workerOf} from '../../../src/fil/heartbeat/dashboard/web/feed.js';
import {keep, kept} from '../../../src/fil/heartbeat/dashboard/web/keep.js';
import {Model} from '../../../src/fil/heartbeat/dashboard/web/model.js';
import {pastOf} from '../../../src/fil/heartbeat/dashboard/web/node.js';
import {targetOf} from '../../../src/fil/heartbeat/dashboard/web/snippets.js';
import {read, write} from '../../../src/fil/heartbeat/dashboard/web/route.js';
import {filtersOf, fits, isFiltered} from '../../../src/fil/heartbeat/dashboard/web/filters.js';
import {arranged} from '../../../src/fil/heartbeat/dashboard/web/table.js';
import {clientOf, fil, filNumber, lowestBalance, nextProof, proofSentence, proofWords, reported} from '../../../src/fil/heartbeat/dashboard/web/extras.js';
import {reportedOf} from '../../../src/fil/heartbeat/dashboard/web/reported.js';
import {showOld, showTroubled} from '../../../src/fil/heartbeat/dashboard/web/sign.js';
import {ago, colourOf, many, shortHead, span, summaryOf} from '../../../src/fil/heartbeat/dashboard/web/format.js';
import {NOTES, areKnown, gravestFirst, isTrouble, learn, listsStates, markOf, meaningOf, rankOf, startingWords} from '../../../src/fil/heartbeat/dashboard/web/states.js';

// A snapshot counts when it is whole, alerts and all; the first is shown as it comes.
const model = new Model();
const node = (peerId, head, more = {}) => ({peerId, head, state: 'ok', ...more});
const none = {firing: 0, acknowledged: 0, pending: 0};
const whole = (cursor, nodes, alerts = none) => model.take('clock', {now: 't', whole: true, cursor, nodes, alerts}, cursor);
assert.equal(model.take('snapshot', {nodes: [node('a', 1)], heads: [{id: 1, cids: ['x']}], more: true}), 'part');
assert.deepEqual([...model.nodes.keys()], ['a']);
assert.equal(model.take('snapshot', {nodes: [node('b', 1)], heads: [], more: false}), 'part');
assert.deepEqual([...model.nodes.keys()], ['a', 'b']);
assert.deepEqual([model.known, model.cursor], [false, null]);
assert.equal(whole('r.1', 2), 'all');
assert.deepEqual([model.known, model.alertsKnown, model.cursor, model.fault], [true, true, 'r.1', null]);

// A delta changes the members it names, and beats stay.
model.take('rows', {rows: [{peerId: 'a', lastBeat: 't', beats: 3}, {peerId: 'stranger', beats: 1}]});
model.take('delta', {nodes: [{peerId: 'a', state: 'forked'}], removed: ['b']}, 'r.2');
assert.deepEqual(model.nodes.get('a'), {peerId: 'a', head: 1, state: 'forked', lastBeat: 't', beats: 3});
assert.equal(model.nodes.size, 1);

// A later snapshot replaces all at once, with what is told behind it: who is not in it is gone, what is not in it of the others stays.
assert.equal(model.take('snapshot', {nodes: [node('c', 2)], heads: [{id: 2, cids: ['y']}], more: true}), null);
model.take('snapshot', {nodes: [node('a', 2)], heads: [], more: false});
assert.equal(model.take('delta', {nodes: [node('d', 2)], removed: []}), null);
assert.equal(model.take('alert', {id: 'x', status: 'firing'}), null);
assert.deepEqual([...model.nodes.keys()], ['a']);
assert.equal(model.alerts.size, 0);
// One that is cut counts for nothing.
model.opened();
model.take('snapshot', {nodes: [node('c', 2), node('a', 2)], heads: [{id: 2, cids: ['y']}], more: false});
whole('r.3', 2);
assert.deepEqual([...model.nodes.keys()], ['c', 'a']);
assert.equal(model.nodes.get('a').beats, 3);
assert.deepEqual([...model.heads.keys()], [2]);

// Heads are bounded; those in use and the newest stay.
for (let id = 3; id < 10000; id++) model.take('head', {id, cids: ['y']});
assert.ok(model.heads.size < 2000);
assert.ok(model.heads.has(2) && model.heads.has(9999) && model.heads.has(9500) && !model.heads.has(3));

// Alerts that are over, or gone, are no more among them.
assert.equal(model.take('alert', {id: 'x', status: 'pending'}), 'alerts');
model.take('alert', {id: 'x', status: 'firing'});
model.take('alert', {id: 'y', status: 'firing'});
model.take('alert', {id: 'z', status: 'firing'});
model.take('alert', {id: 'y', status: 'resolved'});
model.take('alert', {id: 'z', status: 'pending', gone: true});
assert.deepEqual([...model.alerts], [['x', {id: 'x', status: 'firing'}]]);

// What a newcomer is told makes the same model.
const other = new Model();
for (const [name, data, cursor] of model.events('t')) other.take(name, data, cursor);
assert.deepEqual([...other.nodes], [...model.nodes]);
assert.deepEqual([...other.alerts], [...model.alerts]);
assert.deepEqual([other.known, other.cursor, other.fault], [true, 'r.3', null]);

// When it is whole, alerts that were not told again are gone, and not before; when nobody knows the alerts, they stay.
model.opened();
model.take('delta', {nodes: [], removed: []}, 'r.4');
model.take('alert', {id: 'w', status: 'firing'});
assert.deepEqual([...model.alerts.keys()], ['x', 'w']);
whole('r.4', 2, null);
assert.deepEqual([...model.alerts.keys(), model.alertsKnown], ['x', 'w', false]);
model.opened();
model.take('alert', {id: 'w', status: 'firing'});
whole('r.4', 2, {...none, firing: 1});
assert.deepEqual([...model.alerts.keys(), model.alertsKnown], ['w', true]);
model.take('snapshot', {nodes: [node('a', 2)], heads: [], more: false});
whole('r.5', 1);
assert.equal(model.alerts.size, 0);
assert.equal(model.take('unheard of', {}), null);
assert.equal(model.take('constructor', {}), null);

// A model that was damaged notices with the next clock, whatever it lost.
const clock = (more = {}) => model.take('clock', {now: 't', cursor: 'r.6', nodes: 2, alerts: {...none, pending: 1}, ...more});
const healthy = () => {
  model.forget();
  model.take('snapshot', {nodes: [node('a', 2), node('b', 2)], heads: [], more: false});
  model.take('alert', {id: 'x', status: 'pending'});
  whole('r.6', 2, {...none, pending: 1});
  clock();
  assert.equal(model.fault, null);
};
const damages = {
  nodes: () => model.nodes.delete('a'),
  alerts: () => model.alerts.delete('x'),
  place: () => { model.cursor = 'r.5'; },
};
for (const [fault, damage] of Object.entries(damages)) {
  healthy();
  damage();
  assert.equal(model.fault, null);
  clock();
  assert.equal(model.fault, fault);
}
healthy();
model.alerts.get('x').status = 'firing';
clock();
assert.equal(model.fault, 'alerts');
healthy();
// A server without alerts counts none; an older one counts nothing.
clock({alerts: null});
model.take('clock', {now: 't'});
assert.equal(model.fault, null);

// Addresses.
for (const address of ['#/', '#/chain', '#/alerts', '#/node/12D3', '#/?q=a+b&state=ok,forked&sort=-height', '#/node/a%2Fb?state=ok']) {
  const {view, node: id, query} = read(address);
  assert.equal(write(view, id, query), address);
}
for (const bad of ['', '#', '#/nowhere', '#/node/', '#/node/%ff', '#node']) assert.equal(read(bad).view, 'nodes', bad);

// An address to dial: the announced one, else the name in the address bar instead of every interface.
assert.equal(targetOf(['/ip4/0.0.0.0/tcp/1/p2p/X', '/dns4/agg.test/tcp/1/p2p/X'], 'h'), '/dns4/agg.test/tcp/1/p2p/X');
assert.equal(targetOf(['/ip4/0.0.0.0/tcp/1/p2p/X'], 'agg.test'), '/dns4/agg.test/tcp/1/p2p/X');
assert.equal(targetOf(['/ip4/0.0.0.0/tcp/1/p2p/X'], '10.0.0.1'), '/ip4/10.0.0.1/tcp/1/p2p/X');
assert.equal(targetOf(['/ip6/::/tcp/1/p2p/X'], '[::1]'), '/ip6/::1/tcp/1/p2p/X');
assert.equal(targetOf(['/ip4/10.0.0.2/tcp/1/p2p/X'], 'h'), '/ip4/10.0.0.2/tcp/1/p2p/X');

// Words.
assert.equal(many(1, 'epoch'), '1 epoch');
assert.equal(many(1000, 'epoch'), '1,000 epochs');
assert.deepEqual([-1, 119, 120, 7200, 172800].map(span), ['0 s', '119 s', '2 min', '2 h', '2 d']);
assert.equal(ago(null, 0), '–');
assert.equal(colourOf(['a', 'b']), colourOf(['a', 'b']));
assert.notEqual(colourOf(['a']), colourOf(['b']));
assert.equal(shortHead(['bafy123456', 'x']), '…123456 +1');
assert.equal(shortHead([]), '–');
// The server's time goes on by a clock that nobody sets, and stands while nothing is heard; each loss has its own time.
let mono = 1000;
const time = new Clock(() => mono);
time.told('2026-01-02T03:04:05Z');
mono += 5000;
assert.equal(new Date(time.now()).toISOString(), '2026-01-02T03:04:10.000Z');
for (const at of [1, 2]) {
  time.stop(at);
  mono += 40000;
  assert.equal(time.now(), at);
}
time.stop(null);
assert.equal(new Date(time.now()).toISOString(), '2026-01-02T03:05:30.000Z');

// The title and the icon say that what is shown is old, and since when.
const icon = {href: 'icon.svg', getAttribute: () => icon.href, setAttribute: (name, value) => { icon.href = value; }};
globalThis.document = {title: '', querySelector: () => icon};
showTroubled(1234);
assert.deepEqual([document.title, icon.href], ['(1,234) Filecoin Heartbeat', 'icon.svg']);
showOld('no data since 12:30:05');
assert.deepEqual([document.title, icon.href], ['⚠ no data since 12:30:05 · (1,234) Filecoin Heartbeat', 'icon-stale.svg']);
showOld('');
showTroubled(0);
assert.deepEqual([document.title, icon.href], ['Filecoin Heartbeat', 'icon.svg']);

// Where no alerts are raised, none is known, and none is left.
model.take('alert', {id: 'left', status: 'firing'});
assert.equal(model.take('clock', {now: 't', alerts: null, alertsOff: true}), 'alerts');
model.opened();
assert.deepEqual([model.alertsKnown, model.alertsOff, model.events('t').at(-1)[1].alertsOff], [false, true, true]);
model.take('clock', {now: 't', whole: true, alerts: null, alertsOff: true});
assert.equal(model.alerts.size, 0);
assert.equal(model.take('clock', {now: 't', alerts: none}), 'alerts');
assert.deepEqual([model.alertsKnown, model.alertsOff], [true, false]);

// A page of another version shares no worker with this one.
assert.equal(workerOf({querySelector: () => ({content: 'a1'})}), 'worker.js?v=a1');

// The states are those that the server lists, in its order and words; until then each but ok is trouble.
const listed = [['forked', true], ['silent', true], ['unknown', false], ['ok', false]].map(([state, trouble]) => ({state, trouble, meaning: `It is ${state}.`}));
const info = {states: listed, thresholds: {warmingSeconds: 60, fleetForkedAfter: 4}};
assert.deepEqual([areKnown(), gravestFirst(), isTrouble('forked'), isTrouble('ok'), meaningOf('forked')], [false, [], true, false, '']);
assert.deepEqual(gravestFirst(['ok', 'silent', 'forked']), ['forked', 'silent', 'ok']);
assert.ok(rankOf('forked') < rankOf('ok'));
assert.deepEqual(Object.values(NOTES).filter(note => !note || /undefined|NaN/.test(note)), []);
assert.deepEqual([learn(info), learn(structuredClone(info)), areKnown()], [true, false, true]);
assert.deepEqual(gravestFirst(), ['forked', 'silent', 'unknown', 'ok']);
assert.deepEqual(['forked', 'ok', 'new'].map(rankOf), [0, 3, -1]);
assert.deepEqual(['forked', 'unknown', 'new'].map(isTrouble), [true, false, true]);
assert.deepEqual([meaningOf('silent'), meaningOf('new'), markOf('ok'), markOf('new')], ['It is silent.', '', '✓', '']);
assert.match(NOTES.warming, /first 60 seconds/);
assert.match(NOTES.fleetForked, /4 epochs/);
assert.equal(learn({...info, thresholds: {warmingSeconds: 60, fleetForkedAfter: 1}}), true);
assert.match(NOTES.fleetForked, /1 epoch$/);
// A state that it did not list comes before those that it did.
assert.deepEqual(gravestFirst(['ok', 'new', 'forked', 'lost', 'new']), ['lost', 'new', 'forked', 'silent', 'unknown', 'ok']);
assert.equal(startingWords({judgesAt: '2026-01-02T03:04:05Z', before: {ok: 1, new: 2, forked: 3}}, Date.parse('2026-01-02T03:04:05Z')).text, 'Starting: judging now. Before: 2 new, 3 forked.');
// An answer that lists none, as of an older server, takes nothing away; and what it does not name is no number.
for (const bare of [{}, {states: []}, {states: null, thresholds: {}}, {states: {}}]) {
  assert.deepEqual([listsStates(bare), learn(bare), areKnown(), isTrouble('unknown'), gravestFirst().length], [false, false, true, false, 4]);
}
assert.match(NOTES.fleetForked, /1 epoch$/);
for (const thresholds of [undefined, {}, {warmingSeconds: null, fleetForkedAfter: 'x'}]) {
  learn({states: listed, thresholds});
  assert.doesNotMatch(Object.values(NOTES).join(), /undefined|NaN|null/);
}
assert.match(NOTES.warming, /judges no node yet\.$/);

// While nobody is judged, what was in trouble before is not out of it.
const at = Date.parse('2026-01-02T03:04:05Z');
const starting = (before, judgesAt = '2026-01-02T03:04:19Z') => startingWords({judgesAt, before}, at);
assert.deepEqual(starting({ok: 30, forked: 4, silent: 2, unknown: 1}), {text: 'Starting: judging in 14 s. Before: 4 forked, 2 silent.', trouble: 6, known: true});
assert.equal(starting({ok: 30}).text, 'Starting: judging in 14 s. Before: no node in trouble.');
assert.deepEqual(starting({}, '2026-01-02T03:04:05Z'), {text: 'Starting: judging now.', trouble: 0, known: false});
model.take('clock', {now: 't', starting: {judgesAt: 't', before: {}}});
assert.deepEqual([model.starting, model.events('t').at(-1)[1].starting], [{judgesAt: 't', before: {}}, {judgesAt: 't', before: {}}]);
model.take('clock', {now: 't'});
assert.equal(model.starting, null);

// Times that the server's sentences hold are in the zone of the page's own, which is named.
for (const [name, shown, clockTime, inUtc] of [['UTC', 'UTC', '03:04:05', 'by 02:13 or 23:59:58, 25:00 UTC, before 3 Dec, 00:00, 02:13 UTC+9'],
  ['Asia/Tokyo', 'UTC+9', '12:04:05', 'by 11:13 or 08:59:58, 25:00 UTC, before 3 Dec, 09:00, 02:13 UTC+9'],
  ['Asia/Kathmandu', 'UTC+5:45', '08:49:05', 'by 07:58 or 05:44:58, 25:00 UTC, before 3 Dec, 05:45, 02:13 UTC+9'],
  ['America/St_Johns', 'UTC−3:30', '23:34:05', 'by 22:43 or 20:29:58, 25:00 UTC, before 2 Dec, 20:30, 02:13 UTC+9']]) {
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', `
    import {fullTime, inZone, timeOf, zone} from ${JSON.stringify(new URL('../../../src/fil/heartbeat/dashboard/web/format.js', import.meta.url).href)};
    const at = '2026-01-02T03:04:05Z';
    console.log(JSON.stringify([zone(new Date(at)), timeOf(at, Date.parse(at)), fullTime(at), inZone('quiet since 2026-01-02T03:04:05.123Z, again', Date.parse(at)), inZone('x-2026-01-02T03:04:05Zs', 0),
      inZone('by 02:13 UTC or 23:59:58 UTC, 25:00 UTC, before 2026-12-03 00:00:00 UTC, 02:13 UTC+9', Date.parse('2026-11-30T23:50:00Z'))]));`],
  {env: {...process.env, TZ: name}});
  assert.deepEqual(JSON.parse(run.stdout), [shown, clockTime, `${name.startsWith('America') ? 1 : 2} Jan 2026, ${clockTime} ${shown}`, `quiet since ${clockTime}, again`, 'x-2026-01-02T03:04:05Zs', inUtc]);
}

// A name that looks like a time is none.
const called = '2026-01-02T03:04:05Z';
const stalled = summaryOf({summary: `${called} is stalled since ${called}`, labels: {nickname: called}}, Date.parse(called));
assert.match(stalled, /^2026-01-02T03:04:05Z is stalled since \d\d:\d\d:05$/);
assert.match(summaryOf({summary: `No new block since ${called}`, labels: {}}, Date.parse(called)), /^No new block since \d\d:\d\d:05$/);

// What suppresses an alert, by the server's words for it.
assert.equal(suppressed('silence 3f2a'), 'silenced by 3f2a');
assert.equal(suppressed('maintenance disk swap'), 'silenced by maintenance disk swap');
assert.equal(suppressed('FleetIsolated'), 'inhibited by FleetIsolated');

// An alert that was sent and is silenced now is both.
const sentTo = [{sink: 'ops', at: '2026-01-02T03:04:05Z'}];
const says = (sentTo, heldBy) => sent({status: 'firing', sentTo, heldBy}, Date.parse('2026-01-02T03:04:05Z'));
assert.match(says(sentTo, 'silence 3f2a'), /^Sent to ops at \d\d:\d\d:05; now silenced by 3f2a\.$/);
assert.match(says(sentTo, null), /^Sent to ops at \d\d:\d\d:05\.$/);
assert.equal(says([], 'FleetIsolated'), 'Not sent: inhibited by FleetIsolated.');
assert.equal(says([], null), 'Not sent yet.');

// What could not be loaded of a node's past stays as it was; a history of another span is not this one's.
const hour = {name: 'hour'};
const first = pastOf({alerts: undefined, history: {points: [1]}, changes: {changes: [1]}, connections: null}, hour, null);
assert.deepEqual([first.history, first.connections, [...first.failed]], [{points: [1]}, null, ['connections']]);
const second = pastOf({alerts: null, history: null, changes: null, connections: {connections: []}}, hour, first);
assert.deepEqual([second.alerts, second.history, second.changes, [...second.failed]], [null, {points: [1]}, {changes: [1]}, ['alerts', 'history', 'changes']]);
assert.equal(pastOf({history: null}, {name: '48 hours'}, second).history, null);
// The server's word that there is none is no failure.
const third = pastOf({alerts: undefined, history: undefined, changes: {changes: []}}, hour, second);
assert.deepEqual([third.history, third.changes, third.failed.size], [undefined, {changes: []}, 0]);

// A search finds what it finds at the server, and alerts stand in the server's order: PageCasesTest reads the same cases.
const {search, alertsInOrder} = JSON.parse(readFileSync(new URL('cases.json', import.meta.url), 'utf8'));
for (const {found, ...query} of search.cases) {
  const filters = filtersOf(new URLSearchParams(query));
  assert.deepEqual(search.nodes.filter(each => fits(each, filters)).map(each => each.peerId), found, JSON.stringify(query));
  assert.equal(isFiltered(filters), Object.values(query).some(Boolean), JSON.stringify(query));
}
// What is no filter of the page's own is none.
assert.equal(isFiltered(filtersOf(new URLSearchParams({notReady: 'perhaps', sort: 'peers'}))), false);
assert.deepEqual(alertsInOrder.toReversed().sort(before), alertsInOrder);
assert.deepEqual(alertsInOrder.toSorted((a, b) => a.activeAt < b.activeAt ? -1 : 1).sort(before), alertsInOrder);

// Amounts are beyond what a number holds, and no amount is shown as nothing.
assert.deepEqual(['0', '1', '9999999999999999', '10000000000000000', '5230000000000000000', '1234567890123456789012345678901234567890', '-5230000000000000000'].map(fil),
  ['0 FIL', '< 0.01 FIL', '< 0.01 FIL', '0.01 FIL', '5.23 FIL', '1,234,567,890,123,456,789,012.34 FIL', '−5.23 FIL']);

assert.deepEqual(['0', '1999999999', '5230000000000000000', '1234567000000000000000000'].map(filNumber), [0, 1e-9, 5.23, 1234567]);

// What is not reported is no zero, and no column.
assert.deepEqual([clientOf({}), clientOf({client: 'lotus', version: '1.36.0+mainnet'}), clientOf({client: null, version: '1.2'})], [null, 'lotus 1.36.0', '1.2']);
assert.deepEqual([lowestBalance({}), lowestBalance({balances: null}), nextProof({proving: []})], [null, null, null]);
const wallet = (role, attoFil) => ({role, attoFil, address: 'f0' + role, age: 1});
assert.equal(lowestBalance({balances: [wallet('owner', '1'), wallet('worker', '900'), wallet('control', '1000')]}).role, 'worker');
assert.equal(lowestBalance({balances: [wallet('owner', '5'), wallet('other', '4')]}).role, 'other');
const proof = (close, unproven, partitions = 3) => ({miner: 'f01000', deadline: 12, open: close - 60, close, unproven, partitions, faults: 1, recovering: 0, age: 9});
assert.equal(nextProof({proving: [proof(100, 0), proof(200, 1), proof(150, 2)]}).close, 150);
assert.equal(nextProof({proving: [proof(300, 0), proof(200, 0)]}).close, 200);
assert.deepEqual([proofWords(proof(100, 1), 90), proofWords(proof(100, 1), 101), proofWords(proof(100, 1), null), proofWords(proof(100, 0), 90), proofWords(proof(100, 0, 0), 90)],
  ['1 of 3, 10 ep', '1 of 3, closed', '1 of 3', 'proven', 'none due']);
assert.match(proofSentence({...proof(100, 1), faults: null}, 99), /; faulty sectors not reported, 0 recovering$/);
assert.equal(proofSentence(proof(100, 1), 99), 'f01000: deadline 12, 1 of 3 partitions to prove by epoch 100, in 1 epoch; 1 faulty sector, 0 recovering');
const some = reported([{}, {client: 'Lotus', version: '1.36.0+a', upgradeReady: false, peers: 0}, {client: 'lotus', version: '1.36.0+b', upgradeReady: true, balances: [], finalityLag: null}]);
assert.deepEqual([[...some.clients], [...some.releases], some.notReady, some.upgrades, [...some.columns]], [[['lotus', 2]], [['1.36.0', 2]], 1, '1 of 2', ['client', 'peers']]);
assert.deepEqual([...reported([{balances: null, proving: null}]).columns], []);
const facts = Object.fromEntries(reportedOf({peers: 0, balances: [wallet('worker', '0')]}, null, 0));
assert.deepEqual([facts.Peers, facts.Balance, facts.Client, facts['To prove'], facts.Finalized], ['0', '0 FIL · worker f0worker · 1 s old', 'not reported', 'not reported', 'not reported']);

// The ages of a row are those of a moment, and go on with the server's clock; a clock set back makes nothing younger.
const noon = Date.parse('2026-11-30T12:00:00Z');
const aged = at => Object.fromEntries(reportedOf({balances: [wallet('worker', '0')], agesAt: '2026-11-30T12:00:00.000Z'}, null, at)).Balance;
assert.deepEqual([aged(noon + 89_000), aged(noon), aged(noon - 60_000)], ['0 FIL · worker f0worker · 90 s old', '0 FIL · worker f0worker · 1 s old', '0 FIL · worker f0worker · 1 s old']);

// The table is never wider than its place, and gives up the columns of least use first.
const all = new Set(['finalityLag', 'peers', 'client', 'balances', 'proving']);
const least = widths => [...widths.matchAll(/(\d+)px/g)].reduce((sum, each) => sum + Number(each[1]), 0);
for (let width = 250; width < 2000; width++) {
  for (const there of [new Set(), all]) {
    const {keys, widths} = arranged(width, there);
    assert.ok(keys.includes('state') && keys.includes('name'), String(width));
    assert.ok(least(widths.replaceAll(/minmax\((\d+)px, /g, '$1 ')) <= width, `${width}: ${widths}`);
  }
}
assert.deepEqual(arranged(300, all).keys, ['state', 'name']);
assert.deepEqual(arranged(400, all).keys, ['state', 'name', 'lastBeat']);
assert.deepEqual(arranged(760, all).keys, ['state', 'stateSince', 'name', 'height', 'lagEpochs', 'finalityLag', 'lastBeat']);
assert.equal(arranged(1700, all).keys.length, 14);
assert.equal(arranged(1700, new Set()).keys.length, 9);

// Where a browser keeps nothing, the page does.
Object.defineProperty(globalThis, 'localStorage', {get() { throw new DOMException('denied', 'SecurityError'); }, configurable: true});
assert.equal(kept('theme'), null);
keep('theme', 'dark');
assert.equal(kept('theme'), 'dark');

console.log('seen: done');
