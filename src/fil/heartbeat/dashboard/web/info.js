// When GET /api/v1/info is asked: one question at a time, and one timer for the next, whatever became of the last.

// A question that failed is asked again after this, and after twice as long each time.
const FIRST_WAIT = 2000;
const MOST_WAIT = 30000;
// While the server is warming up it has news soon.
const WARMING = 5000;
// Alerts may be turned on and off while the page is open.
const CALM = 15000;

function world() {
  return {
    later: (act, millis) => setTimeout(act, millis),
    never: timer => clearTimeout(timer),
  };
}

export class InfoLoader {
  // get: resolves to an answer, or to null. take: shows an answer; false when it was not enough. wanted: whether somebody needs one when the time has come.
  constructor(get, take, wanted, env = world()) {
    Object.assign(this, {get, take, wanted, env, fails: 0, asking: false, timer: null, hurried: false, outdated: false});
  }

  // The server can be reached: asks at once. A question that is under way goes on, and if it fails the next is not waited for.
  hurry() {
    if (this.asking) this.hurried = true;
    else this.load();
  }

  // The viewer is another: what is asked already is asked once more.
  renew() {
    if (this.asking) this.outdated = true;
    else this.load();
  }

  async load() {
    this.env.never(this.timer);
    this.timer = null;
    this.asking = true;
    this.hurried = this.outdated = false;
    let found = null;
    let enough = false;
    try {
      found = await this.get();
      enough = found !== null && this.take(found) !== false;
    } finally {
      // What cannot be shown must not be the end of it.
      this.asking = false;
      this.fails = enough ? 0 : this.fails + 1;
      if (this.outdated || this.hurried && !enough) this.load();
      else this.wait(enough ? found.warming ? WARMING : CALM : Math.min(FIRST_WAIT * 2 ** (this.fails - 1), MOST_WAIT));
    }
  }

  wait(millis) {
    this.timer = this.env.later(() => this.wanted() ? this.load() : this.wait(millis), millis);
  }
}
