// Shares one connection between all tabs of a browser: servers and browsers allow only a few.
import {Hub, PING} from './hub.js';
import {Connection} from './connection.js';
import {Model} from './model.js';

const model = new Model();
const hub = new Hub(model, () => performance.now());
const connection = new Connection(model,
  (changed, name, data, cursor) => hub.told(name, data, cursor),
  link => hub.say({link}),
  (lost, times) => hub.say({healed: {lost, times}}));

const watch = () => connection.watch(hub.rows);

setInterval(() => { if (hub.ping()) watch(); }, PING);
addEventListener('online', () => connection.hurry());

self.onconnect = event => {
  const port = event.ports[0];
  hub.join(port);
  port.onmessage = ({data}) => {
    if (data.open) connection.open();
    if (data.hurry) connection.hurry();
    if (hub.heard(port, data)) watch();
  };
  if (connection.state === 'closed') connection.open();
};
