// The one connection to the server's events, and whether it still carries anything.

const EVENTS = ['snapshot', 'delta', 'head', 'consensus', 'alert', 'rows', 'clock'];
const MAX_ROWS = 200;
// The server tells the time every 15 s at least: twice without is a dead connection.
const SILENCE = 35000;
const HEAL = 60000;
const RETRY = 3000;

export class Line {
  // model: what is told, and where to go on. onHeal: what was lost, and how often something was.
  constructor(model, onEvent, onLink, onHeal) {
    Object.assign(this, {model, onEvent, onLink, onHeal, rows: [], heard: performance.now(), healed: 0});
    setInterval(() => {
      if (this.source && performance.now() - this.heard > SILENCE) {
        this.onLink('lost');
        this.open();
      }
    }, 5000);
  }

  open() {
    clearTimeout(this.later);
    this.source?.close();
    this.heard = performance.now();
    const query = new URLSearchParams();
    if (this.rows.length) query.set('rows', this.rows.join(','));
    if (this.model.cursor) query.set('lastEventId', this.model.cursor);
    this.model.opened();
    const source = this.source = new EventSource('api/v1/events?' + query);
    for (const name of EVENTS) {
      source.addEventListener(name, event => {
        this.heard = performance.now();
        const data = JSON.parse(event.data);
        // Of an event without a cursor that is the one before it.
        const cursor = event.lastEventId;
        this.onEvent(this.model.take(name, data, cursor), name, data, cursor);
        if (this.model.fault) this.heal();
      });
    }
    source.onopen = () => this.onLink('live');
    source.onerror = () => {
      // A browser that comes back by itself begins a stream all the same.
      this.model.opened();
      this.onLink('lost');
      if (source.readyState === EventSource.CLOSED) this.refused();
    };
  }

  // Every beat of these nodes is told from now on.
  watch(rows) {
    const next = rows.slice(0, MAX_ROWS);
    if (next.length === this.rows.length && next.every(id => this.rows.includes(id))) return;
    // The first are wanted at once; then it may be someone who scrolls.
    const pause = this.rows.length ? 400 : 0;
    this.rows = next;
    clearTimeout(this.later);
    this.later = setTimeout(() => this.open(), pause);
  }

  // Less is known here than the server told: everything is asked for anew, but not by a thousand pages at once, and again and again.
  heal() {
    const now = performance.now();
    if (now - (this.healedAt ?? -HEAL) < HEAL) return;
    this.healedAt = now;
    this.onHeal(this.model.fault, ++this.healed);
    this.source.close();
    this.model.forget();
    clearTimeout(this.later);
    this.later = setTimeout(() => this.open(), 1000 * Math.random());
  }

  // The server answered, but not with a stream: a login is wanted, or it is full.
  async refused() {
    let status = 0;
    try {
      status = (await fetch('api/v1/info', {headers: {accept: 'application/json'}})).status;
    } catch { /* it is away */ }
    if (status === 401) this.onLink('login');
    else this.later = setTimeout(() => this.open(), RETRY * (0.5 + Math.random()));
  }
}
