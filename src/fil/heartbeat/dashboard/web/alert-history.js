// Of the alerts page: silences with their ends, and resolved alerts with how long they lasted.
import {severityOf, subjectOf} from './alert-parts.js';
import {element, notLoaded, sectionOf} from './dom.js';
import {getJson} from './fetch.js';
import {nameOf, span, summaryOf, timeOf} from './format.js';

const PAGE = 50;

function partOf(id, name) {
  const root = sectionOf(id, name);
  const body = element('div');
  // Above what was loaded before, which stays.
  const lost = element('p', notLoaded(), 'quiet');
  lost.hidden = true;
  root.append(lost, body);
  return {root, body, lost};
}

function table(label, columns, rows) {
  const made = element('table');
  const head = element('tr');
  head.append(...columns.map(each => {
    const cell = element('th', each);
    cell.scope = 'col';
    return cell;
  }));
  const top = element('thead');
  top.append(head);
  const body = element('tbody');
  body.append(...rows);
  // Where the columns stand below each other, each says what it is.
  for (const line of rows) [...line.children].forEach((cell, i) => { if (columns[i]) cell.dataset.head = columns[i]; });
  made.append(element('caption', label, 'hidden'), top, body);
  return made;
}

function row(...cells) {
  const made = element('tr');
  made.append(...cells.map(cell => {
    const box = element('td');
    box.append(cell ?? '');
    return box;
  }));
  return made;
}

export class Silences {
  constructor(feed, clock, end) {
    Object.assign(this, {feed, clock, end}, partOf('silences-title', 'Silences'));
  }

  async load() {
    const found = await getJson('api/v1/silences');
    this.lost.hidden = !!found;
    if (!found) return;
    const said = JSON.stringify(found);
    if (said === this.said) return;
    this.said = said;
    const now = this.clock();
    const lasting = found.silences.filter(each => each.status !== 'ended');
    if (!lasting.length) {
      this.body.replaceChildren(element('p', 'None.', 'quiet'));
      return;
    }
    this.body.replaceChildren(table('Silences', ['Selector', 'Until', 'By', 'Why', ''], lasting.map(each => {
      const what = selectOf(each, this.feed);
      const end = element('button', 'End now');
      end.type = 'button';
      end.setAttribute('aria-label', 'End the silence of ' + what);
      end.onclick = () => this.end(each);
      return row(what, (each.status === 'pending' ? `from ${timeOf(each.startsAt, now)} ` : '') + timeOf(each.endsAt, now), each.author, each.comment, end);
    })));
  }
}

// A node by its name, too, while it is known.
function selectOf(silence, feed) {
  const named = value => feed.nodes.has(value) ? `${value} (${nameOf(feed.nodes.get(value))})` : value;
  const {labels, ...members} = silence.select;
  return Object.entries({...members, ...labels}).map(([label, values]) => `${label} = ${values.map(named).join(' or ')}`).join(', ');
}

export class AlertHistory {
  constructor(clock) {
    Object.assign(this, {clock, pages: 1}, partOf('history-title', 'History'));
    const csv = element('a', 'CSV');
    csv.href = 'api/v1/alerts?status=resolved&limit=1000&format=csv';
    csv.title = 'The last thousand resolved alerts, as a file';
    this.root.append(csv);
  }

  async load() {
    const all = [];
    let next = '';
    for (let i = 0; i < this.pages && next != null; i++) {
      const found = await getJson(`api/v1/alerts?status=resolved&limit=${PAGE}${next && '&cursor=' + encodeURIComponent(next)}`);
      this.lost.hidden = !!found;
      if (!found) return;
      all.push(...found.alerts);
      next = found.next;
    }
    const said = JSON.stringify([all, next]);
    if (said === this.said) return;
    this.said = said;
    this.draw(all, next);
  }

  draw(all, next) {
    if (!all.length) {
      this.body.replaceChildren(element('p', 'No resolved alerts yet.', 'quiet'));
      return;
    }
    const now = this.clock();
    const older = element('button', 'Show older');
    older.type = 'button';
    older.hidden = next == null;
    older.onclick = () => {
      this.pages++;
      this.load();
    };
    this.body.replaceChildren(table('Resolved alerts', ['Resolved at', 'Lasted', 'Severity', 'Alert', 'Subject', 'Summary'], all.map(alert =>
      row(timeOf(alert.endsAt, now), span(alert.durationSeconds), severityOf(alert), alert.rule, subjectOf(alert), summaryOf(alert, now)))), older);
  }
}
