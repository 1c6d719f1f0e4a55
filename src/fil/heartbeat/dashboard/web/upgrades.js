// Who is ready for the upgrades ahead, as the server says it. Asked for while somebody looks, and anew when the fleet reports something else.
import {getJson} from './fetch.js';
import {number, span} from './format.js';

const MILLIS = 60000;
// A change of one node is seldom alone.
const SOON = 5000;
// Failed loads in a row after which what was known is too old to show.
const MAX_FAILS = 3;

// When an upgrade begins: its epoch and, where the clock of the network is known, how long that is from now.
export function whenOf({height, at}, now) {
  const left = at == null ? null : (Date.parse(at) - now) / 1000;
  return number(height) + (left == null ? '' : left < 0 ? `, began ${span(-left)} ago` : `, in ${span(left)}`);
}

// What a node lacks, as part of a sentence.
export function lackWords(upgrades, now) {
  return upgrades.length ? 'lacks ' + upgrades.map(each => `${each.name} at epoch ${whenOf(each, now)}`).join('; ') : 'lacks an upgrade';
}

export class Upgrades {
  constructor(changed) {
    Object.assign(this, {changed, networks: null, asked: null, key: null, fails: 0});
  }

  // Those of a network; null while they are not loaded, undefined while no node reports any.
  of(network) {
    return this.asked === null ? undefined : this.networks && (this.networks.find(each => each.network === network.network)?.upgrades ?? []);
  }

  // Those that a node lacks. They are compared by their epochs, since programs name them differently; the server names the first nodes only.
  lackedBy({peerId, network, upgradeReady, upgrades}) {
    if (upgradeReady !== false) return [];
    return (this.of({network}) ?? []).filter(each => each.notReady.includes(peerId) || upgrades?.every(other => other.height !== each.height));
  }

  // Key: what it depends on, as a text; now: milliseconds, of any clock.
  want(key, now) {
    if (document.hidden || this.loading || this.asked !== null && now - this.asked < (key === this.key ? MILLIS : SOON)) return;
    this.asked = now;
    this.load(key);
  }

  async load(key) {
    this.loading = true;
    const found = await getJson('api/v1/upgrades');
    this.loading = false;
    // Nobody reports any more.
    if (this.asked === null) return;
    if (Array.isArray(found?.networks)) Object.assign(this, {networks: found.networks, key, fails: 0});
    else if (++this.fails === MAX_FAILS) this.networks = null;
    else return;
    this.changed();
  }

  // Nobody reports any: what was known is of before.
  forget() {
    Object.assign(this, {networks: null, asked: null, key: null, fails: 0});
  }
}
