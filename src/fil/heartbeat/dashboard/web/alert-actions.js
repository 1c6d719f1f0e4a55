// What people do about alerts: acknowledge one, silence some for a while, end a silence.
import {element} from './dom.js';

const DURATIONS = [['30m', '30 minutes'], ['1h', '1 hour'], ['4h', '4 hours'], ['24h', '1 day'], ['168h', '7 days']];
const MAX_COMMENT = 1000;

export class AlertActions {
  constructor(login, done) {
    Object.assign(this, {login, done});
    this.dialog = element('dialog');
    this.dialog.id = 'act';
    this.dialog.setAttribute('aria-labelledby', 'act-title');
    document.body.append(this.dialog);
  }

  acknowledge(alert, summary) {
    const comment = line('Comment', 'act-comment', false);
    this.ask('Acknowledge', `Others will see that you are working on it: ${summary}`, [comment], 'Acknowledge',
      () => this.send('POST', `api/v1/alerts/${encodeURIComponent(alert.id)}/ack`, {comment: comment.lastChild.value}));
  }

  silence(alert) {
    const choices = choicesOf(alert);
    const what = element('fieldset');
    what.append(element('legend', 'What to silence'), ...choices.map(([text], i) => {
      const label = element('label');
      const radio = element('input');
      Object.assign(radio, {type: 'radio', name: 'what', value: i, checked: i === 0});
      label.append(radio, ' ' + text);
      return label;
    }));
    const time = element('div');
    const select = element('select');
    select.id = 'act-duration';
    for (const [value, text] of DURATIONS) {
      const option = element('option', text);
      Object.assign(option, {value, selected: value === '1h'});
      select.append(option);
    }
    const label = element('label', 'For');
    label.htmlFor = select.id;
    time.append(label, select);
    const comment = line('Why', 'act-comment', true);
    this.ask('Silence', 'Sinks that were notified still get the resolution.', [what, time, comment], 'Silence',
      () => this.send('POST', 'api/v1/silences', {
        select: choices[Number(what.querySelector(':checked').value)][1], duration: select.value, comment: comment.lastChild.value}));
  }

  end(silence) {
    this.ask('End the silence', 'Alerts that it silences and that still fire are sent then.', [], 'End now',
      () => this.send('DELETE', 'api/v1/silences/' + encodeURIComponent(silence.id)));
  }

  ask(title, words, parts, verb, act) {
    const form = element('form');
    form.method = 'dialog';
    const heading = element('h2', title);
    heading.id = 'act-title';
    this.fault = element('p', null, 'fault');
    this.fault.setAttribute('role', 'alert');
    const go = element('button', verb, 'first');
    go.type = 'submit';
    const cancel = element('button', 'Cancel');
    cancel.type = 'button';
    cancel.onclick = () => this.dialog.close();
    const buttons = element('div', null, 'buttons');
    buttons.append(go, cancel);
    // An alert that the page shows may be resolved since.
    if (document.body.classList.contains('stale')) parts.unshift(element('p', 'There is no connection: the page is out of date.', 'fault'));
    form.append(heading, element('p', words), ...parts, this.fault, buttons);
    form.addEventListener('submit', event => {
      event.preventDefault();
      go.disabled = true;
      act().then(done => {
        go.disabled = false;
        if (!done) return;
        this.dialog.close();
        this.done();
      });
    });
    this.dialog.replaceChildren(form);
    this.dialog.showModal();
  }

  async send(method, path, body) {
    this.fault.textContent = '';
    try {
      const answer = await fetch(path, {method, headers: {'content-type': 'application/json'}, body: body && JSON.stringify(body)});
      if (answer.ok) return true;
      if (answer.status === 401) {
        this.fault.textContent = 'Log in with a token that may change things (without http.auth: the one in dataDir/local.token), then try again.';
        this.login.open();
        return false;
      }
      const problem = await answer.json().catch(() => ({}));
      this.fault.textContent = problem.detail ?? 'HTTP ' + answer.status;
    } catch {
      this.fault.textContent = 'The server does not answer.';
    }
    return false;
  }
}

function line(text, id, required) {
  const box = element('div');
  const label = element('label', text);
  label.htmlFor = id;
  const input = element('input');
  Object.assign(input, {id, type: 'text', required, maxLength: MAX_COMMENT, autocomplete: 'off'});
  box.append(label, input);
  return box;
}

// The narrowest first.
function choicesOf(alert) {
  const rule = {rule: alert.rule};
  const every = [`All ${alert.rule} alerts`, rule];
  const {nickname, network} = alert.labels;
  if (alert.peerId) {
    const name = nickname || alert.peerId.slice(-10);
    return [[`${alert.rule} of ${name}`, {...rule, peerId: alert.peerId}], [`All alerts of ${name}`, {peerId: alert.peerId}], every];
  }
  return network ? [[`${alert.rule} of ${network}`, {...rule, network}], [`All alerts of ${network}`, {network}], every] : [every];
}
