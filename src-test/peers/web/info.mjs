// When the page asks what the server says of itself, and what it shows until it knows, in a time of its own: node info.mjs
import assert from 'node:assert/strict';
import {getJson} from '../../../src/fil/heartbeat/dashboard/web/fetch.js';
import {InfoLoader} from '../../../src/fil/heartbeat/dashboard/web/info.js';
import {Time} from './time.mjs';

class World {
  constructor(answers) {
    Object.assign(this, {time: new Time(), asked: [], taken: [], open: 0, most: 0, wanted: true, answers});
    this.loader = new InfoLoader(() => this.get(), found => { this.taken.push(found); return found.whole; }, () => this.wanted, this.time);
  }

  async get() {
    this.asked.push(this.time.at);
    this.most = Math.max(this.most, ++this.open);
    const answer = await this.answers(this.asked.length);
    this.open--;
    return answer;
  }

  pass(millis) {
    return this.time.pass(millis, () => assert.ok(this.time.timers.length <= 1, 'one timer'));
  }

  get waits() { return this.asked.slice(1).map((at, i) => (at - this.asked[i]) / 1000); }
}

const good = {whole: true};

const tests = {
  // After each failure, also after one that comes when all was well.
  async whatFailsIsAskedAgainMoreAndMoreRarely() {
    const world = new World(async asked => asked === 9 ? good : null);
    world.loader.load();
    await world.pass(300000);
    assert.deepEqual(world.waits.slice(0, 12), [2, 4, 8, 16, 30, 30, 30, 30, 15, 2, 4, 8]);
    assert.equal(world.most, 1);
  },

  async anAnswerThatIsNotEnoughIsAFailure() {
    const world = new World(async () => ({whole: false}));
    world.loader.load();
    await world.pass(20000);
    assert.deepEqual(world.waits, [2, 4, 8]);
    assert.equal(world.taken.length, 4);
  },

  async soonWhileWarmingThenNowAndThen() {
    const world = new World(async asked => ({whole: true, warming: asked < 3}));
    world.loader.load();
    await world.pass(60000);
    assert.deepEqual(world.waits, [5, 5, 15, 15, 15]);
  },

  // However often it is asked for, one question is under way and one timer waits.
  async aLinkThatIsLiveAgainIsNotWaitedFor() {
    const world = new World(async () => null);
    world.loader.load();
    await world.pass(20000);
    const before = world.asked.length;
    for (let i = 0; i < 5; i++) world.loader.hurry();
    await world.pass(0);
    // One at once, and one for those that came while it was under way.
    assert.equal(world.asked.length, before + 2);
    world.answers = async () => good;
    world.loader.hurry();
    world.loader.hurry();
    await world.pass(0);
    assert.equal(world.asked.length, before + 3);
    await world.pass(15000);
    assert.deepEqual([world.asked.length, world.most, world.waits.at(-1)], [before + 4, 1, 15]);
  },

  async anotherViewerIsAskedForOnceMore() {
    let answer;
    const world = new World(() => new Promise(done => { answer = done; }));
    world.loader.load();
    world.loader.renew();
    world.loader.renew();
    assert.equal(world.asked.length, 1);
    answer(good);
    await world.pass(0);
    assert.deepEqual([world.asked.length, world.most], [2, 1]);
    answer(good);
    await world.pass(15000);
    assert.equal(world.asked.length, 3);
  },

  async whereNobodyLooksItIsPutOff() {
    const world = new World(async () => good);
    world.loader.load();
    world.wanted = false;
    await world.pass(100000);
    assert.equal(world.asked.length, 1);
    world.wanted = true;
    await world.pass(15000);
    assert.equal(world.asked.length, 2);
  },

  // A server that takes a question and says nothing is left.
  async aQuestionHasAnEnd() {
    const {timeout} = AbortSignal;
    const real = globalThis.fetch;
    const end = new AbortController();
    let millis;
    AbortSignal.timeout = after => { millis = after; return end.signal; };
    globalThis.fetch = (path, options) => new Promise((_, fails) => { options.signal.addEventListener('abort', () => fails(options.signal.reason)); });
    try {
      const asked = getJson('api/v1/info');
      end.abort();
      assert.deepEqual([await asked, millis], [null, 30000]);
    } finally {
      AbortSignal.timeout = timeout;
      globalThis.fetch = real;
    }
  },
};

for (const [name, test] of Object.entries(tests)) {
  try {
    await test();
  } catch (failure) {
    failure.message = name + ': ' + failure.message;
    throw failure;
  }
}
console.log('seen: done');
