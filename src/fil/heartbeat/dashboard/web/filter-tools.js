// The filters by what nodes report: a client, a release, who is not ready for an upgrade, a miner. One that no node could fit is not there.
import {element, say} from './dom.js';
import {number} from './format.js';
import {filter} from './route.js';

// More than these nobody reads; the most frequent come first.
const MOST = 100;

export class FilterTools {
  constructor(root) {
    this.root = root;
    this.client = select('Client', 'All clients', 'client');
    this.version = select('Version', 'All versions', 'version');
    this.notReady = element('button');
    Object.assign(this.notReady, {type: 'button', title: 'Only nodes that lack an upgrade that others know'});
    this.notReady.onclick = () => filter({notReady: this.notReady.getAttribute('aria-pressed') === 'true' ? null : 'true'});
    this.miner = element('button');
    Object.assign(this.miner, {type: 'button', title: 'Show nodes of all miners'});
    this.miner.onclick = () => filter({miner: null});
    root.append(this.client, this.version, this.notReady, this.miner);
  }

  // Found: what the fleet reports. Query: the address, which may name what nobody reports any more.
  draw({clients, releases, notReady}, query) {
    offer(this.client, clients, query.get('client'));
    offer(this.version, releases, query.get('version'));
    const pressed = query.get('notReady');
    this.notReady.hidden = !notReady && !pressed;
    this.notReady.setAttribute('aria-pressed', String(pressed === 'true'));
    say(this.notReady, pressed === 'false' ? 'Ready only' : `Not ready ${number(notReady)}`);
    const miner = query.get('miner');
    this.miner.hidden = !miner;
    say(this.miner, miner ? `Miner ${miner} ×` : '');
    this.miner.setAttribute('aria-label', `Miner ${miner}: show nodes of all miners`);
    this.root.hidden = [this.client, this.version, this.notReady, this.miner].every(each => each.hidden);
  }
}

function select(label, all, name) {
  const made = element('select');
  made.setAttribute('aria-label', label);
  made.append(optionOf(all, ''));
  made.onchange = () => filter({[name]: made.value || null});
  return made;
}

function optionOf(text, value) {
  const made = element('option', text);
  made.value = value;
  return made;
}

// A list that is open is not made anew, unless something else is to be chosen from.
function offer(at, counts, chosen) {
  const most = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, MOST);
  if (chosen && !most.some(each => each[0] === chosen)) most.push([chosen, counts.get(chosen) ?? null]);
  const key = JSON.stringify(most);
  at.hidden = !most.length;
  if (at.dataset.key !== key) {
    at.dataset.key = key;
    at.replaceChildren(at.firstChild, ...most.map(([value, count]) => optionOf(count === null ? value : `${value} (${number(count)})`, value)));
  }
  if (at.value !== (chosen ?? '')) at.value = chosen ?? '';
}
