// The one connection to the server's events, and whether it still carries anything.
//
// A machine of states: only it opens and closes streams. opening: nothing was told yet. live. stale: nothing was told for 12 s. asking: the stream broke,
// and what the server answers says why. waiting: for another try. login: until somebody logs in.

import {TOLD} from './model.js';

const MAX_ROWS = 200;
// The server tells the time every 5 s: twice without, and what is shown is old.
export const STALE = 12000;
// So much longer, and another stream is tried.
const GIVE_UP = 8000;
const OPENING = 10000;
const WAITS = [1000, 2000, 4000, 8000, 15000];
const MOST_WAIT = 60000;
const HEAL = 60000;
const POSTS = 350;
const FULL = new Set([429, 503]);

// What a connection needs of the world it is in.
function world() {
  return {
    now: () => performance.now(),
    later: (act, millis) => setTimeout(act, millis),
    never: timer => clearTimeout(timer),
    source: url => new EventSource(url),
    fetch: (url, options) => fetch(url, options),
    random: Math.random,
    id: () => [...crypto.getRandomValues(new Uint8Array(16))].map(each => each.toString(16).padStart(2, '0')).join(''),
  };
}

export class Connection {
  // model: what is told, and where to go on. onLink: {state, since}, as is shown. onHeal: what was lost, and how often something was.
  constructor(model, onEvent, onLink, onHeal, env = world()) {
    Object.assign(this, {model, onEvent, onLink, onHeal, env, rows: [], healed: 0, tries: 0, state: 'closed', since: null});
    this.viewer = env.id();
  }

  // Begins, or begins again at once, as after a login.
  open() {
    this.enter('opening', OPENING, () => this.wait());
    this.model.opened();
    this.posted = this.watched = false;
    const query = new URLSearchParams();
    if (this.viewer) query.set('viewer', this.viewer);
    if (this.model.cursor) query.set('lastEventId', this.model.cursor);
    this.url = 'api/v1/events?' + query;
    const source = this.source = this.env.source(this.url);
    for (const name of TOLD) source.addEventListener(name, event => { if (source === this.source) this.take(name, event); });
    source.onerror = () => { if (source === this.source) this.ask(); };
  }

  // The next state, and what is done when it lasts too long. A stream stays open in the first two alone.
  enter(state, millis, act) {
    this.env.never(this.timer);
    this.state = state;
    this.timer = millis === undefined ? null : this.env.later(act, millis);
    if (state !== 'live' && state !== 'stale') {
      this.source?.close();
      this.source = null;
      this.asking?.abort();
      this.asking = null;
    }
    this.say();
  }

  // Says how it is, when it is another way than before. Until a stream is live again, what is shown is as old as it was.
  say() {
    const words = {opening: this.since === null ? 'connecting' : 'lost', live: 'live', stale: 'stale', login: 'login'};
    const state = words[this.state] ?? 'lost';
    if (state === this.said) return;
    this.said = state;
    this.onLink({state, since: this.since});
  }

  take(name, event) {
    const data = JSON.parse(event.data);
    const at = this.env.now();
    if (data.now) this.clock = {now: Date.parse(data.now), at};
    // The server's time of the last word heard.
    if (this.clock) this.since = this.clock.now + at - this.clock.at;
    this.tries = 0;
    this.enter('live', STALE, () => this.stale());
    // Of an event without a cursor that is the one before it.
    const cursor = event.lastEventId;
    this.onEvent(this.model.take(name, data, cursor), name, data, cursor);
    if (this.model.fault) this.heal();
    else if (!this.posted || this.again) {
      this.again = false;
      this.post();
    }
  }

  stale() {
    this.enter('stale', GIVE_UP, () => this.open());
  }

  // A stream that breaks does not say why: what the same address answers does.
  async ask() {
    this.enter('asking', OPENING, () => this.wait());
    const asking = this.asking = new AbortController();
    let answer = null;
    try {
      answer = await this.env.fetch(this.url, {headers: {accept: 'text/event-stream, application/json'}, signal: asking.signal});
    } catch { /* It is away, or that took too long. */ }
    if (asking !== this.asking) return;
    const status = answer?.status ?? 0;
    if (status === 401) this.enter('login');
    else if (FULL.has(status)) this.wait(1000 * Number(answer.headers.get('retry-after')));
    else if (status >= 400 && status < 500 && this.less()) this.open();
    else this.wait();
  }

  // Asks for less than the server refused; false when there is nothing to leave out.
  less() {
    if (this.model.cursor) this.model.forget();
    else if (this.viewer) this.viewer = null;
    else return false;
    return true;
  }

  wait(millis) {
    const next = WAITS[Math.min(this.tries++, WAITS.length - 1)];
    this.enter('waiting', millis > 0 ? Math.min(millis, MOST_WAIT) : next * (0.5 + this.env.random()), () => this.open());
  }

  // The network is there again, or somebody looks.
  hurry() {
    if (this.state === 'waiting') this.open();
  }

  // Every beat of these nodes is told from now on. The stream goes on as it is.
  watch(rows) {
    const next = rows.slice(0, MAX_ROWS);
    if (next.length === this.rows.length && next.every(id => this.rows.includes(id))) return;
    this.rows = next;
    this.posted = false;
    if (this.state === 'live') this.post();
  }

  // Three times a second at most, the newest rows. What fails is said again with the next event, and harms the stream in no way.
  async post() {
    if (this.posting || !this.viewer) return;
    this.posted = true;
    // A stream that is new watches nothing anyway.
    if (!this.rows.length && !this.watched) return;
    this.posting = true;
    this.watched = this.rows.length > 0;
    this.env.later(() => {
      this.posting = false;
      if (!this.posted && this.state === 'live') this.post();
    }, POSTS);
    const url = `api/v1/events/${this.viewer}/rows`;
    let done = false;
    try {
      done = (await this.env.fetch(url, {method: 'POST', headers: {'content-type': 'application/json'}, body: JSON.stringify({rows: this.rows})})).ok;
    } catch { /* The stream says so. */ }
    // Not before the next event, which comes within seconds.
    if (!done) this.again = true;
  }

  // Less is known here than the server told: everything is asked for anew, but not by a thousand pages at once, and again and again.
  heal() {
    const now = this.env.now();
    if (now - (this.healedAt ?? -HEAL) < HEAL) return;
    this.healedAt = now;
    this.onHeal(this.model.fault, ++this.healed);
    this.enter('waiting', 1000 * this.env.random(), () => this.open());
    this.model.forget();
  }
}
