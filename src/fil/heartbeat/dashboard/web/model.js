// The fleet as the feed tells it. Lives in the page, and in the worker that serves all tabs.

//
// It comes in groups of events that count when they are whole: only the last of a group has a cursor. A beginning ends with a clock that says `whole`;
// until then it stands in `fresh`, whatever else is told meanwhile.

const STATUS = ['firing', 'acknowledged', 'pending'];

export class Model {
  constructor() {
    Object.assign(this, empty());
    this.fresh = null;
    // Whether all that there is was told once, and whether the alerts were.
    this.known = false;
    this.alertsKnown = false;
    // Whether the server raises none.
    this.alertsOff = false;
    // While the server judges nobody: until when, and what was so before it started.
    this.starting = null;
    // What to go on from.
    this.cursor = null;
    // The alerts told since the last piece: all there are, when a clock says `whole`.
    this.told = new Set();
    // What a clock said that is not so, until it is asked for.
    this.fault = null;
  }

  // A stream begins. What one before it did not tell to its end does not count.
  opened() {
    this.fresh = null;
    this.told.clear();
  }

  // Nothing that was told is gone on from: the next stream begins anew.
  forget() {
    this.cursor = null;
    this.fault = null;
  }

  // Takes an event, with its cursor. Answers what changed: all, part, some, networks, alerts, beats, clock, or null when nothing did yet.
  take(name, data, cursor) {
    const changed = TOLD.has(name) ? this[name](data) : null;
    if (cursor) this.cursor = cursor;
    if (name === 'clock') this.check(data);
    return changed;
  }

  // Where events of now belong.
  get at() { return this.fresh ?? this; }

  snapshot(data) {
    if (!this.fresh) {
      this.fresh = empty();
      this.fresh.networks = this.networks;
    }
    this.told.clear();
    for (const head of data.heads) this.fresh.heads.set(head.id, head);
    for (const node of data.nodes) this.fresh.nodes.set(node.peerId, {...this.nodes.get(node.peerId), ...node});
    return this.coming('part');
  }

  // The first of all is shown as it comes; a later one when it is whole.
  coming(what) {
    if (!this.fresh) return what;
    if (this.known) return null;
    Object.assign(this, this.fresh);
    return what;
  }

  head(head) {
    const {heads, nodes} = this.at;
    // At the end, as the newest, when it is told again.
    heads.delete(head.id);
    heads.set(head.id, head);
    if (heads.size > 4 * nodes.size + 1000) dropHeads(heads, nodes);
    return null;
  }

  delta(data) {
    const {nodes} = this.at;
    for (const node of data.nodes) nodes.set(node.peerId, {...nodes.get(node.peerId), ...node});
    for (const id of data.removed) nodes.delete(id);
    this.told.clear();
    return this.coming('some');
  }

  consensus(data) {
    this.at.networks = data.networks;
    return this.coming('networks');
  }

  alert(alert) {
    const {alerts} = this.at;
    if (alert.gone || alert.status === 'resolved') {
      alerts.delete(alert.id);
      this.told.delete(alert.id);
    } else {
      alerts.set(alert.id, alert);
      this.told.add(alert.id);
    }
    return this.coming('alerts');
  }

  clock(data) {
    const [known, off] = [this.alertsKnown, this.alertsOff];
    this.alertsKnown = data.alerts != null;
    this.alertsOff = data.alertsOff === true;
    this.starting = data.starting ?? null;
    if (!data.whole) return known === this.alertsKnown && off === this.alertsOff ? 'clock' : 'alerts';
    if (this.fresh) {
      Object.assign(this, this.fresh);
      this.fresh = null;
    }
    this.known = true;
    if (data.alerts || data.alertsOff) for (const id of this.alerts.keys()) if (!this.told.has(id)) this.alerts.delete(id);
    this.told.clear();
    return 'all';
  }

  // Whether what the server counts for us is what we have; else what is not.
  check(data) {
    if (this.fresh || !this.known || data.nodes === undefined) return;
    const counts = this.counts();
    if (data.cursor !== this.cursor) this.fault = 'place';
    else if (data.nodes !== counts.nodes) this.fault = 'nodes';
    else if (data.alerts && STATUS.some(each => data.alerts[each] !== counts.alerts[each])) this.fault = 'alerts';
    else this.fault = null;
  }

  counts() {
    const alerts = Object.fromEntries(STATUS.map(each => [each, 0]));
    for (const alert of this.alerts.values()) alerts[alert.status]++;
    return {nodes: this.nodes.size, alerts};
  }

  rows(data) {
    const {nodes} = this.at;
    for (const row of data.rows) {
      const node = nodes.get(row.peerId);
      if (node) Object.assign(node, row);
    }
    return this.coming('beats');
  }

  // What a newcomer has to be told, as events with their cursors; now as the server's clock says it.
  events(now) {
    const {nodes, alerts} = this.counts();
    return [
      ['snapshot', {nodes: [...this.nodes.values()], heads: [...this.heads.values()], more: false}],
      ['consensus', {networks: this.networks}],
      ...[...this.alerts.values()].map(alert => ['alert', alert]),
      ['clock', {now, whole: true, cursor: this.cursor, nodes, alerts: this.alertsKnown ? alerts : null,
        ...this.alertsOff && {alertsOff: true}, ...this.starting && {starting: this.starting}}, this.cursor],
    ];
  }
}

export const TOLD = new Set(['snapshot', 'head', 'delta', 'consensus', 'alert', 'clock', 'rows']);

function empty() {
  return {nodes: new Map(), heads: new Map(), alerts: new Map(), networks: []};
}

// Keeps the heads that nodes are on, and the newest: the server tells those once, for nodes that come to them late.
function dropHeads(heads, nodes) {
  const used = new Set();
  for (const node of nodes.values()) used.add(node.head);
  const most = 2 * nodes.size + 1000;
  for (const id of heads.keys()) {
    if (heads.size <= most) return;
    if (!used.has(id)) heads.delete(id);
  }
}
