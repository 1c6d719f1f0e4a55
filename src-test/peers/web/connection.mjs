// The connection and the tabs that share it, in a time of their own: node connection.mjs
import assert from 'node:assert/strict';
import {GONE, Hub} from '../../../src/fil/heartbeat/dashboard/web/hub.js';
import {Connection, STALE} from '../../../src/fil/heartbeat/dashboard/web/connection.js';
import {Model} from '../../../src/fil/heartbeat/dashboard/web/model.js';
import {Time, turn} from './time.mjs';

const none = {firing: 0, acknowledged: 0, pending: 0};
const T0 = Date.parse('2026-01-02T03:04:05Z');

class World extends Time {
  constructor() {
    super();
    Object.assign(this, {sources: [], asked: [], links: [], heals: [], answers: () => ({status: 0})});
    this.model = new Model();
    this.connection = new Connection(this.model, () => {}, link => this.links.push(link), (lost, times) => this.heals.push([lost, times]), {
      now: () => this.at,
      later: (act, millis) => this.later(act, millis),
      never: timer => this.never(timer),
      source: url => {
        const source = {url, on: {}, closed: false, addEventListener: (name, act) => { source.on[name] = act; }, close: () => { source.closed = true; }};
        this.sources.push(source);
        return source;
      },
      fetch: async (url, options) => {
        this.asked.push([url, options]);
        const {status, headers = {}} = this.answers(url, options);
        if (!status) throw new TypeError('away');
        return {status, ok: status < 300, headers: {get: name => headers[name] ?? null}};
      },
      random: () => 0.5,
      id: () => 'f'.repeat(32),
    });
    this.connection.open();
  }

  get source() { return this.sources.at(-1); }

  get open() { return this.sources.filter(each => !each.closed).length; }

  get link() { return this.links.at(-1); }

  tell(name, data, cursor = '') {
    this.source.on[name]({data: JSON.stringify(data), lastEventId: cursor});
  }

  clock(more = {}) { this.tell('clock', {now: new Date(T0 + this.at).toISOString(), cursor: this.model.cursor, nodes: this.model.nodes.size, alerts: none, ...more}); }

  begin(cursor = 'r.1') {
    this.tell('snapshot', {nodes: [{peerId: 'a', head: null, state: 'ok'}], heads: [], more: false});
    this.tell('clock', {now: new Date(T0 + this.at).toISOString(), whole: true, cursor, nodes: 1, alerts: none}, cursor);
  }

  async fails(status, headers) {
    this.answers = () => ({status, headers});
    this.source.onerror();
    await turn();
  }
}

