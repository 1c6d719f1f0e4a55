// The alerts page: alerts that fire, since when, why and of which subject; silences; resolved alerts. Without the alert role it says how to turn it on.
import {AlertActions} from './alert-actions.js';
import {AlertHistory, Silences} from './alert-history.js';
import {severityOf, subjectOf} from './alert-parts.js';
import {getJson} from './fetch.js';
import {sample} from './snippets.js';
import {element, notLoaded, say, sectionOf} from './dom.js';
import {ago, many, number, summaryOf, timeOf, inZone} from './format.js';

// More than these nobody reads; the most severe come first.
const MOST = 200;
const REFRESH = 30000;
// A resolved alert is in the history a moment after the feed brings it.
const SETTLE = 1500;
// So long after the start alerts may be on their way.
const LATE = 10000;
const STATUS = ['firing', 'acknowledged', 'pending'];
const TITLE = 'alerts-title';
const SEVERITY = ['critical', 'warning', 'info'];
// Whether the server raises alerts; undefined until it is known.
let on;

export class Alerts {
  constructor(root, counter, feed, clock, login) {
    Object.assign(this, {root, counter, feed, clock, rows: new Map(), began: performance.now()});
    root.replaceChildren(loading());
    this.actions = new AlertActions(login, () => this.silences?.load());
    setInterval(() => { if (!document.hidden) this.load(); }, REFRESH);
  }

  get shown() { return on && !this.root.hidden; }

  // Draws what fits to what the server can do; whether alerts are raised, undefined when that is not known. Answers whether that is new.
  draw(raised) {
    if (raised === undefined || raised === on) return false;
    on = raised;
    if (on) this.frame();
    else this.root.replaceChildren(howTo());
    this.changed();
    return true;
  }

  frame() {
    const section = sectionOf(TITLE, 'Alerts');
    this.words = element('p', null, 'why');
    this.words.setAttribute('role', 'status');
    this.list = element('ul', null, 'alerts');
    section.append(this.words, this.list);
    this.silences = new Silences(this.feed, this.clock, silence => this.actions.end(silence));
    this.history = new AlertHistory(this.clock);
    this.root.replaceChildren(section, this.silences.root, this.history.root);
    this.load();
  }

  // When the view is opened.
  open() {
    this.changed();
    this.load();
  }

  load() {
    if (!this.shown) return;
    this.silences.load();
    this.history.load();
  }

  // The feed brought another alert, or a change of one.
  changed() {
    if (this.shown) this.drawRows();
    this.refresh();
  }

  drawRows() {
    const all = [...this.feed.alerts.values()].sort(before);
    if (all.length < this.last) setTimeout(() => this.load(), SETTLE);
    this.last = all.length;
    const rows = all.slice(0, MOST).map(alert => this.row(alert));
    for (const id of this.rows.keys()) if (!this.feed.alerts.has(id)) this.rows.delete(id);
    // What stays keeps its place in the document, and with it the focus.
    rows.forEach((row, i) => { if (this.list.children[i] !== row) this.list.insertBefore(row, this.list.children[i] ?? null); });
    while (this.list.children.length > rows.length) this.list.lastChild.remove();
  }

  // A count that nobody knows is not zero.
  drawCounter(firing) {
    const unknown = on !== false && this.late && !this.feed.alertsKnown;
    this.counter.hidden = !firing && !unknown;
    say(this.counter, unknown ? '?' : number(firing), unknown ? 'The server does not say which alerts are firing' : many(firing, 'alert') + ' firing and not acknowledged');
  }

  drawWords(all) {
    say(this.words, this.feed.alertsKnown ? sentence(all) : this.late ? 'The server does not say which alerts are firing.' : 'Loading alerts…');
  }

  // Whether alerts should be known by now.
  get late() { return performance.now() - this.began > LATE; }

  row(alert) {
    const told = JSON.stringify(alert);
    const old = this.rows.get(alert.id);
    if (old?.dataset.told === told) return old;
    const row = rowOf(alert, this.clock(), this.actions);
    row.dataset.told = told;
    row.dataset.id = alert.id;
    this.rows.set(alert.id, row);
    if (old?.contains(document.activeElement)) {
      old.replaceWith(row);
      row.querySelector('button')?.focus();
    } else old?.replaceWith(row);
    return row;
  }

  // The clock goes on.
  refresh() {
    const all = [...this.feed.alerts.values()];
    this.drawCounter(all.filter(alert => alert.status === 'firing').length);
    if (!this.shown) return;
    this.drawWords(all);
    for (const time of this.list.querySelectorAll('.ticks')) say(time, ago(time.dataset.since, this.clock()));
  }
}

// The order of the server's own list: those that need someone first, then the most severe, then the newest.
export function before(a, b) {
  return STATUS.indexOf(a.status) - STATUS.indexOf(b.status) || SEVERITY.indexOf(a.severity) - SEVERITY.indexOf(b.severity)
    || (a.activeAt > b.activeAt ? -1 : a.activeAt < b.activeAt ? 1 : a.id < b.id ? -1 : 1);
}

