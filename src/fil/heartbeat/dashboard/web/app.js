// The page: what is going on, in a sentence, a bar, a table and the chain.
import {Feed} from './feed.js';
import {GRAVITY, STATES, Table, ago, colourOf, nameOf} from './table.js';
import {NodePanel} from './node.js';

const $ = id => document.getElementById(id);
const CALM = new Set(['ok', 'unknown', 'syncing']);
let skew = 0;
const clock = () => Date.now() + skew;
let info = {};
let waiting = false;

const feed = new Feed(changed, linked);
const panel = new NodePanel($('node'), feed, clock, () => go({node: null}));
const table = new Table($('table'), feed, clock, id => go({node: id}), rows => feed.watch(rows));
table.onSort = order => go({sort: order === 'state' ? null : order});

// Filters and the open node live in the address, so that they can be sent and gone back from.
function where() {
  return new URLSearchParams(location.hash.slice(1));
}

function go(change, inPlace) {
  const next = where();
  for (const [key, value] of Object.entries(change)) value ? next.set(key, value) : next.delete(key);
  const hash = next.toString();
  const address = hash ? '#' + hash : location.pathname + location.search;
  if (hash !== location.hash.slice(1)) inPlace ? history.replaceState(null, '', address) : history.pushState(null, '', address);
  apply();
}

function apply() {
  const query = where();
  table.text = (query.get('q') ?? '').toLowerCase();
  table.states = new Set((query.get('state') ?? '').split(',').filter(Boolean));
  table.order = query.get('sort') ?? undefined;
  if ($('search').value.toLowerCase() !== table.text) $('search').value = query.get('q') ?? '';
  $('clear').hidden = !table.text && !table.states.size && !table.only;
  table.update(true);
  drawNow();
  const id = query.get('node');
  if (id) panel.open(id);
  else if ($('node').open) $('node').close();
}

function changed() {
  if (!waiting) {
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      table.update();
      drawNow();
      panel.refresh();
    });
  }
}

function linked(state) {
  $('link').className = 'link ' + (state === 'live' ? 'live' : 'lost');
  $('link').textContent = state === 'live' ? 'live' : state === 'login' ? 'login needed' : 'reconnecting';
  document.body.classList.toggle('stale', state !== 'live');
  if (state === 'login' && !$('login').open) $('login').showModal();
  if (state === 'live') loadInfo();
}

async function loadInfo() {
  try {
    const answer = await fetch('api/v1/info');
    if (!answer.ok) return;
    info = await answer.json();
    skew = Date.parse(info.now) - Date.now();
    $('simulated').hidden = !info.simulated;
    $('warming').hidden = !info.warming;
    if (info.warming) setTimeout(loadInfo, 5000);
    changed();
  } catch { /* The feed says so. */ }
}

function counts() {
  const by = new Map();
  for (const node of feed.nodes.values()) by.set(node.state, (by.get(node.state) ?? 0) + 1);
  return by;
}

function drawNow() {
  const by = counts();
  const all = feed.nodes.size;
  drawVerdict(by, all);
  drawBar(by);
  drawFacts(all);
  drawSides();
  $('count').textContent = table.shown.length === all ? `${all} nodes` : `${table.shown.length} of ${all} nodes`;
  drawEmpty(all);
}

function since(state) {
  let first = null;
  for (const node of feed.nodes.values())
    if (node.state === state && node.stateSince && (!first || node.stateSince < first)) first = node.stateSince;
  return first;
}

function timeOf(iso) {
  return iso ? new Date(iso).toLocaleTimeString([], {hour12: false}) : 'an unknown time';
}

