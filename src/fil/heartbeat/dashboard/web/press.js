// What someone presses must stay until it is let go: a click on what was replaced meanwhile is lost, and so is a drag.

export class Press {
  // Released is called when what is pressed may be replaced again, if someone asked meanwhile.
  constructor(root, released) {
    this.down = this.asked = false;
    root.addEventListener('pointerdown', event => { this.down ||= event.button === 0; });
    // The click comes right behind the end of a press.
    for (const end of ['pointerup', 'pointercancel', 'blur']) addEventListener(end, () => { if (this.down) setTimeout(() => this.release(released)); });
  }

  // Whether something is pressed and must not be replaced.
  holds() {
    this.asked ||= this.down;
    return this.down;
  }

  release(released) {
    const {asked} = this;
    this.down = this.asked = false;
    if (asked) released();
  }
}
