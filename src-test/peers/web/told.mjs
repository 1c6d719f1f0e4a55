// What the page's own model makes of all that its feed told: node told.mjs FILE, a JSON object a line with what is so and the streams in order.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {Model} from '../../../src/fil/heartbeat/dashboard/web/model.js';

function hear(model, text) {
  model.opened();
  for (const each of text.split('\n\n')) {
    const {event, data, id} = Object.fromEntries(each.split('\n').map(line => /^(id|event|data): (.*)$/.exec(line)).filter(Boolean).map(([, name, value]) => [name, value]));
    if (!event) continue;
    model.take(event, JSON.parse(data), id);
    assert.equal(model.fault, null, event + ' ' + data.slice(0, 200));
  }
}

let streams = 0;
for (const line of readFileSync(process.argv[2], 'utf8').trim().split('\n')) {
  const {seed, states, alerts, heard} = JSON.parse(line);
  const model = new Model();
  for (const text of heard) hear(model, text);
  streams += heard.length;
  const shown = Object.fromEntries([...model.nodes.values()].map(node => [node.nickname, node.state]));
  assert.deepEqual(shown, states, `seed ${seed}`);
  const firing = [...model.alerts.values()].filter(alert => alert.status !== 'pending' && alert.rule !== 'Watchdog')
    .map(({rule, labels}) => labels.nickname ? `${rule} ${labels.nickname}` : rule);
  assert.deepEqual(firing.sort(), alerts.sort(), `seed ${seed}`);
}
console.log(`seen: ${streams} streams`);
