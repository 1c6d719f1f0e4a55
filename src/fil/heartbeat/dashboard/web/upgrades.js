// Who is ready for the upgrades ahead, as the server says it. Asked for while somebody looks, and anew when the fleet reports something else.
import {getJson} from './fetch.js';

const MILLIS = 60000;
// A change of one node is seldom alone.
const SOON = 5000;

export class Upgrades {
  constructor(changed) {
    Object.assign(this, {changed, networks: [], asked: null, key: null});
  }

  of(network) {
    return this.networks.find(each => each.network === network.network)?.upgrades ?? [];
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
    // What was known is no worse for an answer that did not come.
    if (!Array.isArray(found?.networks)) return;
    Object.assign(this, {networks: found.networks, key});
    this.changed();
  }
}
