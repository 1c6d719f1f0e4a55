// Shares one connection between all tabs of a browser: servers and browsers allow only a few.
import {Line} from './line.js';
import {Model} from './model.js';

const ports = new Map();
// Those that came while a snapshot was under way, and have not seen its beginning.
const late = new Set();
const model = new Model();
let link = 'connecting';

let healed;

const line = new Line(model, (changed, name, data, cursor) => {
  for (const port of ports.keys()) if (!late.has(port)) port.postMessage({name, data, cursor});
  if (data.whole) {
    late.forEach(welcome);
    late.clear();
  }
}, state => {
  link = state;
  for (const port of ports.keys()) port.postMessage({link});
}, (lost, times) => {
  healed = {lost, times};
  for (const port of ports.keys()) port.postMessage({healed});
});

function welcome(port) {
  for (const [name, data, cursor] of model.events(new Date().toISOString())) port.postMessage({name, data, cursor});
}

function watch() {
  line.watch([...new Set([...ports.values()].flat())]);
}

self.onconnect = event => {
  const port = event.ports[0];
  ports.set(port, []);
  port.onmessage = ({data}) => {
    if (data.rows) {
      ports.set(port, data.rows);
      watch();
    } else if (data.again) {
      // What that tab made of it is not what was told.
      if (model.fresh) late.add(port);
      else if (model.known) welcome(port);
    } else if (data.open) {
      line.open();
    } else if (data.gone) {
      ports.delete(port);
      late.delete(port);
      watch();
    }
  };
  if (!line.source) line.open();
  else if (model.fresh) late.add(port);
  else if (model.known) welcome(port);
  port.postMessage({link});
  if (healed) port.postMessage({healed});
};
