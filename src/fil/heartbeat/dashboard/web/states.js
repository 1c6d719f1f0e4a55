// The states of nodes. GET /api/v1/info lists them, the gravest first, with what each means and whether it is trouble; marks are the page's own.
import {element} from './dom.js';
import {many, number, span} from './format.js';

const MARKS = {
  ok: '✓', slow: '◔', syncing: '↻', behind: '▾', stalled: '■', 'no-head': '∅', ahead: '▴', 'wrong-network': '≠', forked: '⋔', silent: '…', disconnected: '×',
  missing: '?', stopped: '▫', unknown: '–',
};

// By their words, in order of gravity; empty until the server has listed them, and the last that it listed from then on.
let states = new Map();
let ranks = new Map();
// Sentences with numbers of the server, as far as it names them.
export const NOTES = notesOf({});

function notesOf({warmingSeconds, fleetForkedAfter}) {
  return {
    warming: 'The aggregator has just started: it judges no node ' + (Number.isFinite(warmingSeconds) ? `in its first ${warmingSeconds} seconds.` : 'yet.'),
    fleetForked: 'The fleet’s majority has been on other blocks than the reference' + (Number.isFinite(fleetForkedAfter) ? ` for ${many(fleetForkedAfter, 'epoch')}` : ''),
  };
}

// Whether an answer lists states: one of an older server does not.
export function listsStates(info) {
  return Array.isArray(info.states) && info.states.length > 0;
}

// Takes what the server says of states and their thresholds; an answer that lists none changes nothing. Answers whether that is new.
export function learn(info) {
  if (!listsStates(info)) return false;
  const listed = info.states;
  const before = JSON.stringify([[...states.values()], NOTES]);
  states = new Map(listed.map(each => [each.state, each]));
  ranks = new Map(listed.map((each, i) => [each.state, i]));
  Object.assign(NOTES, notesOf(info.thresholds ?? {}));
  return JSON.stringify([[...states.values()], NOTES]) !== before;
}

// Whether the server has listed its states. Before, each but ok counts as trouble.
export function areKnown() {
  return states.size > 0;
}

// All states, the gravest first. Those of nodes that the server did not list come before the others, by their names.
export function gravestFirst(there = []) {
  const unlisted = [...new Set(there)].filter(state => !states.has(state)).sort();
  return [...unlisted.filter(state => state !== 'ok'), ...states.keys(), ...unlisted.filter(state => state === 'ok')];
}

// 0 is the gravest; one that the server did not list comes before all.
export function rankOf(state) {
  return ranks.get(state) ?? (state === 'ok' ? ranks.size : -1);
}

// One that the server did not list is: better too much is shown than trouble is hidden.
export function isTrouble(state) {
  return states.get(state)?.trouble ?? state !== 'ok';
}

// What a state means, as a sentence; empty for one that the server did not list.
export function meaningOf(state) {
  return states.get(state)?.meaning ?? '';
}

export function markOf(state) {
  return MARKS[state] ?? '';
}

// A state with its mark and colour.
export function stateOf(state, name = 'span') {
  const made = element(name, state, 'state s-' + state);
  made.dataset.mark = markOf(state);
  made.title = meaningOf(state);
  return made;
}

// What the page says while the server judges no node: until when, and what was in trouble before it started.
export function startingWords({judgesAt, before}, now) {
  const left = Math.ceil((Date.parse(judgesAt) - now) / 1000);
  const troubled = gravestFirst(Object.keys(before)).filter(state => before[state] && isTrouble(state));
  const known = Object.keys(before).length > 0;
  const trouble = troubled.reduce((total, state) => total + before[state], 0);
  const text = `Starting: judging ${left > 0 ? `in ${span(left)}` : 'now'}.`
    + (known ? ` Before: ${troubled.map(state => `${number(before[state])} ${state}`).join(', ') || 'no node in trouble'}.` : '');
  return {text, trouble, known};
}
