// Which tipsets nodes are on at each height, and how heights spread.
import {element, notLoaded, say} from './dom.js';
import {colourOf, many, nameOf, nameOfNetwork, number, shortHead, timeOf} from './format.js';
import {stateOf} from './states.js';
import {getJson} from './fetch.js';
import {Press} from './press.js';
import {to} from './route.js';

const EPOCHS = 20;

// It is asked for every five seconds: what takes longer than two of these counts as none.
const MOST_MILLIS = 10000;

export class Chain {
  // Note: where it says that what is shown is none or an older one.
  constructor(lanes, spread, who, note, feed, clock) {
    Object.assign(this, {lanes, spread, who, note, feed, clock, at: null, asking: false, press: new Press(lanes, () => this.load())});
  }

  async load() {
    if (document.hidden || this.asking) return;
    this.asking = true;
    const found = await getJson('api/v1/chain?epochs=' + EPOCHS, null, MOST_MILLIS);
    this.asking = false;
    if (found) this.at = this.clock();
    this.mark(!found);
    // What stands below the lanes has its place now.
    document.getElementById('view-chain').classList.remove('loading');
    if (found && !this.press.holds()) this.draw(found.networks.filter(network => network.lanes.length));
  }

  // What could not be loaded again stays as it was, and is marked.
  mark(old) {
    for (const part of [this.lanes, this.spread, this.who]) part.classList.toggle('old', old);
    const now = this.clock();
    say(this.note, old ? notLoaded(this.at && timeOf(new Date(this.at).toISOString(), now)) : '');
  }

  draw(networks) {
    const said = JSON.stringify(networks);
    if (said === this.said) return;
    this.said = said;
    if (!networks.length) {
      this.lanes.replaceChildren(element('p', 'No node has reported a head yet. Lanes appear with the first beats that carry one.', 'quiet'));
      this.spread.replaceChildren(element('p', 'No height has been reported by two nodes yet.', 'quiet'));
      return;
    }
    const focused = document.activeElement?.dataset?.key;
    this.lanes.replaceChildren(...networks.flatMap(network => this.network(network, networks.length > 1)));
    if (focused) [...this.lanes.querySelectorAll('button')].find(each => each.dataset.key === focused)?.focus();
    this.spread.replaceChildren(...networks.flatMap(network => spreadOf(network, networks.length > 1)));
    this.drawWho();
  }

  network(network, named) {
    const most = Math.max(1, ...network.lanes.map(lane => total(lane)));
    // Below the heights that half of the fleet ever reported, nothing was heard; above, no block was made.
    const heard = network.lanes.findLast(lane => total(lane) * 2 >= most)?.height ?? 0;
    const rows = network.lanes.map(lane => this.lane(lane, most, heard));
    return named ? [element('h3', nameOfNetwork(network)), ...rows] : rows;
  }

  lane(lane, most, heard) {
    const row = element('div', null, 'lane');
    const label = element('span', number(lane.height));
    label.title = 'Height, in epochs';
    const bar = element('div', null, 'parts');
    const sides = new Map();
    for (const head of lane.heads) sides.has(head.side) ? sides.get(head.side).push(head) : sides.set(head.side, [head]);
    let first = true;
    for (const heads of sides.values()) {
      const group = element('span');
      group.style.flex = `${heads.reduce((sum, head) => sum + head.count, 0)} 0 0`;
      heads.forEach((head, i) => group.append(this.part(lane, head, !first, i > 0)));
      bar.append(group);
      first = false;
    }
    if (lane.heads.length) {
      const rest = element('i');
      rest.style.flex = `${most - total(lane)} 0 0`;
      bar.append(rest);
    } else bar.append(element('i', null, 'null'));
    row.append(label, bar, noteOf(lane, sides.size, heard));
    return row;
  }

  part(lane, head, other, partial) {
    const part = element('button');
    part.type = 'button';
    part.style.flex = `${head.count} 0 0`;
    part.style.setProperty('--t', colourOf(head.cids));
    part.classList.toggle('other', other);
    part.classList.toggle('part', partial);
    const what = `${many(head.count, 'node')} on ${many(head.cids.length, 'block')}`
      + (partial ? ', part of the same branch' : '') + (other ? ', a separate branch' : '');
    part.dataset.key = lane.height + ' ' + head.cids.join();
    part.title = `${what}\n${head.cids.join('\n')}`;
    part.setAttribute('aria-label', `Height ${number(lane.height)}: ${what}`);
    part.setAttribute('aria-pressed', part.dataset.key === this.picked?.key);
    part.onclick = () => {
      this.picked = {key: part.dataset.key, height: lane.height, head, what};
      for (const each of this.lanes.querySelectorAll('button')) each.setAttribute('aria-pressed', each === part);
      this.drawWho();
    };
    return part;
  }

