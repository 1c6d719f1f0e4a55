// Shares one connection between all tabs of a browser: servers and browsers allow only a few.
import {Hub, PING} from './hub.js';
import {Line} from './line.js';
import {Model} from './model.js';

const model = new Model();
const hub = new Hub(model, () => performance.now());
const line = new Line(model,
  (changed, name, data, cursor) => hub.told(name, data, cursor),
  link => hub.say({link}),
  (lost, times) => hub.say({healed: {lost, times}}));

const watch = () => line.watch(hub.rows);

setInterval(() => { if (hub.ping()) watch(); }, PING);
addEventListener('online', () => line.hurry());

self.onconnect = event => {
  const port = event.ports[0];
  hub.join(port);
  port.onmessage = ({data}) => {
    if (data.open) line.open();
    if (data.hurry) line.hurry();
    if (hub.heard(port, data)) watch();
  };
  if (line.state === 'closed') line.open();
};