function drawVerdict(by, all) {
  const troubled = GRAVITY.filter(state => !CALM.has(state) && by.get(state));
  const sum = troubled.reduce((total, state) => total + by.get(state), 0);
  const small = document.createElement('small');
  let text;
  if (!all) text = 'No node has beaten yet.';
  else if (!sum) {
    const judged = by.get('ok') ?? 0;
    text = judged === all ? `All ${all} nodes are in step.` : `No node is in trouble; ${judged} of ${all} are in step.`;
  } else {
    text = `${sum} of ${all} nodes ${sum === 1 ? 'is' : 'are'} in trouble.`;
    small.textContent = troubled.map(state => {
      const names = [...feed.nodes.values()].filter(node => node.state === state).map(nameOf).sort();
      const shown = names.slice(0, 3).join(', ') + (names.length > 3 ? ` and ${names.length - 3} more` : '');
      return `${by.get(state)} ${state} since ${timeOf(since(state))}: ${shown}`;
    }).join(' · ');
  }
  if ($('verdict').dataset.said !== text + small.textContent) {
    $('verdict').dataset.said = text + small.textContent;
    $('verdict').replaceChildren(text, small);
  }
}

function drawBar(by) {
  const bar = $('bar');
  const old = new Map([...bar.children].map(each => [each.dataset.state, each]));
  const next = GRAVITY.filter(state => by.get(state)).map(state => {
    const button = old.get(state) ?? document.createElement('button');
    button.dataset.state = state;
    button.className = 's-' + state;
    button.style.flexGrow = by.get(state);
    button.textContent = `${STATES[state][0]} ${by.get(state)} ${state}`;
    button.title = STATES[state][1];
    button.setAttribute('aria-pressed', table.states?.has(state) ?? false);
    button.onclick = () => {
      const states = new Set(table.states);
      states.has(state) ? states.delete(state) : states.add(state);
      go({state: [...states].join(',') || null});
    };
    return button;
  });
  if (next.length !== bar.children.length || next.some((each, i) => each !== bar.children[i])) bar.replaceChildren(...next);
}

const BASIS = {expected: 'expected nodes vote', allowed: 'allowed nodes vote', open: 'open: everyone votes'};

function drawFacts(all) {
  const network = feed.networks[0];
  $('network').textContent = feed.networks.map(each => each.network ?? each.genesisCid ?? 'no genesis').join(', ');
  const facts = [['Nodes', all, 'Nodes known to this aggregator']];
  if (network) {
    if (network.expectedEpoch != null) facts.push(['Epoch', network.expectedEpoch.toLocaleString('en'), 'The epoch by the clock']);
    if (network.bestHeight != null) facts.push(['Best height', network.bestHeight.toLocaleString('en'), 'The highest credible height']);
    if (network.lagEpochs != null) facts.push(['Network lag', network.lagEpochs + ' epochs', 'Epochs from the best height to the clock']);
    facts.push(['In consensus', `${network.inConsensus} of ${network.inConsensus + network.inDispute}`,
      `${network.voters} votes; ${BASIS[network.basis.voters]}; ${network.basis.reference ? 'checked against a reference' : 'fleet only, no reference'}`]);
    facts.push(['Basis', `${network.basis.voters}, ${network.basis.reference ? 'with reference' : 'fleet only'}`, BASIS[network.basis.voters]]);
    if (network.newestBlock) facts.push(['Last block', ago(network.newestBlock, clock()) + ' ago', 'Since the epoch of the best head began']);
  }
  $('facts').replaceChildren(...facts.map(([name, value, title]) => {
    const box = document.createElement('div');
    const dt = document.createElement('dt');
    const dd = document.createElement('dd');
    dt.textContent = name;
    dd.textContent = value;
    box.title = title;
    box.append(dt, dd);
    return box;
  }));
}

function drawSides() {
  const split = feed.networks.filter(each => each.sides.length > 1);
  $('sides').replaceChildren(...split.flatMap(each => each.sides.map((side, i) => {
    const line = document.createElement('div');
    line.className = 'side';
    line.style.setProperty('--t', colourOf(side.head));
    line.textContent = `Side ${i + 1}: ${side.count} nodes, ${side.votes} votes`
      + (side.firstDifferentHeight == null ? ', in consensus' : `, different from height ${side.firstDifferentHeight.toLocaleString('en')}`);
    return line;
  })));
}

