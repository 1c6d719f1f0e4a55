// A table that draws only the rows in sight, so that ten thousand nodes scroll like forty.
import {element, say} from './dom.js';
import {filtersOf, fits} from './filters.js';
import {ago, colourOf, fullTime, nameOf, number, shortHead, timeOf, inZone} from './format.js';
import {markOf, meaningOf, rankOf} from './states.js';

const ROW = 34;
const HEAD = 36;
// With more nodes than this the order is made anew once a second, not with each change.
const LARGE = 1000;
// So long the order is kept after a touch.
const TOUCH = 3000;

// Twenty-four steps, as the server tells them: the oldest first, 0 to 9, or - when nothing was recorded.
export function drawHours(at, hours) {
  if (at.dataset.hours === hours) return;
  at.dataset.hours = hours;
  at.replaceChildren(...[...hours].map(share => {
    const step = document.createElement('b');
    if (share !== '-') {
      step.style.height = 10 + 10 * share + '%';
      step.className = share === '9' ? 's-ok' : share === '0' ? 's-silent' : 's-slow';
    }
    return step;
  }));
}

const COLUMNS = [
  ['state', 'State', 'What is wrong, the gravest first', node => rankOf(node.state)],
  ['stateSince', 'For', 'How long it has been in this state', node => node.stateSince ?? ''],
  ['name', 'Name', 'Name of the expected node, else the nickname that it claims', node => nameOf(node).toLowerCase()],
  ['minerAddress', 'Miner', 'Miner address that it claims', node => node.minerAddress ?? ''],
  ['height', 'Height', 'Height of its head, in epochs', node => node.height ?? -1, 'num'],
  ['lagEpochs', 'Lag', 'Epochs from its height to the network’s', node => node.lagEpochs ?? -1, 'num'],
  ['head', 'Head', 'End of the first block’s CID and how many blocks more; equal colours are equal tipsets', node => node.head ?? -1],
  ['lastBeat', 'Last beat', 'Since its last beat arrived; shown for the rows in sight', null, 'num'],
  ['uptime24h', 'Up 24 h', 'Share of the last 24 hours in which it beat, and hour by hour', node => node.uptime24h ?? -1],
];

export class Table {
  constructor(root, feed, clock, onOpen, onSeen) {
    Object.assign(this, {root, feed, clock, onOpen, onSeen, shown: [], at: null, filters: filtersOf(new URLSearchParams()), order: 'state', sorted: 0});
    this.head = root.querySelector('#head');
    this.space = root.querySelector('#space');
    this.body = root.querySelector('#rows');
    this.note = document.getElementById('held');
    this.makeHead();
    root.addEventListener('scroll', () => this.draw(), {passive: true});
    root.addEventListener('keydown', event => this.key(event));
    this.body.addEventListener('click', event => {
      const row = event.target.closest('[role=row]');
      if (row) onOpen(row.dataset.id);
    });
    // A row must not move away under the pointer: the order is kept while it is here.
    root.addEventListener('pointerenter', event => { if (event.pointerType === 'mouse') this.hold(true); });
    root.addEventListener('pointerleave', event => { if (event.pointerType === 'mouse') this.hold(false); });
    root.addEventListener('pointerdown', event => {
      if (event.pointerType === 'mouse') return;
      this.hold(true);
      clearTimeout(this.release);
      this.release = setTimeout(() => this.hold(false), TOUCH);
    });
  }

  hold(held) {
    this.held = held;
    this.note.hidden = !held;
    if (!held) this.update(true);
  }

  makeHead() {
    this.root.setAttribute('aria-colcount', COLUMNS.length);
    COLUMNS.forEach(([key, title, meaning, value, look], i) => {
      const cell = element('div', null, look);
      cell.setAttribute('role', 'columnheader');
      cell.setAttribute('aria-colindex', i + 1);
      cell.title = meaning;
      const inner = element(value ? 'button' : 'span', title, value ? '' : 'plain');
      if (value) {
        inner.type = 'button';
        inner.onclick = () => this.onSort?.(this.order === key ? '-' + key : key);
      }
      cell.append(inner);
      this.head.append(cell);
    });
  }

  // Force: someone asked for it, so it is done at once even under the pointer. Whole: all may be new.
  update(force, whole) {
    const now = performance.now();
    if (!force && !whole && this.feed.nodes.size > LARGE && now - this.sorted < 1000) {
      this.draw();
      return;
    }
    this.sorted = now;
    this.leaving = null;
    const down = this.order.startsWith('-');
    const key = down ? this.order.slice(1) : this.order;
    const column = COLUMNS.find(each => each[0] === key && each[3]) ?? COLUMNS[0];
    [...this.head.children].forEach((cell, i) => {
      if (COLUMNS[i] === column) cell.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      else cell.removeAttribute('aria-sort');
    });
    const fitting = [];
    for (const node of this.feed.nodes.values()) if (fits(node, this.filters)) fitting.push(node);
    this.matching = fitting.length;
    if (this.held && !force) this.keepOrder(fitting);
    else this.sort(fitting, column[3], down);
    this.space.style.height = this.shown.length * ROW + 'px';
    this.draw();
  }

