// Asks for a token where the server wants one, and keeps the session's cookie.

import {say} from './dom.js';

const LINK = '#login=';

// What the link of the command login-link brings; it leaves the address bar before anything else happens.
function fromLink() {
  if (!location.hash.startsWith(LINK)) return null;
  const token = location.hash.slice(LINK.length);
  history.replaceState(null, '', location.pathname + location.search);
  return token;
}

export class Login {
  constructor(dialog, onDone) {
    this.dialog = dialog;
    this.onDone = onDone;
    this.fault = dialog.querySelector('#login-fault');
    this.token = dialog.querySelector('#token');
    dialog.querySelector('form').addEventListener('submit', event => {
      event.preventDefault();
      this.send(this.token.value).then(done => { if (done) onDone(); });
    });
  }

  open() {
    if (!this.dialog.open) this.dialog.showModal();
  }

  // The button says who one is and takes it back, or lets one in. viewer: as GET /api/v1/info tells it; null when it told nothing.
  shows(button, viewer) {
    const own = viewer?.via === 'session';
    const who = viewer && (own || viewer.via === 'token') ? `${viewer.name ?? 'local'} (${viewer.scope})` : null;
    say(button, own ? `Log out ${who}` : who ?? 'Log in', own ? 'End this session' : 'Log in with a token, to see or change more');
    button.onclick = () => own ? this.out() : this.open();
  }

  async out() {
    try {
      await fetch('api/v1/session', {method: 'DELETE'});
    } catch { /* The connection says so. */ }
    this.onDone();
  }

  // Logs in with what a link brought, if the address is one.
  async byLink() {
    const token = fromLink();
    if (!token) return;
    if (await this.send(token)) this.onDone();
    else this.open();
  }

  async send(token) {
    this.fault.textContent = '';
    try {
      const answer = await fetch('api/v1/session', {
        method: 'POST',
        headers: {'content-type': 'application/json'},
        body: JSON.stringify({token}),
      });
      this.token.value = '';
      if (answer.ok) {
        this.dialog.close();
        return true;
      }
      const problem = await answer.json().catch(() => ({}));
      this.fault.textContent = problem.detail ?? 'HTTP ' + answer.status;
    } catch {
      this.fault.textContent = 'The server does not answer.';
    }
    this.token.focus();
    return false;
  }
}
