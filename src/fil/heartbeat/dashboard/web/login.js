// Asks for a token where the server wants one, and keeps the session's cookie.

export class Login {
  constructor(dialog, onDone) {
    this.dialog = dialog;
    this.fault = dialog.querySelector('#login-fault');
    this.token = dialog.querySelector('#token');
    dialog.querySelector('form').addEventListener('submit', event => {
      event.preventDefault();
      this.send().then(done => { if (done) onDone(); });
    });
  }

  open() {
    if (!this.dialog.open) this.dialog.showModal();
  }

  async send() {
    this.fault.textContent = '';
    try {
      const answer = await fetch('api/v1/session', {
        method: 'POST',
        headers: {'content-type': 'application/json'},
        body: JSON.stringify({token: this.token.value}),
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
