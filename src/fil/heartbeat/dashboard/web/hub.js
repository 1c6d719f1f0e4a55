// The tabs that share one connection: who is there, which rows each has in sight, and who has been told everything.

// A tab that does not answer for so long is gone, whatever became of it.
export const GONE = 45000;
export const PING = 15000;

export class Hub {
  // Ports take messages; now: milliseconds that only go on.
  constructor(model, now) {
    Object.assign(this, {model, now, ports: new Map(), link: {state: 'connecting', since: null}, healed: null});
  }

  // A tab comes, or comes back after it was forgotten. What it does not know yet it is told when all of it is there.
  join(port) {
    this.ports.set(port, {rows: [], seen: this.now(), looked: this.now(), late: false});
    port.postMessage({link: this.link});
    if (this.healed) port.postMessage({healed: this.healed});
    this.welcome(port);
  }

  welcome(port) {
    const tab = this.ports.get(port);
    tab.late = this.model.fresh !== null;
    if (!tab.late && this.model.known) for (const [name, data, cursor] of this.model.events(this.time())) port.postMessage({name, data, cursor});
  }

  // A tab says something. Answers whether other rows may be in sight.
  heard(port, data) {
    if (data.gone) return this.ports.delete(port);
    if (!this.ports.has(port)) this.join(port);
    const tab = this.ports.get(port);
    tab.seen = this.now();
    if (data.again) this.welcome(port);
    if (!data.rows) return false;
    tab.rows = data.rows;
    tab.looked = tab.seen;
    return true;
  }

  // Asks each whether it is there, and forgets those that are not. Answers whether any was.
  ping() {
    let forgotten = false;
    for (const [port, tab] of this.ports) {
      if (this.now() - tab.seen >= GONE) forgotten = this.ports.delete(port);
      else port.postMessage({ping: true});
    }
    return forgotten;
  }

  // The rows in sight; those of the tab that was looked at last come first.
  get rows() {
    const tabs = [...this.ports.values()].sort((a, b) => b.looked - a.looked);
    return [...new Set(tabs.flatMap(tab => tab.rows))];
  }

  // The connection brings an event.
  told(name, data, cursor) {
    if (data.now) this.clock = {now: Date.parse(data.now), at: this.now()};
    for (const [port, tab] of this.ports) {
      if (!tab.late) port.postMessage({name, data, cursor});
      else if (data.whole) this.welcome(port);
    }
  }

  say(message) {
    Object.assign(this, message);
    for (const port of this.ports.keys()) port.postMessage(message);
  }

  // The server's, for who is told now what it said a moment ago.
  time() {
    const {now, at} = this.clock ?? {now: Date.now(), at: this.now()};
    return new Date(now + this.now() - at).toISOString();
  }
}
