// The one connection to the server's events, and whether it still carries anything.

const EVENTS = ['snapshot', 'delta', 'head', 'consensus', 'rows'];
const MAX_ROWS = 200;
// The server sends at least a comment every 15 s, which an EventSource does not show; it sends rows or deltas far oftener.
const SILENCE = 35000;

export class Line {
  constructor(onEvent, onLink) {
    Object.assign(this, {onEvent, onLink, rows: [], heard: 0});
    setInterval(() => {
      if (this.heard && performance.now() - this.heard > SILENCE) onLink('lost');
    }, 5000);
  }

  open() {
    this.source?.close();
    const query = new URLSearchParams();
    if (this.rows.length) query.set('rows', this.rows.join(','));
    if (this.lastId) query.set('lastEventId', this.lastId);
    const source = this.source = new EventSource('api/v1/events?' + query);
    for (const name of EVENTS) {
      source.addEventListener(name, event => {
        this.heard = performance.now();
        if (event.lastEventId) this.lastId = event.lastEventId;
        this.onEvent(name, JSON.parse(event.data));
      });
    }
    source.onopen = () => this.onLink('live');
    source.onerror = () => {
      this.onLink('lost');
      if (source.readyState === EventSource.CLOSED) this.refused();
    };
  }

  // Every beat of these nodes is told from now on.
  watch(rows) {
    const next = rows.slice(0, MAX_ROWS);
    if (next.length === this.rows.length && next.every(id => this.rows.includes(id))) return;
    this.rows = next;
    clearTimeout(this.later);
    this.later = setTimeout(() => this.open(), 400);
  }

  // The server answered, but not with a stream: a login is wanted, or it is full.
  async refused() {
    let status = 0;
    try {
      status = (await fetch('api/v1/info', {headers: {accept: 'application/json'}})).status;
    } catch { /* it is away */ }
    if (status === 401) this.onLink('login');
    else setTimeout(() => this.open(), 3000);
  }
}
