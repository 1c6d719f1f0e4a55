// Any cut of a stream and a resume is the uncut stream, for the page's own model: node cut.mjs FILE, with what FeedTape made, one a line.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {Model} from '../../../src/fil/heartbeat/dashboard/web/model.js';

// What a browser dispatches of text that ends anywhere: events with their blank line.
function events(text) {
  return text.slice(0, text.lastIndexOf('\n\n') + 2).split('\n\n').map(each => {
    const found = {};
    for (const line of each.split('\n')) {
      const [, name, value] = /^(id|event|data): (.*)$/.exec(line) ?? [];
      if (name) found[name] = value;
    }
    return found;
  }).filter(each => each.event);
}

function hear(model, text) {
  model.opened();
  for (const {event, data, id} of events(text)) {
    model.take(event, JSON.parse(data), id);
    assert.equal(model.fault, null, event + ' ' + data.slice(0, 100));
  }
  return model;
}

function shown(model) {
  const of = map => Object.fromEntries([...map].sort(([a], [b]) => a < b ? -1 : 1));
  const nodes = of(model.nodes);
  for (const id of Object.keys(nodes)) nodes[id] = {...nodes[id], head: nodes[id].head && model.heads.get(nodes[id].head).cids};
  return {known: model.known, nodes, networks: model.networks, alerts: of(model.alerts)};
}

let cuts = 0;
for (const line of readFileSync(process.argv[2], 'utf8').trim().split('\n')) {
  const {seed, stream, comes} = JSON.parse(line);
  const uncut = shown(hear(new Model(), stream));
  assert.deepEqual(shown(hear(new Model(), comes[''])), uncut, `seed ${seed}, a newcomer`);
  let last = -1;
  for (let at = 0; at <= stream.length; at++) {
    cuts++;
    const whole = stream.lastIndexOf('\n\n', at - 2);
    // Between two ends of events nothing more is dispatched.
    if (whole === last) continue;
    last = whole;
    const model = hear(new Model(), stream.slice(0, at));
    const cursor = model.cursor ?? '';
    assert.deepEqual(shown(hear(model, comes[cursor])), uncut, `seed ${seed}, cut at ${at}, cursor ${cursor}`);
  }
}
console.log(`seen: ${cuts} cuts`);
