// One node: what it is, why it is in its state, and its past.
import {element, notLoaded, say} from './dom.js';
import {ago, fullTime, many, nameOf, nameOfNetwork, number, shortHead, timeOf, inZone, colourOf} from './format.js';
import {meaningOf, stateOf} from './states.js';
import {alertsFor, alertsOf} from './alerts.js';
import {getJson} from './fetch.js';
import {chart} from './chart.js';
import {Press} from './press.js';
import {filNumber} from './extras.js';
import {reportedOf} from './reported.js';
import {strip} from './state-strip.js';

// Name, hours, step as the server takes it, the step in seconds.
const SPANS = [['hour', 1, '30s', 30], ['24 hours', 24, '5m', 300], ['48 hours', 48, '5m', 300], ['90 days', 90 * 24, '6h', 21600]];
const REFRESH = 30000;
// What is drawn of the past: always, or when the node reported it.
const CHARTS = [
  {title: 'Lag: epochs behind the network', label: 'Lag', unit: 'epochs', colour: '--behind', least: 5, value: point => point.lagEpochs, always: true},
  {title: 'Longest gap between beats, in seconds', label: 'Longest gap', unit: 's', colour: '--gone', least: 10, value: point => point.longestGapSeconds, always: true},
  {title: 'Finality: epochs from its head down to its finalized tipset, the most of each step', label: 'Finality', unit: 'epochs', colour: '--behind', least: 30, value: point => point.finalityLag},
  {title: 'Peers, the fewest of each step', label: 'Peers', unit: 'peers', colour: '--ok', least: 10, value: point => point.peers},
  {title: 'Lowest balance of its workers and control addresses, in FIL', label: 'Balance', unit: 'FIL', colour: '--slow', least: 1, value: point => point.balance == null ? null : filNumber(point.balance)},
];

export class NodePage {
  constructor(root, feed, clock, back, lackedBy = () => []) {
    Object.assign(this, {root, feed, clock, back, lackedBy, plots: [], press: new Press(root, () => { if (this.id) this.load(); })});
    this.span = SPANS[1];
    setInterval(() => { if (this.id && !document.hidden) this.load(); }, REFRESH);
  }

  open(id) {
    if (this.id === id) return;
    Object.assign(this, {id, past: null, chosen: false});
    this.frame();
    this.refresh();
    if (id) this.load();
  }

  frame() {
    this.parts = {};
    const part = (name, made) => this.parts[name] = made;
    const back = element('a', '← All nodes', 'back');
    back.href = this.back();
    const top = element('div', null, 'title');
    top.append(part('name', element('h2')), part('state', element('span')));
    const two = part('two', element('div', null, 'two'));
    two.hidden = true;
    const left = element('div');
    const title = element('h3', 'What it reports');
    title.title = 'Optional, and asked of its Filecoin node at other times than its head. What is older than three of its periods is left out';
    left.append(part('facts', element('div', null, 'card')), title, part('reported', element('div', null, 'card')), part('badge', element('div')));
    const right = element('div');
    right.append(part('past', element('div', null, 'past')), part('logs', element('div')));
    two.append(left, right);
    this.root.replaceChildren(back, top, part('why', element('p', null, 'why')), part('conflicts', element('div')), two);
  }

  async load() {
    const id = this.id;
    const at = 'api/v1/nodes/' + encodeURIComponent(id);
    // There may be no such node, unless the feed has it; if there is, the rest is there.
    let none = false;
    const node = await getJson(at, status => { none = status === 404 && !this.feed.nodes.has(id); });
    // A node that came just now has no past of a day.
    if (!this.chosen && node?.firstSeen) this.span = SPANS[this.clock() - Date.parse(node.firstSeen) < 2 * 3600e3 ? 0 : 1];
    const span = this.span;
    const to = this.clock();
    const from = to - span[1] * 3600e3;
    const get = async path => none ? undefined : await getJson(at + path);
    const [alerts, history, changes, connections] = await Promise.all([alertsFor(id),
      get(`/history?step=${span[2]}&from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`), get('/changes?limit=50'), get('/connections')]);
    if (this.id !== id || this.span !== span || this.press.holds()) return;
    const asked = {node: none ? undefined : node, alerts, history: history && {...history, from, to}, changes, connections};
    // Undefined and null are not the same here. A history without a new point is another once a step has gone by.
    const said = JSON.stringify([span, node?.peerId, history && Math.floor(to / 1000 / span[3]), ...[alerts, history, changes, connections].map(each => each === undefined ? 'none' : each)]);
    if (said === this.past?.said || this.past?.span === span && this.zoomed) return;
    this.past = {said, from, to, ...pastOf(asked, span, this.past)};
    this.refresh();
    this.drawPast();
  }

  // The times that the charts show: those that a history was loaded for, also when it is one from before.
  get range() { return this.past.history ?? this.past; }

  // Whether someone has zoomed in.
  get zoomed() {
    const {from, to} = this.range;
    return this.plots.some(plot => plot.scales.x.min > from / 1000 + 1 || plot.scales.x.max < to / 1000 - 1);
  }

