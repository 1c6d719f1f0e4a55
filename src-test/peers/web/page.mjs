// A browser, and what all scenarios look at it with.
import assert from 'node:assert/strict';
import {mkdirSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {chromium} from 'playwright-core';

export const [scenario, url, json] = process.argv.slice(2);
export const given = JSON.parse(json ?? '{}');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const shots = new URL('../../../target/screenshots/', import.meta.url).pathname;
mkdirSync(shots, {recursive: true});

// Generous: it guards against hanging only.
export const PATIENCE = Number(process.env.PATIENCE ?? 120000);
export const say = text => console.log('seen: ' + text);

export const browser = await chromium.launch({
  timeout: PATIENCE,
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

export const faults = [];

export async function open(options = {}, expectFaults = false) {
  const context = options.context ?? await browser.newContext({viewport: {width: 1280, height: 900}, bypassCSP: false, ...options});
  context.setDefaultTimeout(PATIENCE);
  await context.addInitScript(() => {
    window.jumps = 0;
    // What moved, when and from where to where (x, y, width, height), as texts.
    window.jumped = [];
    const rect = ({x, y, width, height}) => [x, y, width, height].map(Math.round).join(' ');
    const named = node => {
      const at = node instanceof Element ? node : node?.parentElement;
      return at ? (at.id ? '#' + at.id : `${at.tagName.toLowerCase()}.${at.className} in #${at.closest('[id]')?.id}`) + ` "${at.textContent.trim().replace(/\s+/g, ' ').slice(0, 30)}"` : 'an element that is gone';
    };
    new PerformanceObserver(list => {
      for (const each of list.getEntries().filter(entry => !entry.hadRecentInput)) {
        window.jumps += each.value;
        window.jumped.push(`${each.value.toFixed(4)} at ${Math.round(each.startTime)} ms: ` + each.sources.map(({node, previousRect, currentRect}) => `${named(node)} ${rect(previousRect)} -> ${rect(currentRect)}`).join('; '));
      }
    }).observe({type: 'layout-shift', buffered: true});
  });
  const page = await (options.page ?? (made => made.newPage()))(context);
  page.on('pageerror', error => faults.push('error: ' + error));
  page.on('dialog', dialog => { faults.push('dialog: ' + dialog.message()); dialog.dismiss(); });
  page.on('console', message => { if (message.type() === 'error' && !expectFaults) faults.push('console: ' + message.text()); });
  context.on('request', request => { if (!request.url().startsWith(url) && !request.url().startsWith('data:')) faults.push('external: ' + request.url()); });
  await page.goto(url + '/' + (options.hash ?? ''));
  return page;
}

export const live = page => page.locator('#link.live').waitFor();
export const rows = page => page.locator('#rows [role=row]');
export const states = page => page.locator('#rows .state');
export const shot = (page, name, whole = true) => page.screenshot({path: shots + name + '.png', fullPage: whole});
export const column = (page, name) => page.locator(`#rows [role=row] > :nth-child(${['state', 'for', 'name', 'miner', 'height', 'lag', 'final', 'peers', 'client', 'balance', 'to prove', 'head', 'last beat', 'uptime'].indexOf(name) + 1})`);
export const beats = page => until('a beat', async () => /^\d+ s ago$/.test(await column(page, 'last beat').last().textContent().catch(() => '')));
// The address as the page has it; page.url() hears of it later.
export const address = page => page.evaluate(() => location.href);
// When the newest beat that is shown came.
export const newest = page => column(page, 'last beat').evaluateAll(all => Math.max(0, ...all.map(each => Date.parse(each.title.replace('−', '-')) || 0)));
// A beat that came after the newest that was shown.
export const newer = (what, page, than) => until(what, async () => await newest(page) > than && (await column(page, 'last beat').allTextContents()).some(each => /^\d+ s ago$/.test(each)));
// That hardly anything moved away under the eye; each that did is named.
export async function still(page) {
  const [jumps, jumped] = await page.evaluate(() => [window.jumps, window.jumped]);
  assert.ok(jumps < .02, `layout shift of ${jumps}:\n` + jumped.join('\n'));
}
export const isDark = page => page.evaluate(() => getComputedStyle(document.body).backgroundColor === 'rgb(14, 18, 22)');

export async function until(what, look) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error('not seen: ' + (typeof what === 'function' ? what() : what));
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

// All of the looks fit to what an element says, once it has said it all.
export async function reads(element, ...looks) {
  let text = '';
  await until(() => looks.filter(look => !look.test(text)).join() + ' in ' + text, async () => {
    text = await element.textContent();
    return looks.every(look => look.test(text));
  });
}

export async function serious(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run());
  return found.violations.filter(each => ['serious', 'critical'].includes(each.impact))
    .map(each => `${each.id}: ${each.help}: ${each.nodes.map(node => node.html + ' ' + node.any.map(why => why.message).join(' ')).slice(0, 3).join(' | ')}`);
}