function sentence(all) {
  const count = status => all.filter(alert => alert.status === status).length;
  const [firing, acknowledged, pending] = STATUS.map(count);
  if (!all.length) return 'No alert is firing.';
  const parts = [firing ? `${many(firing, 'alert')} ${firing === 1 ? 'is' : 'are'} firing` : 'No unacknowledged alert is firing'];
  if (acknowledged) parts.push(`${number(acknowledged)} acknowledged`);
  if (pending) parts.push(`${number(pending)} pending`);
  return parts.join(', ') + '.' + (all.length > MOST ? ` The ${number(MOST)} most severe are shown.` : '');
}

const SINCE = {acknowledged: 'firing'};

function rowOf(alert, now, actions) {
  const row = element('li', null, 'alert v-' + alert.severity + ' ' + alert.status);
  const head = element('div', null, 'title');
  const ticks = element('span', null, 'ticks');
  const since = alert.startsAt ?? alert.activeAt;
  ticks.dataset.since = since;
  const when = element('span', `${SINCE[alert.status] ?? alert.status} since ${timeOf(since, now)} · `, 'quiet');
  when.append(ticks);
  head.append(severityOf(alert), element('b', alert.rule), subjectOf(alert), when);
  const what = element('p', summaryOf(alert, now), 'summary');
  row.append(head, what);
  if (alert.detail) row.append(element('p', inZone(alert.detail, now)));
  row.append(element('p', sent(alert, now), 'quiet'));
  const ack = alert.acknowledgement;
  if (ack) row.append(element('p', `Acknowledged by ${ack.by} at ${timeOf(ack.at, now)}${ack.comment ? ': ' + ack.comment : ''}`));
  const buttons = element('div', null, 'buttons');
  if (alert.status === 'firing') buttons.append(button('Acknowledge', what.textContent, () => actions.acknowledge(alert, what.textContent)));
  buttons.append(button('Silence', what.textContent, () => actions.silence(alert)));
  row.append(buttons);
  return row;
}

function button(text, what, act) {
  const made = element('button', text);
  made.type = 'button';
  made.setAttribute('aria-label', `${text}: ${what}`);
  made.onclick = act;
  return made;
}

// To whom an alert was sent, and what keeps it from being sent again.
export function sent(alert, now) {
  if (alert.heldBy && !alert.sentTo.length) return `Not sent: ${suppressed(alert.heldBy)}.`;
  if (alert.status === 'pending') return 'Not sent while pending.';
  if (!alert.sentTo.length) return 'Not sent yet.';
  return 'Sent to ' + alert.sentTo.map(each => `${each.sink} at ${timeOf(each.at, now)}`).join(', ') + (alert.heldBy ? `; now ${suppressed(alert.heldBy)}.` : '.');
}

// What suppresses an alert, as the server has it: silence ID, maintenance NAME, or the rule that explains it.
export function suppressed(heldBy) {
  if (heldBy.startsWith('silence ')) return 'silenced by ' + heldBy.slice('silence '.length);
  return (heldBy.startsWith('maintenance ') ? 'silenced by ' : 'inhibited by ') + heldBy;
}

// The alerts of one node, resolved ones too; undefined when none are raised, or it is not known yet, and null when they could not be loaded.
export async function alertsFor(id) {
  if (!on) return undefined;
  const found = await getJson(`api/v1/alerts?limit=20&status=pending,firing,acknowledged,resolved&peerId=${encodeURIComponent(id)}`);
  return found?.alerts ?? null;
}

// What the node page says of a node's alerts.
export function alertsOf(found, now) {
  if (!found) {
    const text = on === false ? 'This aggregator raises no alerts. ' : found === null ? notLoaded() + ' ' : 'Loading alerts… ';
    const line = element('p', text, 'quiet');
    const link = element('a', on === false ? 'How to turn them on' : 'All alerts');
    link.href = '#/alerts';
    line.append(link);
    return line;
  }
  if (!found.length) return element('p', 'None so far.', 'quiet');
  const list = element('ul', null, 'log');
  list.tabIndex = 0;
  list.setAttribute('aria-label', 'Alerts');
  for (const alert of found) {
    const item = element('li');
    const since = alert.startsAt ?? alert.activeAt;
    const time = element('time', timeOf(since, now));
    time.dateTime = since;
    const text = element('span');
    text.append(severityOf(alert), ` ${alert.rule}: ${summaryOf(alert, now)} — ${alert.endsAt ? 'resolved after ' + ago(since, Date.parse(alert.endsAt)) : alert.status}`);
    item.append(time, text);
    list.append(item);
  }
  return list;
}

function loading() {
  const section = sectionOf(TITLE, 'Alerts');
  section.append(element('p', 'Loading alerts…', 'why'));
  return section;
}

function howTo() {
  const section = sectionOf(TITLE, 'Alerts are off');
  const how = element('p', 'This aggregator sends no notifications. To be notified when a node forks, falls behind or goes silent, and when it recovers, add a sink to config.json:', 'why');
  const other = element('p', 'Or let Prometheus scrape this server’s ', 'why');
  other.append(element('code', '/metrics'), ' and alert on it there, for example when this is true for a minute:');
  section.append(how,
    sample({alerts: {sinks: [{name: 'ops', type: 'alertmanager', url: 'http://127.0.0.1:9093'}]}}, 'Alerts in config.json'),
    other,
    sample('sum by (network, state) (fil_heartbeat_nodes{state=~"forked|silent|disconnected|missing|behind"}) > 0', 'A rule for Prometheus'));
  return section;
}
