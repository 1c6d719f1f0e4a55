// The page: what is going on, in a sentence, a bar, a table and the chain.
import {Feed} from './feed.js';
import {GRAVITY, STATES, Table, ago, colourOf, drawHours, nameOf} from './table.js';
import {NodePanel} from './node.js';
import {Chain} from './chain.js';

const $ = id => document.getElementById(id);
const CALM = new Set(['ok', 'unknown', 'syncing']);
let skew = 0;
const clock = () => Date.now() + skew;
let info = {};
let waiting = false;

const feed = new Feed(changed, linked);
const panel = new NodePanel($('node'), feed, clock, () => go({node: null}));
const chain = new Chain($('lanes'), $('spread'), feed, nodes => {
  table.only = new Set(nodes);
  apply();
  $('nodes').scrollIntoView();
});
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
  $('link').textContent = state === 'live' ? 'live' : state === 'login' ? 'login needed' : state === 'connecting' ? 'connecting' : 'reconnecting';
  document.body.classList.toggle('stale', state !== 'live' && state !== 'connecting');
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
    $('no-alerts').hidden = info.alerts !== false;
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

function factsOf(network) {
  const facts = [];
  if (network.expectedEpoch != null) facts.push(['Epoch', network.expectedEpoch.toLocaleString('en'), 'The epoch by the clock']);
  if (network.nextEpoch) facts.push(['Next epoch', 'in ' + Math.max(0, Math.ceil((Date.parse(network.nextEpoch) - clock()) / 1000)) + ' s', 'Seconds until the next epoch begins']);
  if (network.bestHeight != null) facts.push(['Best height', network.bestHeight.toLocaleString('en'), 'The highest credible height']);
  if (network.lagEpochs != null) facts.push(['Network lag', network.lagEpochs + ' epochs', 'Epochs from the best height to the clock']);
  facts.push(['In consensus', `${network.inConsensus} of ${network.inConsensus + network.inDispute}`,
    `Nodes on the side of more than half of the ${network.voters} votes, of all that are on a side`]);
  facts.push(['Basis', `${network.basis.voters}, ${network.basis.reference ? 'with reference' : 'fleet only'}`,
    `${BASIS[network.basis.voters]}; ${network.basis.reference ? 'checked against a reference' : 'no reference is asked'}`]);
  if (network.newestBlock) facts.push(['Last block', ago(network.newestBlock, clock()) + ' ago', 'Since the epoch of the best head began']);
  return facts;
}

// Texts are put in place, so that a pointer or a screen reader keeps its hold.
function drawFacts(all) {
  const known = feed.networks.filter(each => each.bestHeight != null || each.voters > 0 || feed.networks.length === 1);
  $('network').textContent = feed.networks.map(nameOfNetwork).join(', ');
  const groups = [[null, [['Nodes', all.toLocaleString('en'), 'Nodes known to this aggregator']]],
    ...known.map(each => [known.length > 1 ? nameOfNetwork(each) : null, factsOf(each)])];
  const shape = JSON.stringify(groups.map(([name, facts]) => [name, facts.map(fact => fact[0])]));
  if ($('facts').dataset.shape !== shape) {
    $('facts').dataset.shape = shape;
    $('facts').replaceChildren(...groups.flatMap(([name, facts]) => {
      const heading = document.createElement('h3');
      heading.textContent = name;
      const list = document.createElement('dl');
      list.append(...facts.map(([title]) => {
        const box = document.createElement('div');
        const dt = document.createElement('dt');
        dt.textContent = title;
        box.append(dt, document.createElement('dd'));
        return box;
      }));
      return name ? [heading, list] : [list];
    }));
  }
  const boxes = $('facts').querySelectorAll('dl > div');
  groups.flatMap(group => group[1]).forEach(([, value, title], i) => {
    const dd = boxes[i].lastChild;
    if (dd.textContent !== String(value)) dd.textContent = value;
    if (boxes[i].title !== title) boxes[i].title = title;
  });
}

function nameOfNetwork(network) {
  return network.network ?? network.genesisCid ?? 'no genesis';
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
const LEGEND = [
  ['', 'tip', 'A coloured square or bar is a tipset: equal colours are equal tipsets, at whatever node.'],
  ['', 'tip other', 'Hatched: a tipset of another side than the first at its height.'],
  ['', 'hours', 'Uptime of the last 24 hours, an hour a step, the oldest left: full height is always, empty is never, a gap is not recorded.'],
  ['pale', '', 'The page is not connected: what it shows is what was true last.'],
];
for (const [name, look, text] of LEGEND) {
  const dt = document.createElement('dt');
  const dd = document.createElement('dd');
  dt.textContent = name;
  if (look) {
    const sample = document.createElement('i');
    sample.className = look;
    sample.style.setProperty('--t', colourOf(['a tipset']));
    if (look === 'hours') drawHours(sample, '999959990009999999---999');
    dt.append(sample);
  }
  dd.textContent = text;
  $('legend').querySelector('dl').append(dt, dd);
}

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
    go({q: null}, true);
    $('table').focus();
  }
});
// Light and dark follow the system until someone chooses.
const theme = localStorage.getItem('theme');
if (theme) document.documentElement.style.colorScheme = theme;
$('theme').onclick = () => {
  const dark = document.documentElement.style.colorScheme
    ? document.documentElement.style.colorScheme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.style.colorScheme = dark ? 'light' : 'dark';
  localStorage.setItem('theme', dark ? 'light' : 'dark');
  panel.redraw();
};
$('link').onclick = () => { if ($('link').textContent === 'login needed') $('login').showModal(); };
addEventListener('popstate', apply);
setInterval(() => { table.draw(); drawFacts(feed.nodes.size); panel.refresh(); }, 1000);
setInterval(() => chain.load(), 5000);
loadInfo();
chain.load();
feed.start();
apply();
