// What every list of alerts shows of one: how severe it is, and of whom.
import {element} from './dom.js';
import {nameOf} from './format.js';
import {to, write} from './route.js';

const MARKS = {critical: '▲', warning: '△', info: '○'};

export function severityOf(alert) {
  const made = element('span', alert.severity, 'severity v-' + alert.severity);
  made.dataset.mark = MARKS[alert.severity] ?? '';
  return made;
}

// Of whom it is: the node, else the miner, else the network. Of a miner all nodes are to be seen.
export function subjectOf(alert) {
  const {miner} = alert.labels;
  if (!alert.peerId && miner) {
    const link = element('a', miner);
    link.href = write('nodes', null, new URLSearchParams({miner}));
    link.title = `Nodes of the miner ${miner}`;
    return link;
  }
  if (!alert.peerId) return element('span', alert.labels.network ?? 'this aggregator');
  const link = element('a', nameOf({peerId: alert.peerId, nickname: alert.labels.nickname}));
  link.href = to('node', alert.peerId);
  link.title = alert.peerId;
  return link;
}