const tests = {
  async staleAtTwelveSecondsSinceTheLastWord() {
    const world = new World();
    assert.deepEqual(world.link, {state: 'connecting', since: null});
    await world.pass(1000);
    world.begin();
    assert.equal(world.link.state, 'live');
    await world.pass(5000);
    world.clock();
    await world.pass(STALE - 1);
    assert.equal(world.link.state, 'live');
    await world.pass(1);
    assert.deepEqual(world.link, {state: 'stale', since: T0 + 6000});
    assert.equal(world.open, 1);
    // A word, and it is live; a second loss has its own time.
    world.clock();
    assert.equal(world.link.state, 'live');
    await world.pass(STALE);
    assert.deepEqual(world.link, {state: 'stale', since: T0 + 6000 + STALE});
    // Given up, with the cursor.
    await world.pass(8000);
    assert.equal(world.link.state, 'lost');
    assert.match(world.source.url, /lastEventId=r\.1/);
    assert.deepEqual([world.sources.length, world.open], [2, 1]);
  },

  async aStreamThatTellsNothingIsNotLive() {
    const world = new World();
    world.source.onopen?.();
    assert.equal(world.link.state, 'connecting');
    await world.pass(10000);
    assert.equal(world.source.closed, true);
    await world.pass(1000);
    assert.equal(world.sources.length, 2);
  },

  // All but 401, 429 and 503 ask for less; none is "away" for ever.
  async whatIsRefusedIsAskedForWithLess() {
    for (const status of [400, 403, 404, 413, 414, 431]) {
      const world = new World();
      world.begin();
      await world.fails(status);
      assert.equal(world.sources.length, 2, String(status));
      assert.doesNotMatch(world.source.url, /lastEventId/);
      assert.match(world.source.url, /viewer=/);
      await world.fails(status);
      assert.equal(world.source.url, 'api/v1/events?');
      // Nothing to leave out: waits as for one that is away.
      await world.fails(status);
      assert.deepEqual([world.sources.length, world.open], [3, 0]);
      await world.pass(1000);
      assert.equal(world.sources.length, 4);
      world.begin();
      assert.equal(world.link.state, 'live');
    }
  },

  async aLoginIsWaitedFor() {
    const world = new World();
    await world.fails(401);
    assert.equal(world.link.state, 'login');
    await world.pass(600000);
    assert.deepEqual([world.sources.length, world.open], [1, 0]);
    world.connection.open();
    world.begin();
    assert.equal(world.link.state, 'live');
  },

  async aServerThatIsFullSaysWhen() {
    for (const status of [429, 503]) {
      const world = new World();
      world.begin();
      await world.fails(status, {'retry-after': '10'});
      await world.pass(9999);
      assert.equal(world.sources.length, 1);
      await world.pass(1);
      assert.equal(world.sources.length, 2);
      assert.match(world.source.url, /lastEventId=r\.1/);
      assert.equal(world.heals.length, 0);
    }
  },

  async aServerThatIsAwayIsTriedMoreAndMoreRarely() {
    const world = new World();
    for (const wait of [1000, 2000, 4000, 8000, 15000, 15000]) {
      const before = world.sources.length;
      await world.fails(0);
      await world.pass(wait - 1);
      assert.deepEqual([world.sources.length, world.open], [before, 0]);
      await world.pass(1);
      assert.equal(world.sources.length, before + 1);
    }
    await world.fails(0);
    world.connection.hurry();
    assert.equal(world.open, 1);
    world.begin();
    await world.fails(0);
    await world.pass(1000);
    assert.equal(world.open, 1);
    // One that answers with anything but events is no better.
    await world.fails(200);
    assert.equal(world.open, 0);
  },

  async rowsOpenNothingAndTravelByPost() {
    const world = new World();
    world.answers = () => ({status: 204});
    world.connection.watch(['a']);
    world.begin();
    await world.pass(1000);
    assert.equal(world.asked.length, 1);
    const [url, {method, body}] = world.asked[0];
    assert.deepEqual([url, method, body], [`api/v1/events/${'f'.repeat(32)}/rows`, 'POST', '{"rows":["a"]}']);
    for (let i = 0; i < 1000; i++) {
      world.connection.watch(['n' + i]);
      await world.pass(10);
      if (i % 400 === 0) world.clock();
    }
    await world.pass(1000);
    assert.ok(world.asked.length <= 1 + 3 * 11, world.asked.length + ' posts in 10 s');
    assert.equal(world.asked.at(-1)[1].body, '{"rows":["n999"]}');
    assert.equal(world.sources.length, 1);
    // The stream is not known yet, or the server is at fault: said again with the next event, and the stream stays.
    for (const status of [404, 429, 500, 0]) {
      world.answers = () => ({status});
      world.connection.watch(['x' + status]);
      await world.pass(1000);
      const asked = world.asked.length;
      world.clock();
      await world.pass(1000);
      assert.equal(world.asked.length, asked + 1);
      world.answers = () => ({status: 204});
      world.clock();
      await world.pass(1000);
      assert.equal(world.asked.at(-1)[1].body, `{"rows":["x${status}"]}`);
    }
    assert.deepEqual([world.sources.length, world.open, world.link.state], [1, 1, 'live']);
    // A stream that is new watches nothing until it is told; none in sight is told too.
    await world.fails(0);
    await world.pass(1000);
    world.answers = () => ({status: 204});
    world.begin();
    await world.pass(1000);
    world.connection.watch([]);
    await world.pass(1000);
    assert.deepEqual(world.asked.slice(-2).map(([, {body}]) => body), ['{"rows":["x0"]}', '{"rows":[]}']);
  },

  async whoLostSomethingBeginsAnewOnceAMinute() {
    const world = new World();
    world.begin();
    world.model.nodes.delete('a');
    world.clock({nodes: 1});
    assert.deepEqual(world.heals, [['nodes', 1]]);
    assert.equal(world.open, 0);
    await world.pass(1000);
    assert.doesNotMatch(world.source.url, /lastEventId/);
    world.begin('r.2');
    assert.equal(world.model.nodes.size, 1);
    for (let i = 0; i < 5; i++) {
      await world.pass(5000);
      world.clock({nodes: 7});
    }
    assert.deepEqual([world.heals.length, world.sources.length], [1, 2]);
    for (let i = 0; i < 8; i++) {
      await world.pass(5000);
      world.clock({nodes: 1});
    }
    world.clock({nodes: 7});
    assert.equal(world.heals.length, 2);
  },

  tabsThatDieAreForgotten() {
    let at = 0;
    const model = new Model();
    const hub = new Hub(model, () => at);
    const tab = rows => {
      const port = {told: [], postMessage: each => port.told.push(each)};
      hub.join(port);
      hub.heard(port, {rows});
      return port;
    };
    const many = name => Array.from({length: 150}, (_, i) => name + i);
    const dead = tab(many('dead'));
    at = 1000;
    const alive = tab(many('alive'));
    // Above what a server takes, the tab looked at last gets its rows.
    assert.deepEqual(hub.rows.slice(0, 150), many('alive'));
    for (; at < 60000; at += 15000) {
      hub.heard(alive, {pong: true});
      hub.ping();
    }
    assert.deepEqual(hub.rows, many('alive'));
    assert.ok(dead.told.some(each => each.ping));
    // One that was frozen and comes back is told everything again.
    model.take('snapshot', {nodes: [{peerId: 'a', head: null}], heads: [], more: false});
    model.take('clock', {now: '2026-01-02T03:04:05Z', whole: true, cursor: 'r.1', nodes: 1, alerts: none}, 'r.1');
    dead.told.length = 0;
    assert.equal(hub.heard(dead, {rows: ['d']}), true);
    assert.deepEqual(dead.told.map(each => each.name).filter(Boolean), ['snapshot', 'consensus', 'clock']);
    assert.deepEqual(hub.rows[0], 'd');
    assert.equal(hub.heard(dead, {gone: true}), true);
    assert.deepEqual(hub.rows, many('alive'));
    assert.ok(GONE < 60000);
  },

  // What the server is asked for: rows of a tab that died without a word give way to those of the others after 45 s.
  async rowsOfATabThatDiedAreAskedForNoMore() {
    const world = new World();
    world.answers = () => ({status: 204});
    world.begin();
    const hub = new Hub(world.model, () => world.at);
    const tab = rows => {
      const port = {postMessage: each => { if (each.ping && !port.dead) hub.heard(port, {pong: true}); }};
      hub.join(port);
      hub.heard(port, {rows});
      return port;
    };
    const pass = async millis => {
      for (let i = 0; i < millis; i += 5000) {
        await world.pass(5000);
        world.clock();
      }
    };
    const asked = () => JSON.parse(world.asked.at(-1)[1].body).rows;
    tab(['alive']);
    await pass(5000);
    // Looked at last, it fills all that a server takes: the row of the other is the 201st.
    const dying = tab(Array.from({length: 200}, (_, i) => 'dying' + i));
    world.connection.watch(hub.rows);
    await pass(5000);
    assert.equal(asked().length, 200);
    assert.equal(asked().includes('alive'), false);
    dying.dead = true;
    const died = world.at - 5000;
    for (const seconds of [15, 30, 40]) {
      await pass(died + seconds * 1000 - world.at);
      if (hub.ping()) world.connection.watch(hub.rows);
      assert.equal(asked().length, 200, `after ${seconds} s`);
    }
    await world.pass(died + GONE - 1 - world.at);
    assert.equal(hub.ping(), false);
    await world.pass(1);
    assert.equal(hub.ping(), true);
    world.connection.watch(hub.rows);
    await pass(5000);
    assert.deepEqual(asked(), ['alive']);
    assert.deepEqual([world.sources.length, world.open, world.link.state], [1, 1, 'live']);
    assert.equal(GONE, 45000);
  },

  // A tab that comes while a snapshot is under way which is cut and then resumed is told everything, not nothing.
  aTabThatComesLateIsToldWhateverBecomesOfTheSnapshot() {
    const model = new Model();
    const hub = new Hub(model, () => 0);
    const tell = (name, data, cursor) => { model.take(name, data, cursor); hub.told(name, data, cursor); };
    const whole = {now: '2026-01-02T03:04:05Z', whole: true, cursor: 'r.1', nodes: 1, alerts: none};
    tell('snapshot', {nodes: [{peerId: 'a', head: null}], heads: [], more: false});
    tell('clock', whole, 'r.1');
    tell('snapshot', {nodes: [{peerId: 'a', head: null}], heads: [], more: true});
    const told = [];
    hub.join({postMessage: each => told.push(each)});
    assert.equal(told.some(each => each.name), false);
    model.opened();
    tell('consensus', {networks: []});
    tell('clock', whole, 'r.1');
    const page = new Model();
    for (const {name, data, cursor} of told) if (name) page.take(name, data, cursor);
    assert.deepEqual([page.known, [...page.nodes.keys()], page.cursor, page.fault], [true, ['a'], 'r.1', null]);
  },
};

for (const [name, test] of Object.entries(tests)) {
  try {
    await test();
  } catch (fault) {
    console.error(name);
    throw fault;
  }
}
console.log('seen: done');
