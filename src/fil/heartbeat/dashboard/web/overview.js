// What is going on: a sentence, who is in trouble and since when, a bar, and the networks.
import {element, say} from './dom.js';
import {ago, fullTime, many, nameOf, nameOfNetwork, number, timeOf} from './format.js';
import {factsOf} from './network.js';
import {NOTES, areKnown, gravestFirst, isTrouble, meaningOf, startingWords, stateOf} from './states.js';
import {filter, to} from './route.js';
import {showTroubled} from './sign.js';

const NAMES = 4;
// Anyone may name a genesis; the largest networks are shown.
const MAX_NETWORKS = 4;

export class Overview {
  constructor(feed, clock, upgrades) {
    Object.assign(this, {feed, clock, upgrades, states: new Set()});
    for (const id of ['verdict', 'trouble', 'bar', 'networks', 'trouble-count']) this[id] = document.getElementById(id);
    this.chips = document.getElementById('states');
  }

  draw(warming) {
    const by = new Map();
    for (const node of this.feed.nodes.values()) {
      const group = by.get(node.state);
      group ? group.push(node) : by.set(node.state, [node]);
    }
    const order = gravestFirst(by.keys());
    const troubled = order.filter(state => isTrouble(state) && by.has(state));
    this.drawVerdict(by, troubled, warming);
    this.drawTrouble(by, troubled);
    this.drawBar(by, order);
    this.drawNetworks();
  }

  drawVerdict(by, troubled, warming) {
    const all = this.feed.nodes.size;
    let sum = troubled.reduce((total, state) => total + by.get(state).length, 0);
    const told = this.feed.starting && startingWords(this.feed.starting, this.clock());
    // A fleet of which nothing is known waits for no judgement.
    const starting = told && (all || told.known) ? told : null;
    const well = by.get('ok')?.length ?? 0;
    let text;
    if (starting) {
      text = starting.text;
      sum = Math.max(sum, starting.trouble);
    } else if (!all) text = 'No heartbeat received yet.';
    else if (sum) text = `${number(sum)} of ${many(all, 'node')} ${sum === 1 ? 'is' : 'are'} ${areKnown() ? 'in trouble' : 'not ok'}.`;
    else if (well === all) text = all === 1 ? 'The one node is in step.' : `All ${number(all)} nodes are in step.`;
    else if (!well) text = `${many(all, 'node')} known; nothing to judge ${all === 1 ? 'it' : 'them'} by yet.`;
    else text = `No node is in trouble; ${number(well)} of ${number(all)} are in step.`;
    this.verdict.classList.toggle('quiet', !!starting);
    say(this.verdict, text, warming ? NOTES.warming : '');
    this['trouble-count'].hidden = !sum;
    say(this['trouble-count'], number(sum), many(sum, 'node') + ' in trouble');
    showTroubled(sum);
  }

  // A line for each state of trouble: how many, since when, who.
  drawTrouble(by, troubled) {
    const now = this.clock();
    const old = new Map([...this.trouble.children].map(line => [line.dataset.state, line]));
    const lines = troubled.map(state => {
      const group = by.get(state);
      // The first are found without sorting all of ten thousand.
      const first = [];
      for (const node of group) {
        if (first.length < NAMES || before(node, first.at(-1))) {
          first.push(node);
          first.sort((a, b) => before(a, b) ? -1 : 1);
          first.length = Math.min(first.length, NAMES);
        }
      }
      const oldest = first[0].stateSince;
      first.sort((a, b) => nameOf(a) < nameOf(b) ? -1 : 1);
      const line = old.get(state) ?? this.troubleLine(state);
      const [what, when, who] = line.children;
      const [names, rest] = who.children;
      say(what, `${number(group.length)} ${state}`, meaningOf(state));
      say(when, `since ${timeOf(oldest, now)} · ${ago(oldest, now)}`, `The first of them: ${fullTime(oldest)}`);
      const key = JSON.stringify([group.length, ...first.map(node => [node.peerId, nameOf(node)])]);
      if (names.dataset.key !== key) {
        names.dataset.key = key;
        names.replaceChildren(...first.flatMap((node, i) => {
          const link = element('a', nameOf(node));
          link.href = to('node', node.peerId);
          return i ? [', ', link] : [link];
        }));
        rest.href = '#/?state=' + state;
        say(rest, group.length > NAMES ? `and ${number(group.length - NAMES)} more` : '', `Show the ${group.length} nodes that are ${state}`);
      }
      return line;
    });
    if (!lines.length) {
      const calm = this.trouble.querySelector('.calm') ?? element('li', null, 'quiet calm');
      const waiting = ['unknown', 'syncing'].filter(state => by.has(state)).map(state => `${number(by.get(state).length)} ${state}`);
      say(calm, waiting.length ? waiting.join(', ') + '.' : '');
      lines.push(calm);
    }
    place(this.trouble, lines);
  }

