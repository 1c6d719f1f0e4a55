// A table that draws only the rows in sight, so that ten thousand nodes scroll like forty.

export const STATES = {
  ok: ['✓', 'In step with the fleet.'],
  slow: ['◔', 'Two epochs late or more, for 15 s.'],
  syncing: ['↻', 'Its Filecoin node says that it is syncing.'],
  behind: ['▾', 'Five epochs late or more, for 15 s.'],
  stalled: ['▪', 'Its head has not moved for five epochs while the network’s did.'],
  'no-head': ['∅', 'It beats, but its Filecoin node tells no head.'],
  ahead: ['▴', 'Its head is more than one epoch in the future.'],
  'wrong-network': ['≠', 'Its genesis is another than the configured network’s.'],
  forked: ['⇅', 'No block in common with the majority at two heights in a row.'],
  silent: ['…', 'The connection is open, but its beats are overdue.'],
  disconnected: ['×', 'No connection for 30 s.'],
  missing: ['?', 'Expected, and never seen.'],
  unknown: ['–', 'Nothing to judge by yet.'],
};
export const GRAVITY = ['forked', 'missing', 'disconnected', 'silent', 'wrong-network', 'ahead', 'no-head', 'stalled', 'behind', 'slow', 'syncing', 'unknown', 'ok'];
const ROW = 34;

export function nameOf(node) {
  return node.expectedName || node.nickname || node.peerId.slice(-10);
}

// Equal tipsets look equal, whoever reports them.
export function colourOf(cids) {
  let hash = 2166136261;
  for (const cid of cids) for (let i = 0; i < cid.length; i++) hash = Math.imul(hash ^ cid.charCodeAt(i), 16777619);
  return `hsl(${(hash >>> 0) % 360} 55% 42%)`;
}

export function ago(iso, now) {
  if (!iso) return '–';
  const seconds = Math.max(0, Math.round((now - Date.parse(iso)) / 1000));
  if (seconds < 120) return seconds + ' s';
  if (seconds < 7200) return Math.round(seconds / 60) + ' min';
  return seconds < 172800 ? Math.round(seconds / 3600) + ' h' : Math.round(seconds / 86400) + ' d';
}

// Twenty-four steps, as the server tells them: the oldest first, 0 to 9, or - when nothing was recorded.
export function drawHours(element, hours) {
  if (element.dataset.hours === hours) return;
  element.dataset.hours = hours;
  element.replaceChildren(...[...hours].map(share => {
    const step = document.createElement('b');
    if (share !== '-') {
      step.style.height = 10 + 10 * share + '%';
      step.className = share === '9' ? 's-ok' : share === '0' ? 's-silent' : 's-slow';
    }
    return step;
  }));
}

const COLUMNS = [
  ['state', 'State', node => GRAVITY.indexOf(node.state)],
  ['name', 'Name', node => nameOf(node).toLowerCase()],
  ['minerAddress', 'Miner', node => node.minerAddress ?? ''],
  ['height', 'Height', node => node.height ?? -1],
  ['lagEpochs', 'Lag', node => node.lagEpochs ?? -1],
  ['head', 'Head', node => node.head ?? -1],
  ['lastBeat', 'Last beat', node => node.lastBeat ?? ''],
  ['uptime24h', 'Up 24 h', node => node.uptime24h ?? -1],
];

export class Table {
  constructor(root, feed, clock, onOpen, onSeen) {
    Object.assign(this, {root, feed, clock, onOpen, onSeen});
    this.head = root.querySelector('#head');
    this.space = root.querySelector('#space');
    this.body = root.querySelector('#rows');
    this.shown = [];
    this.at = null;
    this.makeHead();
    root.addEventListener('scroll', () => this.draw(), {passive: true});
    root.addEventListener('keydown', event => this.key(event));
    this.body.addEventListener('click', event => {
      const row = event.target.closest('[role=row]');
      if (row) onOpen(row.dataset.id);
    });
    // A row must not jump away under the pointer: order is kept while it is here.
    root.addEventListener('pointerenter', event => { this.held = event.pointerType === 'mouse'; });
    root.addEventListener('pointerleave', () => { this.held = false; this.update(); });
  }

  makeHead() {
    for (const [key, title] of COLUMNS) {
      const cell = document.createElement('div');
      cell.setAttribute('role', 'columnheader');
      const button = document.createElement('button');
      button.textContent = title;
      // Last beats are told of the rows in sight only.
      if (key === 'lastBeat') button.disabled = true;
      button.onclick = () => this.sort(key);
      cell.append(button);
      this.head.append(cell);
    }
  }

  sort(key) {
    const old = this.order ?? 'state';
    this.order = old === key ? '-' + key : key;
    this.onSort?.(this.order);
    this.update(true);
  }

