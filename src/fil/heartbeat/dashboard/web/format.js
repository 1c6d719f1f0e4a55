// Names, times, and numbers with their units, as the page writes them.

export function nameOf(node) {
  return node.expectedName || node.nickname || node.peerId.slice(-10);
}

export function nameOfNetwork(network) {
  return network.network ?? network.genesisCid ?? 'no genesis reported';
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

const SPOKEN = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z(?![\w-])/g;
const SPOKEN_UTC = /\b(?:(\d{4}-\d\d-\d\d) )?(\d\d:\d\d)(:\d\d)? UTC(?![\w+-])/g;
const HOUR = new Intl.DateTimeFormat('en-GB', {hour: '2-digit', minute: '2-digit'});
const DAY_MILLIS = 24 * 3600e3;

// A sentence of the server with its times as those of the page are. One without a day is of the day on which it is nearest to now.
export function inZone(text, now) {
  return text?.replace(SPOKEN, iso => timeOf(iso, now)).replace(SPOKEN_UTC, (said, day, minutes, seconds) => {
    const at = Date.parse(`${day ?? new Date(now).toISOString().slice(0, 10)}T${minutes}${seconds ?? ':00'}Z`);
    if (Number.isNaN(at)) return said;
    return day ? timeOf(new Date(at).toISOString(), now) : (seconds ? TIME : HOUR).format(at + Math.round((now - at) / DAY_MILLIS) * DAY_MILLIS);
  });
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
