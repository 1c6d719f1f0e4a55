// What the page knows: through the worker that all tabs share, or by a connection of its own where there is none.
import {Line} from './line.js';
import {Model} from './model.js';

export class Feed {
  constructor(onChange, onLink) {
    Object.assign(this, {onChange, onLink, model: new Model()});
  }

  get nodes() { return this.model.nodes; }

  get heads() { return this.model.heads; }

  get networks() { return this.model.networks; }

  get alerts() { return this.model.alerts; }

  get known() { return this.model.known; }

  start() {
    this.take = (name, data) => {
      const changed = this.model.take(name, data);
      if (changed) this.onChange(changed, data);
    };
    this.linked = state => {
      if (state !== 'live') this.model.fresh = null;
      this.onLink(state);
    };
    try {
      const worker = new SharedWorker('worker.js', {type: 'module', name: 'feed'});
      // A browser that knows no modules in workers says so only now.
      worker.onerror = () => this.alone();
      this.port = worker.port;
    } catch {
      this.alone();
      return;
    }
    this.port.onmessage = ({data}) => data.link ? this.linked(data.link) : this.take(data.name, data.data);
    addEventListener('pagehide', () => this.port?.postMessage({gone: true}));
    addEventListener('pageshow', event => { if (event.persisted) location.reload(); });
  }

  alone() {
    if (this.line) return;
    this.port = null;
    this.line = new Line(this.take, this.linked);
    if (this.rows) this.line.rows = this.rows.slice();
    this.line.open();
  }

  // Asks anew, as after a login.
  open() {
    this.line ? this.line.open() : this.port.postMessage({open: true});
  }

  // Every beat of these nodes is told from now on.
  watch(rows) {
    const key = rows.join();
    if (key === this.watched) return;
    this.watched = key;
    this.rows = rows;
    this.line ? this.line.watch(rows) : this.port?.postMessage({rows});
  }
}
