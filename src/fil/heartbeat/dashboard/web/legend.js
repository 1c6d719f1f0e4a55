// What every colour, mark and key means.
import {element} from './dom.js';
import {colourOf} from './format.js';
import {areKnown, gravestFirst, isTrouble, meaningOf, stateOf} from './states.js';
import {drawHours} from './table.js';

const KEYS = [['/', 'search'], ['Esc', 'leave the search'], ['↑ ↓ PgUp PgDn Home End', 'move in the table'], ['Enter', 'open the node'], ['?', 'this legend']];

export function fillLegend(dialog) {
  const title = element('h2', 'Legend');
  title.id = 'legend-title';
  const close = element('button', 'Close');
  close.type = 'button';
  close.onclick = () => dialog.close();
  const top = element('div', null, 'top');
  top.append(title, close);
  dialog.replaceChildren(top, states(), element('h3', 'Colours and shapes'), looks(), element('h3', 'Keys'), keys());
  dialog.onclick = event => { if (event.target === dialog) dialog.close(); };
}

function list(rows) {
  const made = element('dl');
  for (const [term, text] of rows) {
    const dt = element('dt');
    dt.append(term);
    made.append(dt, element('dd', text));
  }
  return made;
}

function states() {
  if (!areKnown()) return element('p', 'Loading…', 'quiet');
  return list(gravestFirst().map(state => [stateOf(state), meaningOf(state) + (state === 'ok' ? '' : isTrouble(state) ? ' Trouble.' : ' Not trouble.')]));
}

function sampleOf(look) {
  const made = element('i', null, look);
  made.style.setProperty('--t', colourOf(['a tipset']));
  return made;
}

function looks() {
  const hours = element('i', null, 'hours');
  drawHours(hours, '999959990009999999---999');
  const live = element('span', 'live', 'link live');
  const lost = element('span', 'stale', 'link lost');
  return list([
    [sampleOf('tip'), 'A tipset. Equal colours are equal tipsets, at whatever node and height; the text beside it is the end of its first block’s CID, and how many blocks it has besides.'],
    [sampleOf('tip other'), 'Hatched: a tipset of another branch than the largest at its height, with no block in common.'],
    ['lower bar', 'In the chain view: part of the branch’s largest tipset, since some of its blocks had not arrived yet.'],
    ['dashed line', 'In the chain view: no tipset was reported at this height. A null round, or, where it says “not heard”, maybe before this aggregator listened.'],
    [hours, 'Uptime of the last 24 hours, an hour a step, the oldest left: full height is always, lowest is never, a gap is not recorded.'],
    [live, 'The page is connected and up to date.'],
    [lost, 'The connection is lost: the page is grey, and shows the state at the time named.'],
  ]);
}

function keys() {
  return list(KEYS.map(([key, text]) => [element('kbd', key), text]));
}
