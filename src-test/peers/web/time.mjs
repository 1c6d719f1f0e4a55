// A time of its own for tests: it goes on when it is said to, and what waits for a moment acts then.

// Lets what was promised happen.
export const turn = () => new Promise(done => setImmediate(done));

export class Time {
  constructor(at = 0) {
    Object.assign(this, {at, timers: []});
  }

  // Every: milliseconds after which it acts again; never again when they are left out.
  later(act, millis = 0, every = null) {
    const timer = {act, at: this.at + millis, every};
    this.timers.push(timer);
    return timer;
  }

  never(timer) { this.timers = this.timers.filter(each => each !== timer); }

  // Each: called before each look for what comes next.
  async pass(millis, each = () => {}) {
    const end = this.at + millis;
    for (;;) {
      await turn();
      each();
      const next = this.timers.filter(timer => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.at = Math.max(this.at, next.at);
      if (next.every === null) this.never(next);
      else next.at = this.at + next.every;
      next.act();
    }
    this.at = end;
  }
}
