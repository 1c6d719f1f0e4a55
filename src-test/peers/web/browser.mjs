// Drives the dashboard in Debian's Chromium as a person would: node browser.mjs SCENARIO URL [ARGUMENTS as JSON]
// Says what it has seen, a line each; exits 1 with the reason when it sees something else.
import assert from 'node:assert/strict';
import {mkdirSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {chromium} from 'playwright-core';

const [scenario, url, json] = process.argv.slice(2);
const given = JSON.parse(json ?? '{}');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const shots = new URL('../../../target/screenshots/', import.meta.url).pathname;
mkdirSync(shots, {recursive: true});

// Generous: it guards against hanging only.
const PATIENCE = 120000;
const say = text => console.log('seen: ' + text);

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

const faults = [];

async function open(options = {}, expectFaults = false) {
  const context = options.context ?? await browser.newContext({viewport: {width: 1280, height: 900}, bypassCSP: false, ...options});
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  page.on('pageerror', error => faults.push('error: ' + error));
  page.on('dialog', dialog => { faults.push('dialog: ' + dialog.message()); dialog.dismiss(); });
  page.on('console', message => { if (message.type() === 'error' && !expectFaults) faults.push('console: ' + message.text()); });
  page.on('request', request => { if (!request.url().startsWith(url) && !request.url().startsWith('data:')) faults.push('external: ' + request.url()); });
  await page.goto(url + '/' + (options.hash ?? ''));
  return page;
}

const live = page => page.locator('#link.live').waitFor();
const rows = page => page.locator('#rows [role=row]');
const states = page => page.locator('#rows .state');
const shot = (page, name) => page.screenshot({path: shots + name + '.png', fullPage: true});

async function until(what, look) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error('not seen: ' + what);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

async function serious(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run());
  return found.violations.filter(each => ['serious', 'critical'].includes(each.impact))
    .map(each => `${each.id}: ${each.help}: ${each.nodes.map(node => node.html + ' ' + node.any.map(why => why.message).join(' ')).slice(0, 3).join(' | ')}`);
}

