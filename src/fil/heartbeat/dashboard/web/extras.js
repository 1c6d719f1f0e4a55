// What nodes report beside their heads: optional, each may be unknown. A list that is not reported is null.
import {releaseOf} from './filters.js';
import {many, number} from './format.js';

// A wallet that pays for messages is what runs dry.
const PAYS = new Set(['worker', 'control']);
const ATTO = 10n ** 18n;

// An amount of attoFIL, a text of digits, in FIL; rounded down, but never to nothing.
export function fil(atto) {
  const amount = BigInt(atto);
  const [sign, size] = amount < 0n ? ['−', -amount] : ['', amount];
  const cents = size % ATTO / (ATTO / 100n);
  if (size > 0n && size < ATTO / 100n) return `${sign}< 0.01 FIL`.trim();
  return `${sign}${number(size / ATTO)}${cents ? '.' + String(cents).padStart(2, '0') : ''} FIL`;
}

// The same as a number, for a chart: exact to 10^-9 FIL while it is below 10^6 FIL.
export function filNumber(atto) {
  return Number(BigInt(atto) / 10n ** 9n) / 1e9;
}

// The client and its release, such as lotus 1.36.0; null when neither is reported.
export function clientOf(node) {
  return [node.client, node.version == null ? null : releaseOf(node.version)].filter(Boolean).join(' ') || null;
}

// The lowest of the balances that pay for messages, else of all; null when none is reported.
export function lowestBalance(node) {
  const all = node.balances ?? [];
  const paying = all.filter(each => PAYS.has(each.role));
  return (paying.length ? paying : all).reduce((lowest, each) => !lowest || BigInt(each.attoFil) < BigInt(lowest.attoFil) ? each : lowest, null);
}

// The deadline to look at: of those with partitions to prove the first to close, else the first to close; null when none is reported.
export function nextProof(node) {
  const all = node.proving ?? [];
  const open = all.filter(each => each.unproven > 0);
  return (open.length ? open : all).reduce((next, each) => !next || each.close < next.close ? each : next, null);
}

// How a deadline stands, in few words. Epoch: the one by the clock, or null.
export function proofWords(proof, epoch) {
  if (!proof.unproven) return proof.partitions ? 'proven' : 'none due';
  const left = epoch == null ? null : proof.close - epoch;
  return `${number(proof.unproven)} of ${number(proof.partitions)}${left == null ? '' : left < 0 ? ', closed' : `, ${number(left)} ep`}`;
}

export function proofSentence(proof, epoch) {
  const left = epoch == null ? '' : proof.close < epoch ? ', which is past' : `, in ${many(proof.close - epoch, 'epoch')}`;
  return `${proof.miner}: deadline ${proof.deadline}, ${number(proof.unproven)} of ${many(proof.partitions, 'partition')} to prove by epoch ${number(proof.close)}${left}; `
    + `${proof.faults == null ? 'faulty sectors not reported' : many(proof.faults, 'faulty sector')}, ${number(proof.recovering)} recovering`;
}

// What a fleet reports: how many nodes run which client and release, how many lack an upgrade, how many of how many that report any lack none, and which columns have a value at all.
export function reported(nodes) {
  const found = {clients: new Map(), releases: new Map(), notReady: 0, upgrades: '', columns: new Set()};
  let ready = 0;
  for (const node of nodes) {
    if (node.client != null) count(found.clients, node.client.toLowerCase());
    if (node.version != null) count(found.releases, releaseOf(node.version));
    if (node.client != null || node.version != null) found.columns.add('client');
    if (node.upgradeReady === false) found.notReady++;
    if (node.upgradeReady) ready++;
    if (node.finalityLag != null) found.columns.add('finalityLag');
    if (node.peers != null) found.columns.add('peers');
    if (node.balances?.length) found.columns.add('balances');
    if (node.proving?.length) found.columns.add('proving');
  }
  if (ready + found.notReady) found.upgrades = `${ready} of ${ready + found.notReady}`;
  // Too few to compare may know upgrades all the same.
  else if (found.columns.has('client')) found.upgrades = 'none compared';
  return found;
}

function count(counts, key) {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