  update(force) {
    const order = this.order ?? 'state';
    const down = order.startsWith('-');
    const key = down ? order.slice(1) : order;
    const column = COLUMNS.find(each => each[0] === key) ?? COLUMNS[0];
    [...this.head.children].forEach((cell, i) => {
      if (COLUMNS[i] === column) cell.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      else cell.removeAttribute('aria-sort');
    });
    const fits = [...this.feed.nodes.values()].filter(node => this.matches(node));
    if (this.held && !force) {
      const there = new Set(fits);
      const byId = new Map(fits.map(node => [node.peerId, node]));
      const kept = this.shown.map(node => byId.get(node.peerId)).filter(Boolean);
      for (const node of kept) there.delete(node);
      this.shown = [...kept, ...there];
    } else {
      const keyed = fits.map(node => [column[2](node), nameOf(node), node]);
      keyed.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0) * (down ? -1 : 1));
      this.shown = keyed.map(each => each[2]);
    }
    this.space.style.height = this.shown.length * ROW + 'px';
    this.draw();
  }

  matches(node) {
    if (this.states?.size && !this.states.has(node.state)) return false;
    if (this.only && !this.only.has(node.peerId)) return false;
    const text = this.text;
    return !text || [node.peerId, node.nickname, node.expectedName, node.minerAddress, node.network]
      .some(value => value?.toLowerCase().includes(text));
  }

  draw() {
    const top = Math.max(0, Math.floor((this.root.scrollTop - 60) / ROW));
    const count = Math.ceil(this.root.clientHeight / ROW) + 4;
    const rows = this.shown.slice(top, top + count);
    this.body.style.top = top * ROW + 'px';
    while (this.body.children.length > rows.length) this.body.lastChild.remove();
    while (this.body.children.length < rows.length) this.body.append(this.makeRow());
    rows.forEach((node, i) => this.fill(this.body.children[i], node, top + i));
    this.root.setAttribute('aria-rowcount', this.shown.length + 1);
    this.onSeen(rows.map(node => node.peerId));
  }

  makeRow() {
    const row = document.createElement('div');
    row.setAttribute('role', 'row');
    for (let i = 0; i < COLUMNS.length; i++) {
      const cell = document.createElement('div');
      cell.setAttribute('role', 'gridcell');
      row.append(cell);
    }
    row.children[5].append(document.createElement('i'), document.createElement('span'));
    row.children[5].firstChild.className = 'tip';
    row.children[7].append(document.createElement('i'), document.createElement('span'));
    row.children[7].firstChild.className = 'hours';
    return row;
  }

  fill(row, node, index) {
    const now = this.clock();
    row.dataset.id = node.peerId;
    row.setAttribute('aria-rowindex', index + 2);
    row.classList.toggle('at', node.peerId === this.at);
    row.id = 'row-' + node.peerId;
    const cells = row.children;
    const set = (i, text, title) => {
      if (cells[i].textContent !== text) cells[i].textContent = text;
      cells[i].title = title ?? '';
    };
    cells[0].className = 'state s-' + node.state;
    cells[0].dataset.mark = STATES[node.state]?.[0] ?? '';
    set(0, node.state, (node.reason ?? STATES[node.state]?.[1] ?? '') + ' — for ' + ago(node.stateSince, now));
    set(1, nameOf(node), node.peerId);
    set(2, node.minerAddress ?? '', 'Miner address as the node claims it');
    set(3, node.height == null ? '–' : node.height.toLocaleString('en'), 'Height of its head');
    set(4, node.lagEpochs == null ? '–' : String(node.lagEpochs), 'Epochs that it is late');
    const head = this.feed.heads.get(node.head);
    cells[5].firstChild.style.setProperty('--t', head ? colourOf(head.cids) : 'transparent');
    cells[5].lastChild.textContent = head ? head.cids[0].slice(-6) + (head.cids.length > 1 ? ' +' + (head.cids.length - 1) : '') : '–';
    cells[5].title = head ? head.cids.join('\n') : 'No head';
    set(6, node.lastBeat ? ago(node.lastBeat, now) + ' ago' : '–', node.lastBeat ?? 'Told for rows in sight');
    drawHours(cells[7].firstChild, node.uptimeByHour ?? '');
    const up = node.uptime24h == null ? '–' : (100 * node.uptime24h).toFixed(1) + ' %';
    if (cells[7].lastChild.textContent !== up) cells[7].lastChild.textContent = up;
    cells[7].title = 'Share of the last 24 hours in which it beat, and hour by hour';
  }

  key(event) {
    const steps = {ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15, Home: -1e9, End: 1e9};
    if (event.key in steps) {
      const before = this.shown.findIndex(node => node.peerId === this.at);
      const next = Math.min(this.shown.length - 1, Math.max(0, before + steps[event.key]));
      this.at = this.shown[next]?.peerId ?? null;
      this.root.setAttribute('aria-activedescendant', 'row-' + this.at);
      const y = next * ROW;
      if (y < this.root.scrollTop) this.root.scrollTop = y;
      if (y + 3 * ROW > this.root.scrollTop + this.root.clientHeight) this.root.scrollTop = y + 3 * ROW - this.root.clientHeight;
      this.draw();
      event.preventDefault();
    } else if (event.key === 'Enter' && this.at && event.target === this.root) {
      // Else the same key would press the button that the dialog puts the focus on.
      event.preventDefault();
      this.onOpen(this.at);
    }
  }
}
