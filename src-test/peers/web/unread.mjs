// What on a page cannot be read. Both run in the page.

// Before anything else: keeps where texts are drawn into pictures, until those are wiped.
export function boxesOfDrawings() {
  const texts = window.drawnTexts = new WeakMap();
  const to = CanvasRenderingContext2D.prototype;
  const {fillText, clearRect} = to;
  to.clearRect = function (...box) {
    texts.set(this.canvas, []);
    return clearRect.apply(this, box);
  };
  to.fillText = function (text, x, y, ...more) {
    const {actualBoundingBoxLeft, actualBoundingBoxRight, actualBoundingBoxAscent, actualBoundingBoxDescent} = this.measureText(text);
    const {e, f} = this.getTransform();
    texts.get(this.canvas)?.push({text, left: e + x - actualBoundingBoxLeft, right: e + x + actualBoundingBoxRight, top: f + y - actualBoundingBoxAscent, bottom: f + y + actualBoundingBoxDescent});
    return fillText.call(this, text, x, y, ...more);
  };
}

// Text over text, what is cut and has no way to the whole of it, what has to be scrolled sideways. A tooltip is no way: neither touch nor keys open it.
export function unread() {
  const faults = [];
  const root = document.querySelector('dialog[open]') ?? document.body;
  const short = text => JSON.stringify(text.trim().slice(0, 40));
  const over = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const named = each => `${each.tagName.toLowerCase()}#${each.id}.${each.className}`;
  if (document.documentElement.scrollWidth > innerWidth) {
    const most = [...document.querySelectorAll('body *')].filter(each => each.getBoundingClientRect().right > innerWidth + 1).slice(0, 3);
    faults.push(`${document.documentElement.scrollWidth} px wide: ${most.map(named).join(' ')}`);
  }
  for (const each of [root, ...root.querySelectorAll('*')]) {
    if (/auto|scroll/.test(getComputedStyle(each).overflowX) && each.scrollWidth > each.clientWidth + 1) faults.push('sideways: ' + named(each));
  }
  // A column head is as wide as its column.
  for (const each of root.querySelectorAll('[role=columnheader] > *')) if (each.clientWidth && each.scrollWidth > each.clientWidth + 1) faults.push('a column head is too long: ' + each.textContent);
  // What a field waits for is read before anything is in it.
  const ruler = document.createElement('canvas').getContext('2d');
  for (const each of root.querySelectorAll('input[placeholder]')) {
    const {font, paddingLeft, paddingRight} = getComputedStyle(each);
    ruler.font = font;
    if (each.clientWidth && ruler.measureText(each.placeholder).width > each.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight)) faults.push('cut: ' + each.placeholder);
  }

  const shown = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const at = text.parentElement;
    if (!text.data.trim() || at.closest('.hidden, .skip, script, style, option') || !at.checkVisibility({visibilityProperty: true})) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    let boxes = [...range.getClientRects()].filter(box => box.width > 0);
    let cut = false;
    for (let each = at; each !== root; each = each.parentElement) {
      const {overflowX, textOverflow} = getComputedStyle(each);
      if (overflowX === 'visible') continue;
      const clip = each.getBoundingClientRect();
      const pane = /auto|scroll/.test(overflowX);
      cut ||= !pane && (textOverflow === 'ellipsis' && each.scrollWidth > each.clientWidth + 1
        || boxes.some(box => box.left < clip.left - 1 || box.right > clip.right + 1 || box.top < clip.top - 5 || box.bottom > clip.bottom + 5));
      boxes = boxes.map(box => ({left: Math.max(box.left, clip.left), right: Math.min(box.right, clip.right), top: Math.max(box.top, clip.top), bottom: Math.min(box.bottom, clip.bottom)}));
    }
    if (cut && at.closest('.state')) faults.push('a state is cut: ' + short(text.data));
    else if (cut && !at.closest('a[href]') && !at.closest('#rows [role=row]')?.closest('[tabindex="0"]')) faults.push('cut: ' + short(text.data));
    const sticky = at.closest('#head') !== null;
    for (const {left, right, top, bottom} of boxes) {
      if (right - left > 2 && bottom - top > 8) shown.push({left: left + 1, right: right - 1, top: top + 3, bottom: bottom - 3, text, sticky, row: at.closest('#rows') !== null});
    }
  }
  for (let i = 0; i < shown.length; i++) for (let j = i + 1; j < shown.length; j++) {
    const [a, b] = [shown[i], shown[j]];
    // Rows go away beneath the heads of their columns.
    if (a.text !== b.text && over(a, b) && !(a.sticky && b.row)) faults.push(`over: ${short(a.text.data)} and ${short(b.text.data)}`);
  }
  for (const canvas of root.querySelectorAll('canvas')) {
    const texts = window.drawnTexts.get(canvas) ?? [];
    if (canvas.checkVisibility() && !texts.length) faults.push('a chart without a text');
    texts.forEach((a, i) => {
      if (a.left < -1 || a.right > canvas.width + 1 || a.top < -1 || a.bottom > canvas.height + 1) faults.push('cut in a chart: ' + a.text);
      for (const b of texts.slice(i + 1)) if (over(a, b)) faults.push(`over in a chart: ${a.text} and ${b.text}`);
    });
  }
  return [...new Set(faults)].slice(0, 8);
}