  choose(span) {
    this.span = span;
    this.chosen = true;
    this.drawSpans();
    this.load();
  }

  // After a change of colours.
  redraw() {
    if (this.past) this.drawPast();
  }

  // What is true now, put in place whenever it may have changed.
  refresh() {
    if (!this.id) return;
    const asked = this.past?.node;
    // What was asked once is no answer to whether it is still there.
    const node = this.feed.nodes.get(this.id) ?? (this.feed.known && this.past?.failed.has('node') ? undefined : asked);
    const {name, state, why, conflicts, facts, reported, badge} = this.parts;
    const now = this.clock();
    say(name, node ? nameOf(node) : this.id);
    if (!node) {
      say(why, this.feed.known ? 'No node with this peer id is known here, or not any more.' : this.past?.failed.has('node') ? notLoaded() : '');
      return;
    }
    const until = `${node.state} for ${ago(node.stateSince, now)}, since ${timeOf(node.stateSince, now)}`;
    if (state.dataset.state !== node.state) {
      state.dataset.state = node.state;
      state.replaceChildren(stateOf(node.state));
    }
    say(state.firstChild, until, meaningOf(node.state));
    say(why, inZone(node.reason, this.clock()) ?? meaningOf(node.state), meaningOf(node.state));
    const told = (node.conflicts ?? []).map(each => inZone(each, now)).join('\n');
    if (conflicts.dataset.told !== told) {
      conflicts.dataset.told = told;
      conflicts.replaceChildren(...told.split('\n').filter(Boolean).map(each => element('p', 'Conflict: ' + each, 'conflict')));
    }
    // The feed brings beats of watched rows only.
    this.drawFacts(reported, reportedOf(node, this.epochOf(node), now, this.lackedBy(node)));
    this.drawFacts(facts, factsOf({...node, lastBeat: node.lastBeat ?? asked?.lastBeat, beats: node.beats ?? asked?.beats}, this.feed.heads.get(node.head), now));
    // What is below and beside has its place from the moment it is seen.
    this.parts.two.hidden = false;
    if (!badge.firstChild) badge.append(...badgeOf(this.id, nameOf(node)));
  }

  // The epoch by the clock of its network, else that of its head, else null.
  epochOf(node) {
    return this.feed.networks?.find(each => each.genesisCid === node.genesisCid)?.expectedEpoch ?? node.height ?? null;
  }

  drawFacts(card, facts) {
    const shape = facts.map(fact => fact[0]).join();
    if (card.dataset.shape !== shape) {
      card.dataset.shape = shape;
      const list = element('dl', null, 'left');
      for (const [name] of facts) {
        const row = element('div');
        row.append(element('dt', name), element('dd'));
        list.append(row);
      }
      card.replaceChildren(list);
    }
    facts.forEach(([, value, title, tip, look], i) => {
      const row = card.firstChild.children[i];
      if (row.title !== title) row.title = title;
      if (row.lastChild.className !== (look ?? '')) row.lastChild.className = look ?? '';
      if (tip && row.lastChild.dataset.colour !== tip + value) {
        row.lastChild.dataset.colour = tip + value;
        const square = element('i', null, 'tip');
        square.style.setProperty('--t', tip);
        row.lastChild.replaceChildren(square, value);
      } else if (!tip) say(row.lastChild, String(value));
    });
  }

  drawSpans() {
    [...this.parts.past.querySelectorAll('.spans button')].forEach((button, i) => button.setAttribute('aria-pressed', SPANS[i] === this.span));
  }

