// The fleet as the feed tells it. Lives in the page, and in the worker that serves all tabs.

export class Model {
  constructor() {
    this.nodes = new Map();
    this.heads = new Map();
    this.networks = [];
    // Those that are not over.
    this.alerts = new Map();
    this.fresh = null;
    // Whether there was a snapshot.
    this.known = false;
  }

  // Takes an event. Answers what changed: all, part, some, networks, alerts, beats, clock, or null when nothing did yet.
  take(name, data) {
    return this[name]?.(data) ?? null;
  }

  snapshot(data) {
    this.fresh ??= {nodes: new Map(), heads: new Map(), alerts: new Map()};
    for (const head of data.heads) this.fresh.heads.set(head.id, head);
    for (const node of data.nodes) this.fresh.nodes.set(node.peerId, {...this.nodes.get(node.peerId), ...node});
    // The first of all is shown as it comes; a later one when it is whole.
    if (!this.known) Object.assign(this, this.fresh);
    if (data.more) return this.known ? null : 'part';
    Object.assign(this, this.fresh);
    this.fresh = null;
    this.known = true;
    return 'all';
  }

  head(head) {
    // At the end, as the newest, when it is told again.
    this.heads.delete(head.id);
    this.heads.set(head.id, head);
    if (this.heads.size > 4 * this.nodes.size + 1000) this.dropHeads();
    return null;
  }

  delta(data) {
    for (const node of data.nodes) this.nodes.set(node.peerId, {...this.nodes.get(node.peerId), ...node});
    for (const id of data.removed) this.nodes.delete(id);
    return 'some';
  }

  consensus(data) {
    this.networks = data.networks;
    return 'networks';
  }

  alert(alert) {
    if (alert.gone || alert.status === 'resolved') this.alerts.delete(alert.id);
    else this.alerts.set(alert.id, alert);
    return 'alerts';
  }

  clock() {
    return 'clock';
  }

  rows(data) {
    for (const row of data.rows) {
      const node = this.nodes.get(row.peerId);
      if (node) Object.assign(node, row);
    }
    return 'beats';
  }

  // What a newcomer has to be told, as events.
  events() {
    return [
      ['snapshot', {nodes: [...this.nodes.values()], heads: [...this.heads.values()], more: false}],
      ['consensus', {networks: this.networks}],
      ...[...this.alerts.values()].map(alert => ['alert', alert]),
    ];
  }

  // Keeps the heads that nodes are on, and the newest: the server tells those once, for nodes that come to them late.
  dropHeads() {
    const used = new Set();
    for (const node of this.nodes.values()) used.add(node.head);
    const most = 2 * this.nodes.size + 1000;
    for (const id of this.heads.keys()) {
      if (this.heads.size <= most) return;
      if (!used.has(id)) this.heads.delete(id);
    }
  }
}
