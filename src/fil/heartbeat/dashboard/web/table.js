// A table that draws only the rows in sight, so that ten thousand nodes scroll like forty.
import {element, say} from './dom.js';
import {clientOf, fil, lowestBalance, nextProof, proofSentence, proofWords} from './extras.js';
import {filtersOf, fits} from './filters.js';
import {ago, colourOf, fullTime, many, nameOf, number, shortHead, span, timeOf, inZone} from './format.js';
import {ageOf} from './reported.js';
import {lackWords} from './upgrades.js';
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

const NONE = -1;

// Key, title, meaning, value to sort by, look; least width in pixels and share of what is left; which go last as the table gets narrower, the lowest.
const COLUMNS = [
  ['state', 'State', 'What is wrong, the gravest first', node => rankOf(node.state), '', 168, 0, 0],
  ['stateSince', 'For', 'How long it has been in this state', node => node.stateSince ?? '', '', 76, 0, 6],
  ['name', 'Name', 'Name of the expected node, else the nickname that it claims', node => nameOf(node).toLowerCase(), '', 120, 1.4, 1],
  ['minerAddress', 'Miner', 'Miner address that it claims', node => node.minerAddress ?? '', '', 90, .7, 11],
  ['height', 'Height', 'Height of its head, in epochs', node => node.height ?? NONE, 'num', 100, 0, 4],
  ['lagEpochs', 'Lag', 'Epochs from its height to the network’s', node => node.lagEpochs ?? NONE, 'num', 80, 0, 3],
  ['finalityLag', 'Final', 'Finality: epochs from its head down to its finalized tipset', node => node.finalityLag ?? NONE, 'num', 84, 0, 5],
  ['peers', 'Peers', 'Peers to which it can publish', node => node.peers ?? NONE, 'num', 82, 0, 9],
  ['client', 'Client', 'Client and version that it reports, without the build', node => clientOf(node) ?? '', '', 140, .5, 7],
  ['balances', 'Balance', 'Lowest balance of its workers and control addresses', node => BigInt(lowestBalance(node)?.attoFil ?? NONE), 'num', 124, 0, 12],
  ['proving', 'To prove', 'Partitions that its miner has to prove yet, and the epochs left', node => nextProof(node)?.close ?? NONE, '', 136, 0, 8],
  ['head', 'Head', 'End of the first block’s CID and how many blocks more; equal colours are equal tipsets', node => node.head ?? NONE, '', 148, 0, 13],
  ['lastBeat', 'Last beat', 'Since its last beat arrived; shown for the rows in sight', null, 'num', 112, 0, 2],
  ['uptime24h', 'Up 24 h', 'Share of the last 24 hours in which it beat, and hour by hour', node => node.uptime24h ?? NONE, '', 180, 0, 10],
];
const AT = Object.fromEntries(COLUMNS.map(([key], i) => [key, i]));
// Of what a node need not report: such a column is there when one node reports it.
const OPTIONAL = new Set(['finalityLag', 'peers', 'client', 'balances', 'proving']);
// Up to this width, in pixels, columns are narrower.
const NARROW = 580;
const NARROWER = {state: 160, name: 58, lastBeat: 92};
// Those that stand there then, and those that stand at any width, by when they go.
const LAST = 2;
const ALWAYS = 1;

// The columns that stand in a width, in their order, and the widths of them as a grid has them. Reported: the optional ones with a value.
export function arranged(width, reported) {
  const narrow = width <= NARROW;
  const least = column => (narrow ? NARROWER[column[0]] : null) ?? column[5];
  let left = width;
  const stands = new Set();
  for (const column of COLUMNS.filter(each => !OPTIONAL.has(each[0]) || reported.has(each[0])).sort((a, b) => a[7] - b[7])) {
    if (column[7] > ALWAYS && (least(column) > left || narrow && column[7] > LAST)) continue;
    left -= least(column);
    stands.add(column[0]);
  }
  const shown = COLUMNS.filter(each => stands.has(each[0]));
  return {narrow, keys: shown.map(each => each[0]), widths: shown.map(each => each[6] ? `minmax(${narrow ? 0 : least(each)}px, ${each[6]}fr)` : `${least(each)}px`).join(' ')};
}