  drawPast() {
    const {history, changes, connections, span, failed} = this.past;
    const {from, to} = this.range;
    const now = this.clock();
    this.plots.forEach(plot => plot.destroy());
    this.plots = [];
    const spans = element('div', null, 'spans');
    spans.setAttribute('role', 'group');
    spans.setAttribute('aria-label', 'How far back');
    for (const each of SPANS) {
      const button = element('button', each[0] === 'hour' ? '1 hour' : each[0]);
      button.type = 'button';
      button.onclick = () => this.choose(each);
      spans.append(button);
    }
    const csv = element('a', 'CSV');
    csv.href = `api/v1/nodes/${encodeURIComponent(this.id)}/history?format=csv&step=${span[2]}&from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
    csv.title = 'What the charts show, as a file';
    spans.append(csv);
    const title = element('h3', 'State over the last ' + span[0]);
    const points = history?.points ?? [];
    const before = failed.has('history') && history ? timeOf(new Date(to).toISOString(), now) : null;
    const missing = failed.has('history') ? [lost(before)] : [];
    const charts = CHARTS.filter(each => each.always || points.some(point => each.value(point) != null));
    const plots = charts.map(() => element('div', null, 'plot'));
    if (points.length) {
      this.parts.past.replaceChildren(spans, title, ...missing, ...strip(points, from, to, span[3], before ?? 'now'), ...plots,
        element('p', 'Drag over a chart to zoom in, double click to see all. A hatched stretch was not recorded.', 'quiet'));
      const times = points.map(point => Date.parse(point.t) / 1000);
      const range = [from / 1000, to / 1000];
      this.plots = charts.map((each, i) => chart(plots[i], times, range, {...each, values: points.map(point => each.value(point) ?? null)}));
    } else {
      this.parts.past.replaceChildren(spans, title, ...missing.length ? missing : [element('p', 'Nothing recorded yet: the first row is written after 30 seconds.', 'quiet')]);
    }
    this.drawSpans();
    this.parts.logs.replaceChildren(
      ...log('Changes of state', 'None yet.', changes?.changes.map(each => [each.t, `${each.from} → ${each.to}${each.reason ? ' — ' + inZone(each.reason, now) : ''}`]), now, failed.has('changes')),
      ...log('Connections', 'None recorded.', connections?.connections.map(each => [each.t, each.opened ? 'opened' + (each.address ? ' from ' + each.address : '') : 'ended' + (each.reason ? ' — ' + inZone(each.reason, now) : '')]), now, failed.has('connections')),
      element('h3', 'Alerts'), ...failed.has('alerts') && this.past.alerts ? [lost()] : [], ...failed.has('alerts') && this.past.alerts?.length === 0 ? [] : [alertsOf(this.past.alerts, now)]);
  }
}

// What is known of a node's past: of what could not be loaded, what was known before; failed has its names. A history is kept for its own span.
export function pastOf(asked, span, before) {
  const past = {span, failed: new Set()};
  for (const [name, found] of Object.entries(asked)) {
    if (found === null) past.failed.add(name);
    past[name] = found === null && (name !== 'history' || before?.span === span) ? before?.[name] ?? null : found;
  }
  return past;
}

function lost(since) {
  return element('p', notLoaded(since), 'quiet');
}

function log(heading, none, rows, now, failed) {
  const missing = failed ? [lost()] : [];
  if (!rows?.length) return [element('h3', heading), ...failed ? missing : [element('p', none, 'quiet')]];
  const list = element('ul', null, 'log');
  list.tabIndex = 0;
  list.setAttribute('aria-label', heading);
  for (const [t, text] of rows.slice(0, 100)) {
    const item = element('li');
    const time = element('time', timeOf(t, now));
    time.dateTime = t;
    time.title = fullTime(t);
    item.append(time, element('span', text));
    list.append(item);
  }
  return [element('h3', heading), ...missing, list];
}

function factsOf(node, head, now) {
  const facts = [];
  const put = (name, value, title, tip) => { if (value != null && value !== '') facts.push([name, value, title, tip]); };
  put('Last beat', node.lastBeat ? `${ago(node.lastBeat, now)} ago` : '–', node.lastBeat ? fullTime(node.lastBeat) : 'None, or not received yet');
  put('Beats', node.beats == null ? '–' : number(node.beats), 'Beats received from it since it is known');
  put('Height', node.height == null ? null : number(node.height), 'Height of its head, in epochs');
  put('Lag', node.lagEpochs == null ? null : many(node.lagEpochs, 'epoch'), 'From its height to the network’s');
  put('Head', head && shortHead(head.cids), head?.cids.join('\n'), head && colourOf(head.cids));
  put('Head since', node.headSince && `${timeOf(node.headSince, now)} · ${ago(node.headSince, now)}`, 'When it first reported this head');
  put('Agreement', node.agreement, 'Its head beside the majority’s: same, partial (some of the blocks), older, forked or unknown');
  put('Up 24 h', node.uptime24h == null ? null : (100 * node.uptime24h).toFixed(1) + ' %', 'Share of the last 24 hours in which it beat');
  put('Connected', node.connected ? 'yes' + (node.address ? ', from ' + node.address : '') : 'no', 'Whether its libp2p connection is open');
  put('Votes', node.voter ? 'yes' : 'no', 'Whether its head counts for consensus');
  put('Miner', node.minerAddress, 'Miner address that it claims');
  put('Nickname', node.nickname, 'What it calls itself');
  put('Labels', Object.entries(node.labels ?? {}).map(each => each.join('=')).join(', '), 'Of the expected node, from the configuration');
  put('Network', node.network || node.genesisCid ? nameOfNetwork(node) : null, node.genesisCid ?? 'It names no genesis');
  put('First seen', node.firstSeen && timeOf(node.firstSeen, now), fullTime(node.firstSeen));
  put('Peer id', node.peerId, 'Proven by the handshake');
  return facts;
}

function badgeOf(id, name) {
  const path = 'badge/' + encodeURIComponent(id) + '.svg';
  const picture = element('img');
  picture.src = path;
  picture.alt = `Badge of ${name}`;
  picture.height = 20;
  const link = element('a');
  link.href = path;
  link.title = 'A picture of its state for other pages, redrawn on each request';
  link.append(picture);
  const box = element('p', null, 'badge');
  box.append(link);
  return [box];
}
