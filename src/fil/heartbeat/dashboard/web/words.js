// What the page says: states, names, times, numbers with their units.

export const STATES = {
  ok: ['✓', 'In step with the fleet.'],
  slow: ['◔', 'Two epochs late or more, for 15 s.'],
  syncing: ['↻', 'Its Filecoin node says that it is syncing.'],
  behind: ['▾', 'Five epochs late or more, for 15 s.'],
  stalled: ['■', 'Its head has not moved for five epochs while the network’s did.'],
  'no-head': ['∅', 'It beats, but its Filecoin node tells no head.'],
  ahead: ['▴', 'Its head is more than one epoch in the future.'],
  'wrong-network': ['≠', 'Its genesis is another than the configured network’s.'],
  forked: ['⋔', 'No block in common with the majority at two heights in a row.'],
  silent: ['…', 'The connection is open, but its beats are overdue.'],
  disconnected: ['×', 'No connection for 30 s.'],
  missing: ['?', 'Expected, and never seen.'],
  stopped: ['▫', 'It said goodbye: its sender was stopped on purpose.'],
  unknown: ['–', 'Nothing to judge by yet.'],
};

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
