// One node: what it is, why it is in its state, and its past.
import {STATES, ago, nameOf} from './table.js';
import {chart} from './chart.js';

const SPANS = [['24 hours', 24, '5m'], ['48 hours', 48, '5m'], ['90 days', 90 * 24, '6h']];

const element = (name, text, className) => {
  const made = document.createElement(name);
  if (text != null) made.textContent = text;
  if (className) made.className = className;
  return made;
};

export class NodePanel {
  constructor(dialog, feed, clock, onClose) {
    Object.assign(this, {dialog, feed, clock});
    this.span = SPANS[0];
    dialog.addEventListener('close', () => { this.id = null; onClose(); });
    dialog.addEventListener('click', event => { if (event.target === dialog) dialog.close(); });
  }

  async open(id) {
    if (this.id === id) return;
    this.id = id;
    this.past = null;
    this.draw();
    if (!this.dialog.open) this.dialog.showModal();
    const at = 'api/v1/nodes/' + encodeURIComponent(id);
    const load = async path => {
      const answer = await fetch(at + path);
      return answer.ok ? answer.json() : null;
    };
    const [node, history, changes, connections] = await Promise.all(
      [load(''), this.history(id), load('/changes?limit=20'), load('/connections')]);
    if (this.id !== id) return;
    this.past = {node, history, changes, connections};
    this.draw();
  }

  async history(id) {
    const [, hours, step] = this.span;
    const from = new Date(this.clock() - hours * 3600e3).toISOString();
    const answer = await fetch(`api/v1/nodes/${encodeURIComponent(id)}/history?step=${step}&from=${from}`);
    return answer.ok ? answer.json() : null;
  }

  async show(span) {
    const id = this.id;
    this.span = span;
    const history = await this.history(id);
    if (this.id !== id || this.span !== span) return;
    this.past.history = history;
    this.draw();
  }

  // After a change of colours.
  redraw() {
    if (this.id) this.draw();
  }

  draw() {
    this.plot = null;
    this.live = element('div');
    const past = element('div');
    if (this.past) past.append(...this.pastOf(this.clock()));
    const close = element('button', 'Close');
    close.onclick = () => this.dialog.close();
    this.dialog.replaceChildren(this.live, past, close);
    if (this.plot) chart(this.plot, this.past.history.points);
    this.refresh();
  }

  // What is true now, drawn again whenever it may have changed.
  refresh() {
    if (!this.id) return;
    const node = this.feed.nodes.get(this.id) ?? this.past?.node;
    const now = this.clock();
    const title = element('h2', node ? nameOf(node) : this.id);
    title.id = 'node-title';
    const all = [title];
    if (!node) {
      all.push(element('p', 'This node is not known here (any more).'));
    } else {
      const state = element('p', `${node.state} for ${ago(node.stateSince, now)}`, 'state s-' + node.state);
      state.dataset.mark = STATES[node.state]?.[0] ?? '';
      all.push(state, element('p', node.reason ?? STATES[node.state]?.[1] ?? ''));
      for (const conflict of node.conflicts ?? []) all.push(element('p', 'Conflict: ' + conflict));
      all.push(this.facts({...node, ...this.beats(node)}, now));
    }
    this.live.replaceChildren(...all);
  }

  // The feed leaves beats out where the row is not in sight.
  beats(node) {
    const asked = this.past?.node;
    return node.lastBeat || !asked ? {} : {lastBeat: asked.lastBeat, beats: asked.beats};
  }

  facts(node, now) {
    const list = element('dl');
    const put = (name, value) => { if (value != null && value !== '') list.append(element('dt', name), element('dd', String(value))); };
    put('Peer id', node.peerId);
    put('Nickname', node.nickname);
    put('Miner', node.minerAddress);
    put('Network', node.network ?? node.genesisCid);
    put('Height', node.height);
    put('Lag', node.lagEpochs == null ? null : node.lagEpochs + ' epochs');
    put('Agreement', node.agreement);
    put('Votes', node.voter ? 'yes' : 'no');
    put('Connected', node.connected ? 'from ' + (node.address ?? '') : 'no');
    put('Head since', node.headSince && ago(node.headSince, now) + ' ago');
    put('Last beat', node.lastBeat && ago(node.lastBeat, now) + ' ago');
    put('Beats', node.beats);
    put('Up 24 h', node.uptime24h == null ? null : (100 * node.uptime24h).toFixed(1) + ' %');
    put('First seen', node.firstSeen);
    put('Head', this.feed.heads.get(node.head)?.cids.join(' '));
    return list;
  }

  pastOf(now) {
    const {history, changes, connections} = this.past;
    const all = [element('h3', 'The last ' + this.span[0])];
    const spans = element('div', null, 'tools');
    for (const span of SPANS) {
      const button = element('button', span[0]);
      button.setAttribute('aria-pressed', span === this.span);
      button.onclick = () => this.show(span);
      spans.append(button);
    }
    all.push(spans);
    if (history?.points.length) {
      const strip = element('div', null, 'strip');
      strip.setAttribute('role', 'img');
      strip.setAttribute('aria-label', 'State over ' + this.span[0]);
      for (const point of history.points) {
        const bit = element('i', null, 's-' + point.state);
        bit.title = `${point.t}: ${point.state}, ${point.beats} beats, longest gap ${point.longestGapSeconds} s`;
        strip.append(bit);
      }
      this.plot = element('div', null, 'plot');
      all.push(strip, this.plot, element('p', 'Drag to zoom, double click to see all.', 'quiet'));
    } else {
      all.push(element('p', 'Nothing recorded yet: the first row is written after 30 s.', 'quiet'));
    }
    const list = (heading, rows) => {
      if (rows?.length) {
        const items = element('ul');
        rows.slice(0, 20).forEach(row => items.append(element('li', row)));
        all.push(element('h3', heading), items);
      }
    };
    list('Changes of state', changes?.changes.map(each => `${ago(each.t, now)} ago: ${each.from} → ${each.to}${each.reason ? ' — ' + each.reason : ''}`));
    list('Connections', connections?.connections.map(each => `${ago(each.t, now)} ago: ${each.opened ? 'opened from ' + (each.address ?? '') : 'ended' + (each.reason ? ' — ' + each.reason : '')}`));
    return all;
  }
}