  sort(nodes, value, down) {
    const keyed = nodes.map(node => [value(node), nameOf(node), node.peerId]);
    const sign = down ? -1 : 1;
    keyed.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0) * sign);
    this.shown = keyed.map(each => each[2]);
  }

  // Rows stay where they are, even those that fit no more; new ones come at the end.
  keepOrder(nodes) {
    const fit = new Set(nodes.map(node => node.peerId));
    const there = new Set(this.shown);
    this.leaving = new Set(this.shown.filter(id => !fit.has(id)));
    for (const id of fit) if (!there.has(id)) this.shown.push(id);
  }

  draw() {
    if (!this.root.clientHeight) return;
    const top = Math.max(0, Math.floor((this.root.scrollTop - HEAD) / ROW));
    const count = Math.ceil(this.root.clientHeight / ROW) + 3;
    const ids = this.shown.slice(top, top + count);
    const y = top * ROW + 'px';
    if (this.body.style.top !== y) this.body.style.top = y;
    while (this.body.children.length > ids.length) this.body.lastChild.remove();
    while (this.body.children.length < ids.length) this.body.append(this.makeRow());
    const now = this.clock();
    ids.forEach((id, i) => this.fill(this.body.children[i], id, top + i, now));
    this.root.setAttribute('aria-rowcount', this.shown.length + 1);
    this.onSeen(ids);
  }

  makeRow() {
    const row = element('div');
    row.setAttribute('role', 'row');
    COLUMNS.forEach(([, , , , look], i) => {
      const cell = element('div', null, look);
      cell.setAttribute('role', 'gridcell');
      cell.setAttribute('aria-colindex', i + 1);
      row.append(cell);
    });
    // A name that is read from the right keeps its beginning when it does not fit.
    row.children[2].dir = 'auto';
    row.children[6].append(element('i', null, 'tip'), element('span'));
    row.children[8].append(element('i', null, 'hours'), element('span'));
    return row;
  }

  fill(row, id, index, now) {
    const node = this.feed.nodes.get(id);
    if (row.dataset.id !== id) {
      row.dataset.id = id;
      row.id = 'row-' + id;
    }
    row.setAttribute('aria-rowindex', index + 2);
    row.className = (id === this.at ? 'at ' : '') + (!node || this.leaving?.has(id) ? 'leaving' : '');
    row.setAttribute('aria-selected', id === this.at);
    if (!node) return;
    const cells = row.children;
    const look = 'state s-' + node.state;
    if (cells[0].className !== look) cells[0].className = look;
    cells[0].dataset.mark = markOf(node.state);
    say(cells[0], node.state, inZone(node.reason, now) ?? meaningOf(node.state));
    say(cells[1], ago(node.stateSince, now), `${node.state} since ${timeOf(node.stateSince, now)}`);
    say(cells[2], nameOf(node), node.peerId);
    say(cells[3], node.minerAddress ?? '–', 'Miner address that the node claims');
    say(cells[4], node.height == null ? '–' : number(node.height), 'Height of its head, in epochs');
    say(cells[5], node.lagEpochs == null ? '–' : node.lagEpochs + ' ep', 'Epochs from its height to the network’s');
    const head = this.feed.heads.get(node.head);
    const colour = head ? colourOf(head.cids) : 'transparent';
    if (cells[6].dataset.colour !== colour) {
      cells[6].dataset.colour = colour;
      cells[6].firstChild.style.setProperty('--t', colour);
    }
    say(cells[6].lastChild, head ? shortHead(head.cids) : '–');
    cells[6].title = head ? head.cids.join('\n') : 'No head reported';
    say(cells[7], node.lastBeat ? ago(node.lastBeat, now) + ' ago' : '–', node.lastBeat ? fullTime(node.lastBeat) : 'None, or not received yet');
    drawHours(cells[8].firstChild, node.uptimeByHour ?? '');
    say(cells[8].lastChild, node.uptime24h == null ? '–' : (100 * node.uptime24h).toFixed(1) + ' %');
    cells[8].title = 'Share of the last 24 hours in which it beat, and hour by hour';
  }

  key(event) {
    const page = Math.max(1, Math.floor(this.root.clientHeight / ROW) - 2);
    const steps = {ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -1e9, End: 1e9};
    if (event.target !== this.root) return;
    if (event.key in steps && this.shown.length) {
      event.preventDefault();
      const next = Math.min(this.shown.length - 1, Math.max(0, this.shown.indexOf(this.at) + steps[event.key]));
      this.at = this.shown[next];
      this.root.setAttribute('aria-activedescendant', 'row-' + this.at);
      const y = next * ROW;
      if (y < this.root.scrollTop) this.root.scrollTop = y;
      if (y + ROW + HEAD > this.root.scrollTop + this.root.clientHeight - 4) this.root.scrollTop = y + ROW + HEAD + 4 - this.root.clientHeight;
      this.draw();
    } else if (event.key === 'Enter' && this.at) {
      event.preventDefault();
      this.onOpen(this.at);
    }
  }
}
