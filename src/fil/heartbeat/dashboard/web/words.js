// What the page says: states, names, times, numbers with their units.

// What nodes are judged by, as GET /api/v1/info tells it; until it does, as a server does that nobody configured.
const judgedBy = {forkAfter: 2, fleetForkedAfter: 3, slowLag: 2, behindLag: 5, lagHoldSeconds: 15, disconnectedAfterSeconds: 30, warmingSeconds: 30};
const WORDS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const spelt = count => WORDS[count] ?? String(count);
const epochs = count => `${spelt(count)} epoch${count === 1 ? '' : 's'}`;
const begun = text => text[0].toUpperCase() + text.slice(1);

// Takes the numbers of a server. Answers whether one was another.
export function judge(thresholds) {
  const before = JSON.stringify(judgedBy);
  for (const name of Object.keys(judgedBy)) if (Number.isFinite(thresholds?.[name])) judgedBy[name] = thresholds[name];
  spell();
  return JSON.stringify(judgedBy) !== before;
}

export const STATES = {
  ok: ['✓', 'In step with the fleet.'],
  slow: ['◔', ''],
  syncing: ['↻', 'Its Filecoin node says that it is syncing.'],
  behind: ['▾', ''],
  stalled: ['■', ''],
  'no-head': ['∅', 'It beats, but its Filecoin node tells no head.'],
  ahead: ['▴', 'Its head is more than one epoch in the future.'],
  'wrong-network': ['≠', 'Its genesis is another than the configured network’s.'],
  forked: ['⋔', ''],
  silent: ['…', 'The connection is open, but its beats are overdue.'],
  disconnected: ['×', ''],
  missing: ['?', 'Expected, and never seen.'],
  stopped: ['▫', 'It said goodbye: its sender was stopped on purpose.'],
  unknown: ['–', 'Nothing to judge by yet.'],
};

// What the words say of numbers.
export const SAID = {};

function spell() {
  const by = judgedBy;
  STATES.slow[1] = `${begun(epochs(by.slowLag))} late or more, for ${by.lagHoldSeconds} s.`;
  STATES.behind[1] = `${begun(epochs(by.behindLag))} late or more, for ${by.lagHoldSeconds} s.`;
  STATES.stalled[1] = `Its head has not moved for ${epochs(by.behindLag)} while the network’s did.`;
  STATES.forked[1] = `No block in common with the majority at ${by.forkAfter === 1 ? 'a height' : spelt(by.forkAfter) + ' heights in a row'}.`;
  STATES.disconnected[1] = `No connection for ${by.disconnectedAfterSeconds} s.`;
  SAID.warming = `The aggregator has just started: in its first ${by.warmingSeconds} seconds it judges nobody.`;
  SAID.fleetForked = `The fleet’s majority has been on other blocks than the reference for ${epochs(by.fleetForkedAfter)}`;
}
spell();

// The gravest first.
export const GRAVITY = ['forked', 'missing', 'disconnected', 'silent', 'wrong-network', 'ahead', 'no-head', 'stalled', 'behind', 'slow', 'stopped', 'syncing', 'unknown', 'ok'];

export const CALM = new Set(['ok', 'unknown', 'syncing', 'stopped']);

export function nameOf(node) {
  return node.expectedName || node.nickname || node.peerId.slice(-10);
}

export function nameOfNetwork(network) {
  return network.network ?? network.genesisCid ?? 'no genesis told';
}

// Equal tipsets look equal, whoever reports them.
export function colourOf(cids) {
  let hash = 2166136261;
  for (const cid of cids) for (let i = 0; i < cid.length; i++) hash = Math.imul(hash ^ cid.charCodeAt(i), 16777619);
  return `oklch(0.62 0.13 ${(hash >>> 0) % 360})`;
}

// A side of many may have no head that most of it is on.
export function shortHead(cids) {
  if (!cids.length) return '–';
  return '…' + cids[0].slice(-6) + (cids.length > 1 ? ` +${cids.length - 1}` : '');
}

// Made once: to make one is a hundred times the work of using it.
const NUMBER = new Intl.NumberFormat('en');

export function number(value) {
  return NUMBER.format(value);
}

export function many(value, word) {
  return `${number(value)} ${word}${Math.abs(value) === 1 ? '' : 's'}`;
}

export function span(seconds) {
  if (seconds < 120) return Math.max(0, Math.round(seconds)) + ' s';
  if (seconds < 7200) return Math.round(seconds / 60) + ' min';
  return seconds < 172800 ? Math.round(seconds / 3600) + ' h' : Math.round(seconds / 86400) + ' d';
}

export function ago(iso, now) {
  return iso ? span((now - Date.parse(iso)) / 1000) : '–';
}

const TIME = new Intl.DateTimeFormat('en-GB', {hour: '2-digit', minute: '2-digit', second: '2-digit'});
const DAY = new Intl.DateTimeFormat('en-GB', {day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit'});

// The viewer's own clock; with the day when it is not of the last 20 hours.
export function timeOf(iso, now) {
  if (!iso) return 'an unknown time';
  const at = Date.parse(iso);
  return (Math.abs(now - at) < 20 * 3600e3 ? TIME : DAY).format(at);
}

const FULL = new Intl.DateTimeFormat('en-GB', {dateStyle: 'medium', timeStyle: 'medium'});

// To the second, with the day and the zone, which half a year ago may have been another.
export function fullTime(iso) {
  if (!iso) return 'an unknown time';
  const at = new Date(iso);
  return `${FULL.format(at)} ${zone(at)}`;
}

// What is said while the server judges nobody: until when, and what was so before it started, which is not over by not being looked at.
export function startingWords({judgesAt, before}, now) {
  const left = Math.ceil((Date.parse(judgesAt) - now) / 1000);
  const states = GRAVITY.filter(state => before[state] && !CALM.has(state));
  const known = Object.keys(before).length > 0;
  const trouble = states.reduce((total, state) => total + before[state], 0);
  const text = `Starting: judging ${left > 0 ? `in ${span(left)}` : 'now'}.`
    + (known ? ` Before: ${states.map(state => `${number(before[state])} ${state}`).join(', ') || 'no node in trouble'}.` : '');
  return {text, trouble, known};
}

const SPOKEN = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z(?![\w-])/g;

// A sentence of the server with its times as those of the page are.
export function inZone(text, now) {
  return text?.replace(SPOKEN, iso => timeOf(iso, now));
}

// What an alert is about. A name is nobody's time, whatever it looks like.
export function summaryOf({summary, labels}, now) {
  const name = labels?.nickname;
  return name && summary.startsWith(name) ? name + inZone(summary.slice(name.length), now) : inZone(summary, now);
}

// The zone that all times are in, such as UTC+9 or UTC−3:30.
export function zone(at = new Date()) {
  const east = -at.getTimezoneOffset();
  const [hours, minutes] = [Math.floor(Math.abs(east) / 60), Math.abs(east) % 60];
  return 'UTC' + (east ? `${east < 0 ? '−' : '+'}${hours}${minutes ? ':' + String(minutes).padStart(2, '0') : ''}` : '');
}

export function element(name, text, className) {
  const made = document.createElement(name);
  if (text != null) made.textContent = text;
  if (className) made.className = className;
  return made;
}

export function stateOf(state, name = 'span') {
  const made = element(name, state, 'state s-' + state);
  made.dataset.mark = STATES[state]?.[0] ?? '';
  made.title = STATES[state]?.[1] ?? '';
  return made;
}

export function say(at, text, title) {
  if (at.textContent !== text) at.textContent = text;
  if (title != null && at.title !== title) at.title = title;
}
