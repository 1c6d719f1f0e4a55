// What can be seen of the page in a row of tabs: how many nodes are in trouble, and whether what it shows is old.

import {number} from './format.js';

let troubled = 0;
let old = '';

// How many nodes are in trouble.
export function showTroubled(count) {
  if (count === troubled) return;
  troubled = count;
  draw();
}

// Since when nothing was heard, as is shown; empty while what is shown is so.
export function showOld(since) {
  if (since === old) return;
  old = since;
  draw();
}

function draw() {
  const title = (old ? `⚠ ${old} · ` : '') + (troubled ? `(${number(troubled)}) ` : '') + 'Filecoin Heartbeat';
  if (document.title !== title) document.title = title;
  const icon = document.querySelector('link[rel=icon]');
  const file = old ? 'icon-stale.svg' : 'icon.svg';
  if (icon.getAttribute('href') !== file) icon.setAttribute('href', file);
}