const scenarios = {
  // An empty page teaches; then nodes come, beat and fall silent, all without a reload.
  async alive() {
    const page = await open();
    await live(page);
    const sample = JSON.parse(await page.locator('#empty pre').textContent());
    assert.equal(sample.heartbeat.beatTarget, given.target);
    assert.match(await page.locator('#verdict').textContent(), /No node has beaten yet/);
    await shot(page, 'empty');
    say('empty');
    await until('rows', async () => await rows(page).count() === given.nodes);
    assert.equal(await page.locator('#simulated').isVisible(), true);
    say('rows');
    await until('a last beat that ticks', async () => {
      const cell = page.locator('#rows [role=row]').first().locator('[role=gridcell]').nth(6);
      return /^[0-3] s ago$/.test(await cell.textContent());
    });
    say('beat');
    await until('silent nodes', async () => (await states(page).allTextContents()).filter(each => each === 'silent').length === given.silent);
    await until('the verdict', async () => /in trouble/.test(await page.locator('#verdict').textContent()));
    assert.match(await page.locator('#verdict').textContent(), new RegExp(`${given.silent} silent since \\d\\d:\\d\\d`));
    say('silent');
  },

  async filterSortSearch() {
    const page = await open();
    await live(page);
    await until('forked', async () => (await states(page).allTextContents()).filter(each => each === 'forked').length === given.forked);
    await page.locator('#bar button.s-forked').click();
    await until('only forked', async () => await rows(page).count() === given.forked);
    assert.match(page.url(), /#state=forked$/);
    assert.equal(await page.locator('#count').textContent(), `${given.forked} of ${given.nodes} nodes`);
    await page.reload();
    await live(page);
    await until('the filter of the address', async () => await rows(page).count() === given.forked);
    await page.locator('#clear').click();
    await until('all', async () => await rows(page).count() > given.forked);

    const names = () => page.locator('#rows [role=row] > :nth-child(2)').allTextContents();
    await page.locator('#head button', {hasText: 'Name'}).click();
    await page.mouse.move(5, 5);
    const up = await names();
    assert.deepEqual(up, [...up].sort());
    await page.locator('#head button', {hasText: 'Name'}).click();
    await page.mouse.move(5, 5);
    await until('the other order', async () => (await names())[0] > up[0]);

    await page.keyboard.press('/');
    await page.keyboard.type(up[1]);
    await until('the one searched', async () => await rows(page).count() === 1);
    assert.equal((await names())[0], up[1]);
    await page.keyboard.press('Escape');
    await until('all again', async () => await rows(page).count() > 1);
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    const at = await page.locator('#rows .at > :nth-child(2)').textContent();
    await page.keyboard.press('Enter');
    await page.locator('#node[open]').waitFor();
    assert.equal(await page.locator('#node-title').textContent(), at);
    await page.keyboard.press('Escape');
    await until('closed', async () => !/node=/.test(page.url()));
    await page.goBack();
    await page.locator('#node[open]').waitFor();
    say('done');
  },

  async nodePage() {
    const page = await open({hash: '#node=' + given.peer});
    await page.locator('#node .u-wrap canvas').first().waitFor();
    await until('its state', async () => /forked for/.test(await page.locator('#node .state').first().textContent()));
    const text = await page.locator('#node').textContent();
    for (const word of ['Peer id', given.peer, 'Miner', 'Head since', 'Connections', 'Changes of state']) assert.ok(text.includes(word), word);
    await page.locator('#node button', {hasText: '48 hours'}).click();
    await page.locator('#node h3', {hasText: 'The last 48 hours'}).waitFor();
    await page.locator('#node .u-wrap canvas').first().waitFor();
    await shot(page, 'node');
    const found = await serious(page);
    assert.deepEqual(found, []);
    say('done');
  },

  async chain() {
    const page = await open();
    await live(page);
    await until('two sides', async () => await page.locator('.side').count() >= 2);
    const other = page.locator('.lane button.other').first();
    await other.waitFor();
    await other.click();
    await until('who is on it', async () => {
      const shown = await states(page).allTextContents();
      return shown.length > 0 && shown.length < given.nodes;
    });
    assert.match(await page.locator('#spread').textContent(), /half of the nodes report it within|Too few heights/);
    assert.match(await page.locator('#facts').textContent(), /Next epochin \d+ s/);
    await page.locator('#legend summary').click();
    assert.ok(await page.locator('#legend dt').count() >= 13);
    await shot(page, 'now');
    say('done');
  },

  async phone() {
    const page = await open({viewport: {width: 390, height: 800}, isMobile: true, hasTouch: true});
    await live(page);
    await until('rows', async () => await rows(page).count() > 0);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 390, 'the page is ' + wide + ' px wide');
    await rows(page).first().tap();
    await page.locator('#node[open]').waitFor();
    await shot(page, 'phone');
    say('done');
  },

  async dark() {
    const page = await open({colorScheme: 'dark'});
    await live(page);
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.equal(await background(), 'rgb(15, 19, 23)');
    await until('rows', async () => await rows(page).count() > 0);
    await shot(page, 'dark');
    assert.deepEqual(await serious(page), []);
    await page.locator('#theme').click();
    assert.equal(await background(), 'rgb(255, 255, 255)');
    await page.reload();
    assert.equal(await background(), 'rgb(255, 255, 255)');
    assert.deepEqual(await serious(page), []);
    say('done');
  },

  async tabs() {
    const first = await open();
    await live(first);
    await until('rows', async () => await rows(first).count() > 0);
    const second = await open({context: first.context()});
    await live(second);
    await until('rows in the second', async () => await rows(second).count() > 0);
    await until('one viewer', async () => {
      const metrics = await (await fetch(url + '/metrics')).text();
      return /^fil_heartbeat_feed_viewers 1(\.0)?$/m.test(metrics);
    });
    await first.close();
    await until('a beat after the first is closed', async () => (await second.locator('#rows [role=row] > :nth-child(7)').allTextContents()).some(each => /^[0-2] s ago$/.test(each)));
    say('done');
  },

  // The server goes away and comes back; meanwhile the page says that it is stale.
  async restart() {
    const page = await open({}, true);
    await live(page);
    await until('rows', async () => await rows(page).count() === given.nodes);
    say('rows');
    await page.locator('body.stale').waitFor();
    assert.equal(await page.locator('#link').textContent(), 'reconnecting');
    await shot(page, 'stale');
    say('stale');
    await live(page);
    assert.equal(await page.locator('body.stale').count(), 0);
    await until('rows again', async () => await rows(page).count() === given.nodes);
    say('back');
  },

  async login() {
    const page = await open({}, true);
    await page.locator('#login[open]').waitFor();
    await shot(page, 'login');
    await page.locator('#token').fill('a token that is wrong');
    await page.keyboard.press('Enter');
    await until('the refusal', async () => /token \(expected/.test(await page.locator('#login-fault').textContent()));
    await page.locator('#token').fill(given.token);
    await page.keyboard.press('Enter');
    await live(page);
    assert.equal(await page.locator('#login[open]').count(), 0);
    say('done');
  },

  async hostile() {
    const page = await open();
    await live(page);
    await until('its name', async () => (await page.locator('#rows').textContent()).includes(given.name));
    await rows(page).first().click();
    await until('its name on its page', async () => (await page.locator('#node-title').textContent()) === given.name);
    assert.equal(await page.locator('#rows img, #node img').count(), 0);
    say('done');
  },
};

try {
  await scenarios[scenario]();
  assert.deepEqual(faults, []);
} catch (failure) {
  console.error(String(failure.stack ?? failure));
  for (const fault of faults) console.error(fault);
  process.exitCode = 1;
} finally {
  await browser.close();
}
