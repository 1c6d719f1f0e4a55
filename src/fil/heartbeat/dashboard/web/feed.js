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

  start() {
    const take = (name, data) => {
      const changed = this.model.take(name, data);
      if (changed) this.onChange(changed);
    };
    const linked = state => {
      if (state !== 'live') this.model.fresh = null;
      this.onLink(state);
    };
    try {
      this.port = new SharedWorker('worker.js', {type: 'module', name: 'feed'}).port;
    } catch {
      this.line = new Line(take, linked);
      this.line.open();
      return;
    }
    this.port.onmessage = ({data}) => data.link ? linked(data.link) : take(data.name, data.data);
    addEventListener('pagehide', () => this.port.postMessage({gone: true}));
    addEventListener('pageshow', event => { if (event.persisted) location.reload(); });
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
    this.line ? this.line.watch(rows) : this.port?.postMessage({rows});
  }
}
