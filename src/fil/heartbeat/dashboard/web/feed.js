// The live feed: nodes by peer id, heads by number, and whether what is shown is still true.

export class Feed {
  constructor(onChange, onLink) {
    this.nodes = new Map();
    this.heads = new Map();
    this.networks = [];
    this.rows = [];
    this.onChange = onChange;
    this.onLink = onLink;
    this.heard = 0;
    setInterval(() => {
      if (this.heard && performance.now() - this.heard > 35000) this.onLink('lost');
    }, 5000);
  }

  open() {
    this.close();
    const query = new URLSearchParams();
    if (this.rows.length) query.set('rows', this.rows.join(','));
    if (this.lastId) query.set('lastEventId', this.lastId);
    let fresh = null;
    let heads = null;
    const source = new EventSource('api/v1/events?' + query);
    this.source = source;
    const on = (name, take) => source.addEventListener(name, event => {
      this.heard = performance.now();
      if (event.lastEventId) this.lastId = event.lastEventId;
      take(JSON.parse(event.data));
    });
    source.onopen = () => this.onLink('live');
    source.onerror = () => {
      fresh = null;
      this.onLink('lost');
      if (source.readyState === EventSource.CLOSED) this.refused();
    };
    on('snapshot', data => {
      if (!fresh) {
        fresh = new Map();
        heads = new Map();
      }
      for (const head of data.heads) heads.set(head.id, head);
      for (const node of data.nodes) fresh.set(node.peerId, {...this.nodes.get(node.peerId), ...node});
      if (!data.more) {
        this.nodes = fresh;
        this.heads = heads;
        fresh = null;
        this.onChange('all');
      }
    });
    on('head', head => {
      this.heads.set(head.id, head);
      if (this.heads.size > 4 * this.nodes.size + 1000) this.dropHeads();
    });
    on('delta', data => {
      for (const node of data.nodes) this.nodes.set(node.peerId, {...this.nodes.get(node.peerId), ...node});
      for (const id of data.removed) this.nodes.delete(id);
      this.onChange('some');
    });
    on('consensus', data => {
      this.networks = data.networks;
      this.onChange('networks');
    });
    on('rows', data => {
      for (const row of data.rows) {
        const node = this.nodes.get(row.peerId);
        if (node) Object.assign(node, row);
      }
      this.onChange('beats');
    });
  }

  // Keeps the heads that nodes are on.
  dropHeads() {
    const used = new Set([...this.nodes.values()].map(node => node.head));
    for (const id of this.heads.keys()) if (!used.has(id)) this.heads.delete(id);
  }

  close() {
    this.source?.close();
  }

  // Every beat of these nodes is told from now on.
  watch(rows) {
    const next = rows.slice(0, 200);
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
