// What the page knows: through the worker that all tabs share, or by a connection of its own where there is none.
import {Connection, STALE} from './connection.js';
import {Model} from './model.js';

const AGAIN = 60000;
const SILENT = 3000;
// The worker asks every 15 s whether a tab is there.
const LOST = 35000;

// Tabs of the page that was served before an upgrade share a worker of their own.
export function workerOf(page) {
  return 'worker.js?v=' + encodeURIComponent(page.querySelector('meta[name=version]')?.content ?? '');
}

export class Feed {
  constructor(onChange, onLink, onHeal) {
    Object.assign(this, {onChange, onLink, onHeal, model: new Model()});
  }

  get nodes() { return this.model.nodes; }

  get heads() { return this.model.heads; }

  get networks() { return this.model.networks; }

  get alerts() { return this.model.alerts; }

  get known() { return this.model.known; }

  get starting() { return this.model.starting; }

  // Whether the alerts are all that there are.
  get alertsKnown() { return this.model.known && this.model.alertsKnown; }

  get alertsOff() { return this.model.alertsOff; }

  start() {
    this.told = (changed, name, data) => { if (changed) this.onChange(changed, data); };
    this.linked = link => {
      this.link = link;
      if (link.state !== 'live') this.model.opened();
      this.onLink(link);
    };
    addEventListener('online', () => this.hurry());
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) return;
      // Its timers may have stood still.
      this.look();
      this.hurry();
    });
    addEventListener('pagehide', () => this.port?.postMessage({gone: true}));
    addEventListener('pageshow', event => { if (event.persisted) location.reload(); });
    // Frozen for a while, it may have been forgotten: with a word it is there again.
    document.addEventListener('resume', () => this.port?.postMessage({rows: this.rows ?? []}));
    setInterval(() => this.look(), 1000);
    this.share();
  }

  // Through the worker of all tabs; alone where there can be none, or it says nothing at all.
  share() {
    this.heard = undefined;
    try {
      const worker = new SharedWorker(workerOf(document), {type: 'module', name: 'feed'});
      // A browser that knows no modules in workers says so only now.
      worker.onerror = () => this.alone();
      this.port = worker.port;
    } catch {
      this.alone();
      return;
    }
    const {port} = this;
    const silent = setTimeout(() => this.alone(), SILENT);
    port.onmessage = ({data}) => {
      clearTimeout(silent);
      this.heard = performance.now();
      if (data.ping) port.postMessage({pong: true});
      // What is old stays so until something is heard.
      else if (data.link) data.link.state === 'connecting' && this.link?.state === 'stale' || this.linked(data.link);
      else if (data.healed) this.onHeal(data.healed.lost, data.healed.times);
      else this.tell(data);
    };
    if (this.rows) port.postMessage({rows: this.rows});
  }

  // The worker may die or hang as a server may, with the tab that it ran beside: what it told is old then, too, and at last another is asked.
  look() {
    if (this.connection || this.heard === undefined) return;
    const silent = performance.now() - this.heard;
    if (silent >= LOST) {
      this.port.postMessage({gone: true});
      this.port.close();
      this.share();
    } else if (silent >= STALE && this.link?.state === 'live') this.linked({state: 'stale', since: this.since});
  }

  // Somebody looks, or the network is there again: nothing is waited for.
  hurry() {
    this.connection ? this.connection.hurry() : this.port?.postMessage({hurry: true, rows: this.rows ?? []});
  }

  // What the worker told. The worker checks what it was told itself; here it is whether all of it came.
  tell({name, data, cursor}) {
    if (data.now) this.clock = {now: Date.parse(data.now), at: this.heard};
    this.since = this.clock ? this.clock.now + this.heard - this.clock.at : null;
    if (this.link?.state === 'stale') this.linked({state: 'live', since: this.since});
    this.told(this.model.take(name, data, cursor), name, data);
    const now = performance.now();
    if (!this.model.fault || now - (this.askedAgain ?? -AGAIN) < AGAIN) return;
    this.askedAgain = now;
    this.model.forget();
    this.port.postMessage({again: true});
  }

  alone() {
    if (this.connection) return;
    this.port?.postMessage({gone: true});
    this.port?.close();
    this.port = null;
    this.connection = new Connection(this.model, this.told, this.linked, this.onHeal);
    // What is old stays so.
    this.connection.since = this.since ?? null;
    if (this.rows) this.connection.watch(this.rows);
    this.connection.open();
  }

  // Asks anew, as after a login.
  open() {
    this.connection ? this.connection.open() : this.port.postMessage({open: true});
  }

  // Every beat of these nodes is told from now on.
  watch(rows) {
    const key = rows.join();
    if (key === this.watched) return;
    this.watched = key;
    this.rows = rows;
    this.connection ? this.connection.watch(rows) : this.port?.postMessage({rows});
  }
}