export class Table {
  constructor(root, feed, clock, onOpen, onSeen, lackedBy = () => []) {
    Object.assign(this, {root, feed, clock, onOpen, onSeen, lackedBy, shown: [], at: null, filters: filtersOf(new URLSearchParams()), order: 'state', sorted: 0, reported: new Set(), shape: ''});
    this.head = root.querySelector('#head');
    this.space = root.querySelector('#space');
    this.body = root.querySelector('#rows');
    this.note = document.getElementById('held');
    this.makeHead();
    new ResizeObserver(() => this.draw()).observe(root);
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
    COLUMNS.forEach(([key, title, meaning, value, look]) => {
      const cell = element('div', null, look);
      cell.setAttribute('role', 'columnheader');
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

  // Shows the columns that are reported and fit. Those that do not fit stand on the page of the node.
  arrange() {
    const {narrow, keys, widths} = arranged(this.root.clientWidth, this.reported);
    const shape = widths + keys.join();
    if (shape === this.shape) return;
    this.shape = shape;
    this.keys = new Set(keys);
    this.root.classList.toggle('narrow', narrow);
    this.root.style.setProperty('--columns', widths);
    this.root.setAttribute('aria-colcount', keys.length);
    this.placeCells(this.head);
    // Cells that come in are filled with their row.
    this.body.replaceChildren();
  }

  // What nodes report decides which columns there are.
  report(columns) {
    this.reported = columns;
    if (this.root.clientHeight) this.arrange();
  }

  placeCells(row) {
    let index = 0;
    [...row.children].forEach((cell, i) => {
      cell.hidden = !this.keys.has(COLUMNS[i][0]);
      if (cell.hidden) cell.removeAttribute('aria-colindex');
      else cell.setAttribute('aria-colindex', ++index);
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
    this.arrange();
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
    for (const [, , meaning, , look] of COLUMNS) {
      const cell = element('div', null, look);
      cell.setAttribute('role', 'gridcell');
      cell.title = meaning;
      row.append(cell);
    }
    // A name that is read from the right keeps its beginning when it does not fit.
    row.children[AT.name].dir = 'auto';
    row.children[AT.head].append(element('i', null, 'tip'), element('span'));
    row.children[AT.uptime24h].append(element('i', null, 'hours'), element('span'));
    this.placeCells(row);
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
    const cell = key => cells[AT[key]];
    const look = 'state s-' + node.state;
    if (cell('state').className !== look) cell('state').className = look;
    cell('state').dataset.mark = markOf(node.state);
    say(cell('state'), node.state, inZone(node.reason, now) ?? meaningOf(node.state));
    say(cell('stateSince'), ago(node.stateSince, now), `${node.state} since ${timeOf(node.stateSince, now)}`);
    const lacks = node.upgradeReady === false ? `; ${lackWords(this.lackedBy(node), now)}` : '';
    say(cell('name'), nameOf(node), node.peerId + lacks);
    say(cell('minerAddress'), node.minerAddress ?? '–', 'Miner address that the node claims');
    say(cell('height'), node.height == null ? '–' : number(node.height), 'Height of its head, in epochs');
    say(cell('lagEpochs'), node.lagEpochs == null ? '–' : node.lagEpochs + ' ep', 'Epochs from its height to the network’s');
    this.fillReported(cell, node, lacks);
    const head = this.feed.heads.get(node.head);
    const colour = head ? colourOf(head.cids) : 'transparent';
    if (cell('head').dataset.colour !== colour) {
      cell('head').dataset.colour = colour;
      cell('head').firstChild.style.setProperty('--t', colour);
    }
    say(cell('head').lastChild, head ? shortHead(head.cids) : '–');
    cell('head').title = head ? head.cids.join('\n') : 'No head reported';
    say(cell('lastBeat'), node.lastBeat ? ago(node.lastBeat, now) + ' ago' : '–', node.lastBeat ? fullTime(node.lastBeat) : 'None, or not received yet');
    drawHours(cell('uptime24h').firstChild, node.uptimeByHour ?? '');
    say(cell('uptime24h').lastChild, node.uptime24h == null ? '–' : (100 * node.uptime24h).toFixed(1) + ' %');
  }

  // What a node reports beside its head. What it does not report is no zero.
  fillReported(cell, node, lacks) {
    const put = (key, text, title) => { if (this.keys.has(key)) say(cell(key), text ?? '–', text == null ? 'Not reported' : title); };
    put('finalityLag', node.finalityLag == null ? null : `${number(node.finalityLag)} ep`, `Finalized up to ${number(node.finalized?.height ?? 0)}, ${many(node.finalityLag ?? 0, 'epoch')} below its head`);
    put('peers', node.peers == null ? null : number(node.peers), 'Peers to which it can publish');
    put('client', clientOf(node), [node.client, node.version].filter(Boolean).join(' ') + lacks);
    if (this.keys.has('client')) cell('client').classList.toggle('due', lacks !== '');
    const balance = lowestBalance(node);
    put('balances', balance && fil(balance.attoFil), balance && `${balance.role} ${balance.address}, ${span(ageOf(balance, node, this.clock()))} old`);
    const proof = nextProof(node);
    const epoch = proof && (this.feed.networks?.find(each => each.genesisCid === node.genesisCid)?.expectedEpoch ?? node.height);
    put('proving', proof && proofWords(proof, epoch), proof && proofSentence(proof, epoch));
    if (this.keys.has('proving')) cell('proving').classList.toggle('due', proof?.unproven > 0);
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