function drawEmpty(all) {
  $('empty').hidden = all > 0;
  $('table').hidden = all === 0;
  if (all || $('empty').dataset.for === String(info.addresses)) return;
  $('empty').dataset.for = String(info.addresses);
  const say = document.createElement('p');
  say.textContent = 'Point a node here. On its machine, put this into config.json and run the jar:';
  const pre = document.createElement('pre');
  pre.textContent = JSON.stringify({
    heartbeat: {nickname: 'my-node', beatTarget: info.addresses?.at(-1) ?? '/ip4/…/tcp/9081/p2p/…'},
    chain: {url: 'http://127.0.0.1:1234/rpc/v1'},
  }, null, 2);
  $('empty').replaceChildren(say, pre);
}

async function drawChain() {
  if (document.hidden) return;
  try {
    const answer = await fetch('api/v1/chain?epochs=20');
    if (!answer.ok) return;
    const network = (await answer.json()).networks[0];
    const lanes = network?.lanes ?? [];
    const most = Math.max(1, ...lanes.map(lane => lane.heads.reduce((sum, head) => sum + head.count, 0)));
    $('lanes').replaceChildren(...lanes.map(lane => laneOf(lane, most)));
  } catch { /* The feed says so. */ }
}

function laneOf(lane, most) {
  const row = document.createElement('div');
  row.className = 'lane';
  const label = document.createElement('span');
  label.textContent = lane.height.toLocaleString('en');
  const bar = document.createElement('div');
  const first = lane.heads[0]?.side;
  for (const head of lane.heads) {
    const part = document.createElement('button');
    part.style.width = 100 * head.count / most + '%';
    part.style.setProperty('--t', colourOf(head.cids));
    part.classList.toggle('other', head.side !== first);
    part.title = `${head.count} nodes on ${head.cids.length} blocks\n${head.cids.join('\n')}`;
    part.setAttribute('aria-label', `Height ${lane.height}: ${head.count} nodes on ${head.cids.length} blocks${head.side !== first ? ', another side' : ''}`);
    part.onclick = () => {
      const names = head.nodes.map(id => feed.nodes.get(id)).filter(Boolean).map(nameOf).sort();
      part.title = names.join('\n');
      table.only = new Set(head.nodes);
      apply();
      $('nodes').scrollIntoView();
    };
    bar.append(part);
  }
  const spread = document.createElement('span');
  spread.className = 'quiet';
  spread.textContent = !lane.heads.length ? 'none' : lane.p50Millis == null ? '' : `50 % in ${lane.p50Millis / 1000} s`;
  spread.title = !lane.heads.length ? 'A null round, or nobody told of it' : 'How long after the first report half of the nodes had reported this height, as seen through their beats; whole seconds';
  row.append(label, bar, spread);
  return row;
}

for (const state of GRAVITY.slice().reverse()) {
  const dt = document.createElement('dt');
  const dd = document.createElement('dd');
  dt.className = 'state s-' + state;
  dt.dataset.mark = STATES[state][0];
  dt.textContent = state;
  dd.textContent = STATES[state][1];
  $('legend').querySelector('dl').append(dt, dd);
}

$('search').addEventListener('input', () => go({q: $('search').value.trim() || null}, true));
$('clear').onclick = () => { table.only = null; go({q: null, state: null}); };
$('login').querySelector('form').addEventListener('submit', async event => {
  event.preventDefault();
  const answer = await fetch('api/v1/session', {
    method: 'POST',
    headers: {'content-type': 'application/json'},
    body: JSON.stringify({token: $('token').value}),
  });
  $('token').value = '';
  if (answer.ok) {
    $('login').close();
    feed.open();
  } else {
    const problem = await answer.json().catch(() => ({}));
    $('login-fault').textContent = problem.detail ?? 'HTTP ' + answer.status;
  }
});
document.addEventListener('keydown', event => {
  if (event.key === '/' && event.target.tagName !== 'INPUT') {
    event.preventDefault();
    $('search').focus();
  } else if (event.key === 'Escape' && event.target === $('search')) {
    $('search').blur();
    $('table').focus();
  }
});
$('link').onclick = () => { if ($('link').textContent === 'login needed') $('login').showModal(); };
addEventListener('popstate', apply);
setInterval(() => { table.draw(); drawFacts(feed.nodes.size); panel.refresh(); }, 1000);
setInterval(drawChain, 5000);
loadInfo();
drawChain();
feed.open();
apply();
