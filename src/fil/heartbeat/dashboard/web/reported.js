// What a node reports beside its head, for its own page: each member that there is, with its age where it has one.
import {fil, proofSentence, proofWords} from './extras.js';
import {ago, fullTime, many, number, span, timeOf} from './format.js';
import {lackWords} from './upgrades.js';

const NONE = 'not reported';
const NONE_TITLE = 'The node does not report it, or this server does not show it';

// Rows of name, value, title, and look. Epoch: the one by the clock, or null; lacked: the upgrades ahead that it does not know.
export function reportedOf(node, epoch, now, lacked = []) {
  const facts = [];
  const put = (name, value, title, look) => facts.push(value == null ? [name, NONE, `${title}. ${NONE_TITLE}`, null, 'quiet'] : [name, value, title, null, look ?? '']);
  put('Client', node.client, 'Program of its Filecoin node');
  put('Version', node.version, 'As its Filecoin node says it');
  put('Running since', node.startTime && `${timeOf(node.startTime, now)} · ${ago(node.startTime, now)}`, node.startTime ? fullTime(node.startTime) : 'When its Filecoin node started, by its own clock');
  put('Network version', node.networkVersion == null ? null : number(node.networkVersion), 'Version of the network’s rules that it follows');
  put('Upgrades', node.upgrades?.map(each => `${each.name} at ${number(each.height)}${epoch != null && each.height <= epoch ? ', passed' : ''}`).join('; '), 'Network upgrades that it knows');
  put('Ready', node.upgradeReady == null ? null : node.upgradeReady ? 'yes' : 'no: it ' + lackWords(lacked, now), 'Whether it knows each upgrade that the others know', node.upgradeReady === false ? 'worse' : '');
  put('Finalized', node.finalized && `${number(node.finalized.height)}${node.finalityLag == null ? '' : ` · ${many(node.finalityLag, 'epoch')} below its head`}`, node.finalized ? node.finalized.head.join('\n') : 'Its last finalized tipset');
  put('Peers', node.peers == null ? null : number(node.peers), 'Peers to which it can publish');
  put('Base fee', node.baseFee == null ? null : fee(node.baseFee), 'Of its head, for a unit of gas');
  put('Answers in', node.rpcMillis == null ? null : `${number(node.rpcMillis)} ms`, 'How long its Filecoin node took to say its head');
  put('Miners', node.minerAddresses?.join(', '), 'Of a node with several');
  const old = one => `${span(ageOf(one, node, now))} old`;
  each(node.balances, 'Balance', 'What its wallets and miners have', put, balance => [`${fil(balance.attoFil)} · ${balance.role} ${balance.address} · ${old(balance)}`, `${balance.role} ${balance.address}: ${balance.attoFil} attoFIL`]);
  each(node.proving, 'To prove', 'Partitions that its miner has to prove in the deadline', put, proof => [`${proof.miner}: ${proofWords(proof, epoch)} · ${old(proof)}`, proofSentence(proof, epoch), proof.unproven > 0 ? 'worse' : '']);
  each(node.pendingMessages, 'Messages', 'Messages that wait to get into a block', put, waiting => [`${number(waiting.count)} of ${waiting.address} · ${old(waiting)}`, `${many(waiting.count, 'message')} of ${waiting.address} wait; the chain is at nonce ${number(waiting.nonce)}`]);
  return facts;
}

// A row for each of a list, or one that says that there is none.
function each(list, name, title, put, row) {
  if (!list?.length) put(name, null, title);
  else for (const one of list) put(name, ...row(one));
}

// How many seconds ago its Filecoin node said so. The row has the ages of one moment, and is not sent again while only they grow.
export function ageOf({age}, {agesAt}, now) {
  return age + (agesAt ? Math.max(0, Math.floor((now - Date.parse(agesAt)) / 1000)) : 0);
}

function fee(atto) {
  const nano = Number(BigInt(atto)) / 1e9;
  return nano >= 0.01 ? `${nano.toLocaleString('en', {maximumFractionDigits: 2})} nanoFIL` : `${number(BigInt(atto))} attoFIL`;
}
