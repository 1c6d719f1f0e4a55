// The server's time, as it was told, going on by a clock that nobody sets; it stands while nothing is heard.

export class Clock {
  constructor(mono = () => performance.now()) {
    this.mono = mono;
    this.base = Date.now() - mono();
    this.stopped = null;
  }

  // The server says what time it is.
  told(iso) {
    this.base = Date.parse(iso) - this.mono();
  }

  // What is shown is as of then: no age goes on. Null: it goes on.
  stop(at) {
    this.stopped = at;
  }

  now() {
    return this.stopped ?? this.base + this.mono();
  }
}
