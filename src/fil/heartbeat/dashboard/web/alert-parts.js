// What every list of alerts shows of one: how severe it is, and of whom.
import {element} from './dom.js';
import {nameOf} from './format.js';
import {to} from './route.js';

const MARKS = {critical: '▲', warning: '△', info: '○'};

export function severityOf(alert) {
  const made = element('span', alert.severity, 'severity v-' + alert.severity);
  made.dataset.mark = MARKS[alert.severity] ?? '';
  return made;
}

// Of whom it is: the node, else the network.
export function subjectOf(alert) {
  if (!alert.peerId) return element('span', alert.labels.network ?? 'this aggregator');
  const link = element('a', nameOf({peerId: alert.peerId, nickname: alert.labels.nickname}));
  link.href = to('node', alert.peerId);
  link.title = alert.peerId;
  return link;
}