  troubleLine(state) {
    const line = element('li');
    line.dataset.state = state;
    const who = element('span', null, 'who');
    who.append(element('span', null, 'names'), ' ', element('a'));
    line.append(stateOf(state), element('span', null, 'quiet'), who);
    return line;
  }

  drawBar(by, order) {
    const there = order.filter(state => by.has(state) || this.states.has(state));
    const bits = new Map([...this.bar.children].map(each => [each.dataset.state, each]));
    const chips = new Map([...this.chips.children].map(each => [each.dataset.state, each]));
    const off = state => this.states.size > 0 && !this.states.has(state);
    place(this.bar, there.filter(state => by.has(state)).map(state => {
      const bit = bits.get(state) ?? this.pick(element('i', null, 's-' + state), state);
      bit.style.flexGrow = by.get(state).length;
      bit.classList.toggle('off', off(state));
      bit.title = `${many(by.get(state).length, 'node')} ${state}. ${meaningOf(state)}`.trim();
      return bit;
    }));
    place(this.chips, there.map(state => {
      const chip = chips.get(state) ?? this.chip(state);
      say(chip.lastChild, number(by.get(state)?.length ?? 0));
      chip.setAttribute('aria-pressed', this.states.has(state));
      chip.title = `${meaningOf(state)} Choose to show only these.`.trim();
      return chip;
    }));
  }

  chip(state) {
    const chip = this.pick(element('button'), state);
    chip.type = 'button';
    const word = stateOf(state);
    word.title = '';
    chip.append(word, ' ', element('b'));
    return chip;
  }

  pick(made, state) {
    made.dataset.state = state;
    made.onclick = () => {
      const states = new Set(this.states);
      states.has(state) ? states.delete(state) : states.add(state);
      filter({state: [...states].join(',') || null});
    };
    return made;
  }

  drawNetworks() {
    const told = this.feed.networks.filter(each => each.bestHeight != null || each.voters > 0 || this.feed.networks.length === 1);
    const shown = told.slice().sort((a, b) => b.voters - a.voters).slice(0, MAX_NETWORKS);
    const old = [...this.networks.querySelectorAll('.card')];
    const cards = shown.map((network, i) => this.card(old[i] ?? element('div', null, 'card'), network));
    if (told.length > shown.length) cards.push(element('p', many(told.length - shown.length, 'smaller network') + ' not shown', 'quiet'));
    place(this.networks, cards);
  }

  card(card, network) {
    const facts = factsOf(network, this.clock(), this.upgrades.of(network), peerId => {
      const node = this.feed.nodes.get(peerId);
      return node ? nameOf(node) : null;
    });
    const shape = JSON.stringify(facts.map(([name, , , draw]) => [name, !draw]));
    if (card.dataset.shape !== shape) {
      card.dataset.shape = shape;
      const list = element('dl');
      for (const [name, , , , look] of facts) {
        const row = element('div');
        row.append(element('dt', name), element('dd', null, look));
        list.append(row);
      }
      card.replaceChildren(element('h3'), list);
    }
    say(card.firstChild, nameOfNetwork(network), network.genesisCid ? 'Network with genesis ' + network.genesisCid : 'Network');
    facts.forEach(([, value, title, draw], i) => {
      const row = card.lastChild.children[i];
      if (row.title !== title) row.title = title;
      draw ? draw(row.lastChild) : say(row.lastChild, value);
    });
    return card;
  }
}

function before(a, b) {
  return a.stateSince === b.stateSince ? nameOf(a) < nameOf(b) : (a.stateSince ?? '') < (b.stateSince ?? '');
}

// Puts children in place and leaves those that stay, so that pointer, focus and screen reader keep their hold.
function place(parent, children) {
  if (children.length === parent.children.length && children.every((each, i) => each === parent.children[i])) return;
  const keep = new Set(children);
  for (const child of [...parent.children]) if (!keep.has(child)) child.remove();
  children.forEach((child, i) => { if (parent.children[i] !== child) parent.insertBefore(child, parent.children[i] ?? null); });
}
