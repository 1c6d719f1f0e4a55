// The states of nodes: marks, order, and what they mean.
import {element} from './dom.js';
import {number, span} from './format.js';

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

export function stateOf(state, name = 'span') {
  const made = element(name, state, 'state s-' + state);
  made.dataset.mark = STATES[state]?.[0] ?? '';
  made.title = STATES[state]?.[1] ?? '';
  return made;
}
