// The alerts page. Without the alert role it says how to turn it on.
import {element} from './words.js';
import {sample} from './paste.js';

export class Alerts {
  constructor(root) {
    this.root = root;
  }

  // Draws what fits to what the server can do; info as GET /api/v1/info tells it.
  draw(info) {
    if (this.drawn || info.alerts === undefined) return;
    this.drawn = true;
    this.root.replaceChildren(...howTo());
  }
}

// What the node page says of a node's alerts.
export function alertsOf() {
  const say = element('p', 'This aggregator raises no alerts. ', 'quiet');
  const link = element('a', 'How to turn them on');
  link.href = '#/alerts';
  say.append(link);
  return say;
}

function howTo() {
  const section = element('section');
  section.setAttribute('aria-labelledby', 'alerts-title');
  const title = element('h2', 'Alerts are off');
  title.id = 'alerts-title';
  const how = element('p', 'This aggregator watches, but tells nobody. To be told when a node forks, falls behind or goes silent, and when it is well again, add where to send it to config.json:', 'why');
  const other = element('p', 'Or let Prometheus scrape this server’s ', 'why');
  other.append(element('code', '/metrics'), ' and alert on it there, for example when this holds for a minute:');
  section.append(title, how,
    sample({alerts: {sinks: [{name: 'ops', type: 'alertmanager', url: 'http://127.0.0.1:9093'}]}}, 'Alerts in config.json'),
    other,
    sample('sum by (network, state) (fil_heartbeat_nodes{state=~"forked|silent|disconnected|missing|behind"}) > 0', 'A rule for Prometheus'));
  return [section];
}
