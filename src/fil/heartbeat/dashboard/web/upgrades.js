// Who is ready for the upgrades ahead, as the server says it. Asked for while somebody looks, and anew when the fleet reports something else.
import {getJson} from './fetch.js';

const MILLIS = 60000;
// A change of one node is seldom alone.
const SOON = 5000;
// Failed loads in a row after which what was known is too old to show.
const MAX_FAILS = 3;

export class Upgrades {
  constructor(changed) {
    Object.assign(this, {changed, networks: null, asked: null, key: null, fails: 0});
  }

  // Those of a network, or null while they are not known.
  of(network) {
    return this.networks && (this.networks.find(each => each.network === network.network)?.upgrades ?? []);
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