  drawWho() {
    if (!this.picked) {
      this.who.replaceChildren(element('p', 'Choose a bar to see which nodes are on that tipset.', 'quiet'));
      return;
    }
    const {key, height, head, what} = this.picked;
    if (this.who.dataset.key === key + head.nodes.length) return;
    this.who.dataset.key = key + head.nodes.length;
    const card = element('div', null, 'card');
    const title = element('h3');
    const tip = element('i', null, 'tip');
    tip.style.setProperty('--t', colourOf(head.cids));
    title.append(tip, `${number(height)}, ${shortHead(head.cids)}`);
    title.title = head.cids.join('\n');
    const list = element('ul');
    list.tabIndex = 0;
    list.setAttribute('aria-label', 'Nodes on this tipset');
    const known = head.nodes.map(id => [id, this.feed.nodes.get(id)]).map(([id, node]) => [id, node ? nameOf(node) : id]).sort((a, b) => a[1] < b[1] ? -1 : 1);
    for (const [id, name] of known) {
      const item = element('li');
      const link = element('a', name);
      link.href = to('node', id);
      item.append(link);
      list.append(item);
    }
    if (head.count > known.length) list.append(element('li', `and ${number(head.count - known.length)} more`, 'quiet'));
    card.append(title, element('p', what, 'quiet'), list);
    this.who.replaceChildren(card);
  }
}

function total(lane) {
  return lane.heads.reduce((sum, head) => sum + head.count, 0);
}

function noteOf(lane, sides, heard) {
  const note = element('span', null, 'note quiet');
  const partial = lane.heads.length - sides;
  if (!lane.heads.length) {
    const none = lane.height > heard;
    say(note, none ? 'null round' : 'not heard', none ? 'No node reported a tipset at this height: a round without blocks' : 'No node reported this height: it was before this aggregator listened, or a null round');
  } else {
    say(note, many(total(lane), 'node') + (partial ? ` · ${partial} partial` : '') + (sides > 1 ? ' · ' : ''),
      'Nodes that reported this height' + (sides > 1 ? '; branches have no block in common' : '') + (partial ? '; partial tipsets hold some of their branch’s blocks' : ''));
    if (sides > 1) {
      const apart = stateOf('forked');
      say(apart, `${sides} branches`, 'Branches have no block in common');
      note.append(apart);
    }
  }
  return note;
}

// Bars from the first report of a height to half and to nine of ten of the nodes that reported it.
function spreadOf(network, named) {
  const seen = network.lanes.filter(lane => lane.p50Millis != null && lane.p90Millis != null);
  const all = named ? [element('h3', nameOfNetwork(network))] : [];
  if (!seen.length) return [...all, element('p', 'No height has been reported by two nodes yet.', 'quiet')];
  const median = of => {
    const sorted = seen.map(of).sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] / 1000;
  };
  all.push(element('p', `Half of the nodes report a height within ${median(lane => lane.p50Millis)} s of its first report, nine of ten within ${median(lane => lane.p90Millis)} s (medians of ${many(seen.length, 'height')}).`));
  const most = Math.max(5000, ...seen.map(lane => lane.p90Millis));
  for (const lane of seen) {
    const row = element('div', null, 'lane');
    const track = element('div', null, 'track');
    for (const [millis, look] of [[lane.p90Millis, 'nine'], [lane.p50Millis, '']]) {
      const bar = element('i', null, look);
      bar.style.width = Math.max(.5, 100 * millis / most) + '%';
      track.append(bar);
    }
    const text = element('span', `half ${lane.p50Millis / 1000} s · 90 % ${lane.p90Millis / 1000} s`, 'note quiet');
    row.title = `Height ${number(lane.height)}: half of the nodes after ${lane.p50Millis / 1000} s, nine of ten after ${lane.p90Millis / 1000} s`;
    row.append(element('span', number(lane.height)), track, text);
    all.push(row);
  }
  return all;
}
