// The parts of the page that need no browser: node modules.mjs
import assert from 'node:assert/strict';
import {Model} from '../../../src/fil/heartbeat/dashboard/web/model.js';
import {targetOf} from '../../../src/fil/heartbeat/dashboard/web/paste.js';
import {read, write} from '../../../src/fil/heartbeat/dashboard/web/route.js';
import {SAID, STATES, ago, colourOf, judge, many, shortHead, span} from '../../../src/fil/heartbeat/dashboard/web/words.js';

// A snapshot counts when it is whole; the first is shown as it comes.
const model = new Model();
const node = (peerId, head, more = {}) => ({peerId, head, state: 'ok', ...more});
assert.equal(model.take('snapshot', {nodes: [node('a', 1)], heads: [{id: 1, cids: ['x']}], more: true}), 'part');
assert.deepEqual([...model.nodes.keys()], ['a']);
assert.equal(model.known, false);
assert.equal(model.take('snapshot', {nodes: [node('b', 1)], heads: [], more: false}), 'all');
assert.deepEqual([...model.nodes.keys()], ['a', 'b']);

// A delta changes the members it names, and beats stay.
model.take('rows', {rows: [{peerId: 'a', lastBeat: 't', beats: 3}, {peerId: 'stranger', beats: 1}]});
model.take('delta', {nodes: [{peerId: 'a', state: 'forked'}], removed: ['b']});
assert.deepEqual(model.nodes.get('a'), {peerId: 'a', head: 1, state: 'forked', lastBeat: 't', beats: 3});
assert.equal(model.nodes.size, 1);

// A later snapshot replaces all at once: who is not in it is gone, what is not in it of the others stays.
assert.equal(model.take('snapshot', {nodes: [node('c', 2)], heads: [{id: 2, cids: ['y']}], more: true}), null);
assert.deepEqual([...model.nodes.keys()], ['a']);
model.take('snapshot', {nodes: [node('a', 2)], heads: [], more: false});
assert.deepEqual([...model.nodes.keys()], ['c', 'a']);
assert.equal(model.nodes.get('a').beats, 3);
assert.deepEqual([...model.heads.keys()], [2]);

// Heads are bounded; those in use and the newest stay.
for (let id = 3; id < 10000; id++) model.take('head', {id, cids: ['y']});
assert.ok(model.heads.size < 2000);
assert.ok(model.heads.has(2) && model.heads.has(9999) && model.heads.has(9500) && !model.heads.has(3));

// Alerts that are over, or gone, are no more among them; a snapshot begins anew.
assert.equal(model.take('alert', {id: 'x', status: 'pending'}), 'alerts');
model.take('alert', {id: 'x', status: 'firing'});
model.take('alert', {id: 'y', status: 'firing'});
model.take('alert', {id: 'z', status: 'firing'});
model.take('alert', {id: 'y', status: 'resolved'});
model.take('alert', {id: 'z', status: 'pending', gone: true});
assert.deepEqual([...model.alerts], [['x', {id: 'x', status: 'firing'}]]);

// What a newcomer is told makes the same model.
const other = new Model();
for (const [name, data] of model.events()) other.take(name, data);
assert.deepEqual([...other.nodes], [...model.nodes]);
assert.deepEqual([...other.alerts], [...model.alerts]);
model.take('snapshot', {nodes: [node('a', 2)], heads: [], more: false});
assert.equal(model.alerts.size, 0);
assert.equal(model.take('unheard of', {}), null);

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
console.log('seen: done');

// The page states the numbers of its server.
assert.equal(STATES.forked[1], 'No block in common with the majority at two heights in a row.');
assert.equal(judge({forkAfter: 2, warmingSeconds: 30}), false);
assert.equal(judge({forkAfter: 7, slowLag: 1, behindLag: 11, lagHoldSeconds: 20, disconnectedAfterSeconds: 45, warmingSeconds: 60, fleetForkedAfter: 4, more: 1}), true);
assert.equal(STATES.forked[1], 'No block in common with the majority at seven heights in a row.');
assert.equal(STATES.slow[1], 'One epoch late or more, for 20 s.');
assert.equal(STATES.behind[1], '11 epochs late or more, for 20 s.');
assert.equal(STATES.stalled[1], 'Its head has not moved for 11 epochs while the network’s did.');
assert.equal(STATES.disconnected[1], 'No connection for 45 s.');
assert.match(SAID.warming, /first 60 seconds/);
assert.match(SAID.fleetForked, /four epochs/);
assert.equal(judge(undefined), false);
