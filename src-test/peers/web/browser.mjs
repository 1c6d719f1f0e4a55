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
const PATIENCE = Number(process.env.PATIENCE ?? 120000);
const say = text => console.log('seen: ' + text);

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

const faults = [];

async function open(options = {}, expectFaults = false) {
  const context = options.context ?? await browser.newContext({viewport: {width: 1280, height: 900}, bypassCSP: false, ...options});
  context.setDefaultTimeout(PATIENCE);
  await context.addInitScript(() => {
    window.jumps = 0;
    new PerformanceObserver(list => { for (const each of list.getEntries()) if (!each.hadRecentInput) window.jumps += each.value; }).observe({type: 'layout-shift', buffered: true});
  });
  const page = await context.newPage();
  page.on('pageerror', error => faults.push('error: ' + error));
  page.on('dialog', dialog => { faults.push('dialog: ' + dialog.message()); dialog.dismiss(); });
  page.on('console', message => { if (message.type() === 'error' && !expectFaults) faults.push('console: ' + message.text()); });
  context.on('request', request => { if (!request.url().startsWith(url) && !request.url().startsWith('data:')) faults.push('external: ' + request.url()); });
  await page.goto(url + '/' + (options.hash ?? ''));
  return page;
}

const live = page => page.locator('#link.live').waitFor();
const rows = page => page.locator('#rows [role=row]');
const states = page => page.locator('#rows .state');
const shot = (page, name, whole = true) => page.screenshot({path: shots + name + '.png', fullPage: whole});
const column = (page, name) => page.locator(`#rows [role=row] > :nth-child(${['state', 'for', 'name', 'miner', 'height', 'lag', 'head', 'last beat', 'uptime'].indexOf(name) + 1})`);
const beats = page => until('a beat', async () => /^\d+ s ago$/.test(await column(page, 'last beat').last().textContent().catch(() => '')));
const dark = page => page.evaluate(() => getComputedStyle(document.body).backgroundColor === 'rgb(14, 18, 22)');

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
    await page.locator('#empty pre').first().waitFor();
    const sample = JSON.parse(await page.locator('#empty pre').first().textContent());
    assert.equal(sample.heartbeat.beatTarget, given.target);
    assert.match(await page.locator('#empty').textContent(), /java -jar heartbeat\.jar/);
    assert.equal(await page.locator('#verdict').textContent(), 'No node has beaten yet.');
    assert.equal(await page.locator('#simulated').isVisible(), true);
    await shot(page, 'empty');
    assert.deepEqual(await serious(page), []);
    await page.locator('nav a', {hasText: 'Chain'}).click();
    await page.locator('#lanes', {hasText: 'No node has told of a head yet'}).waitFor();
    await page.locator('nav a', {hasText: 'Nodes'}).click();
    say('empty');
    await until('rows', async () => await rows(page).count() === given.nodes);
    assert.equal(await page.locator('#empty').isVisible(), false);
    await until('a last beat that ticks', async () => /^[0-3] s ago$/.test(await column(page, 'last beat').first().textContent()));
    say('beat');
    await until('silent nodes', async () => (await states(page).allTextContents()).filter(each => each === 'silent').length === given.silent);
    await until('the verdict', async () => / in trouble\.$/.test(await page.locator('#verdict').textContent()));
    const line = page.locator('#trouble li[data-state=silent]');
    await until('how many', async () => (await line.locator('.state').textContent()) === `${given.silent} silent`);
    assert.match(await line.textContent(), /since \d\d:\d\d:\d\d · \d+ (s|min)/);
    assert.equal(await line.locator('a').count(), given.silent);
    await until('the title', async () => /^\(\d+\) /.test(await page.title()));
    say('silent');
  },

  // The ten seconds of a visitor: how many, which, since when; and every number says what it is.
  async glance() {
    const page = await open();
    await until('the first paint', async () => await rows(page).count() > 0);
    await live(page);
    await until('forked', async () => (await page.locator('#trouble li[data-state=forked] .state').textContent().catch(() => '')) === `${given.forked} forked`);
    const sum = (await page.locator('#trouble .state').allTextContents()).reduce((total, each) => total + Number.parseInt(each, 10), 0);
    await until('the sum', async () => (await page.locator('#verdict').textContent()).startsWith(`${sum} of ${given.nodes} nodes are in trouble`)
      && await page.locator('#trouble-count').textContent() === String(sum));
    const wide = await page.locator('#bar').evaluate(bar => [...bar.children].map(each => [each.dataset.state, each.getBoundingClientRect().width / bar.clientWidth]));
    for (const [state, share] of wide) {
      const count = Number(await page.locator(`#states [data-state=${state}] b`).textContent());
      assert.ok(Math.abs(share - count / given.nodes) < .03, `${state}: ${share} of the bar for ${count}`);
    }
    const facts = await page.locator('#networks .card').first().textContent();
    for (const look of [/Epoch[\d,]+ · next in \d+ s/, /Network height[\d,]+/, /Network lag\d+ epochs?/, /Last block\d+ s ago/, /In consensus\d+ of \d+ nodes/, /Basisopen, fleet only/, /2 sides\d+ nodes/]) assert.match(facts, look);
    const bare = await page.evaluate(() => [...document.querySelectorAll('#networks dl > div, [role=columnheader], #rows [role=gridcell], #states button, #bar i, #trouble .state')]
      .filter(each => !each.title).map(each => each.outerHTML));
    assert.deepEqual(bare, []);
    const jumps = await page.evaluate(() => window.jumps);
    assert.ok(jumps < .1, 'layout shift of ' + jumps);
    await page.mouse.move(5, 300);
    await beats(page);
    await shot(page, 'nodes');
    say('done');
  },

  async filterSortSearch() {
    const page = await open();
    await live(page);
    await until('forked', async () => (await states(page).allTextContents()).filter(each => each === 'forked').length === given.forked);
    await page.locator('#states button[data-state=forked]').click();
    await until('only forked', async () => await rows(page).count() === given.forked);
    assert.match(page.url(), /#\/\?state=forked$/);
    await until('the count', async () => await page.locator('#count').textContent() === `${given.forked} of ${given.nodes} nodes`);
    await page.reload();
    await live(page);
    await until('the filter of the address', async () => await rows(page).count() === given.forked);
    assert.equal(await page.locator('#states button[data-state=forked]').getAttribute('aria-pressed'), 'true');
    await page.locator('#clear').click();
    await until('all', async () => await rows(page).count() > given.forked);
    await page.locator('#bar i[data-state=ok]').click();
    await until('only ok', async () => (await states(page).allTextContents()).every(each => each === 'ok'));
    await page.goBack();
    await until('all again', async () => (await states(page).allTextContents()).includes('forked'));

    const names = () => column(page, 'name').allTextContents();
    const sortBy = async name => {
      await page.locator('#head button', {hasText: name}).click();
      await page.mouse.move(5, 5);
    };
    await sortBy('Name');
    assert.match(page.url(), /sort=name/);
    const up = await names();
    assert.deepEqual(up, [...up].sort());
    assert.equal(await page.locator('[role=columnheader]', {hasText: 'Name'}).getAttribute('aria-sort'), 'ascending');
    await sortBy('Name');
    await until('the other order', async () => (await names())[0] > up[0]);
    assert.match(page.url(), /sort=-name/);
    await page.goBack();
    await until('the first order', async () => (await names())[0] === up[0]);

    await page.keyboard.press('/');
    await page.keyboard.type(up[1]);
    await until('the one searched', async () => await rows(page).count() === 1);
    assert.equal((await names())[0], up[1]);
    assert.match(page.url(), new RegExp('q=' + up[1]));
    await page.keyboard.press('Escape');
    await until('all again', async () => await rows(page).count() > 1);
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    const at = await page.locator('#rows .at > :nth-child(3)').textContent();
    const active = await page.locator('#table').getAttribute('aria-activedescendant');
    assert.equal(await page.locator(`[id="${active}"]`).getAttribute('aria-selected'), 'true');
    await page.keyboard.press('Enter');
    await page.locator('#view-node h2', {hasText: at}).waitFor();
    await page.goBack();
    await rows(page).first().waitFor();

    await page.locator('#search').fill('nobody is called that');
    await page.locator('#empty', {hasText: 'No node fits'}).waitFor();
    await page.locator('#clear').click();
    await page.keyboard.press('?');
    await page.locator('#legend[open]').waitFor();
    assert.ok(await page.locator('#legend dt').count() >= 25);
    await shot(page, 'legend', false);
    assert.deepEqual(await serious(page), []);
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('#legend[open]').count(), 0);
    say('done');
  },

  // Rows keep their places while the pointer is over them, whatever happens to the nodes.
  async held() {
    const page = await open({hash: '#/?sort=-height'});
    await live(page);
    await until('rows', async () => await rows(page).count() > 0);
    await rows(page).nth(3).hover();
    await page.locator('#held').waitFor();
    const ids = () => rows(page).evaluateAll(all => all.map(each => each.dataset.id));
    const heights = async () => (await column(page, 'height').allTextContents()).map(each => Number(each.replaceAll(',', '')) || -1);
    const sorted = list => list.every((each, i) => !i || list[i - 1] >= each);
    const before = await ids();
    await until('an order that is no order any more', async () => {
      assert.deepEqual(await ids(), before);
      return !sorted(await heights());
    });
    await page.mouse.move(5, 5);
    await until('the order again', async () => sorted(await heights()));
    assert.equal(await page.locator('#held').isVisible(), false);
    say('done');
  },

  async nodePage() {
    const page = await open({hash: '#/node/' + given.peer});
    await page.locator('#view-node .u-wrap canvas').first().waitFor();
    await until('its state', async () => /^forked for \d+ (s|min), since \d\d:\d\d:\d\d$/.test(await page.locator('#view-node .state').first().textContent()));
    await until('why', async () => /no block in common with the majority/i.test(await page.locator('#view-node .why').textContent()));
    const text = await page.locator('#view-node').textContent();
    for (const word of ['Peer id', given.peer, 'Miner', 'Head since', 'Lag', 'Connections', 'opened from', 'Changes of state', '→ forked', 'Alerts']) assert.ok(text.includes(word), word);
    await until('its beats', async () => /Last beat[0-3] s ago/.test(await page.locator('#view-node').textContent()));
    const bare = await page.evaluate(() => [...document.querySelectorAll('#view-node dl > div')].filter(each => !each.title).map(each => each.textContent));
    assert.deepEqual(bare, []);
    assert.match(await page.locator('.strip').getAttribute('aria-label'), /State: .*forked/);
    assert.ok(await page.locator('.badge img').evaluate(picture => picture.complete && picture.naturalWidth > 0));
    await shot(page, 'node');

    const plots = page.locator('#view-node .plot');
    const seconds = () => plots.evaluateAll(all => all.map(each => Number(each.dataset.seconds)));
    await until('an hour', async () => (await seconds()).every(each => Math.abs(each - 3600) < 2));
    await plots.first().scrollIntoViewIfNeeded();
    const box = await plots.first().locator('.u-over').boundingBox();
    await page.mouse.move(box.x + box.width * .5, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * .9, box.y + 40, {steps: 8});
    await page.mouse.up();
    await until('both charts zoomed', async () => (await seconds()).every(each => each > 1000 && each < 2000));
    await page.mouse.dblclick(box.x + box.width * .7, box.y + 40);
    await until('an hour again', async () => (await seconds()).every(each => Math.abs(each - 3600) < 2));

    for (const [name, hours] of [['48 hours', 48], ['90 days', 90 * 24]]) {
      await page.locator('.spans button', {hasText: name}).click();
      await page.locator('#view-node h3', {hasText: 'The last ' + name}).or(page.locator('#view-node h3', {hasText: 'over the last ' + name})).first().waitFor();
      await until(name, async () => (await seconds()).every(each => Math.abs(each - hours * 3600) < 2));
    }
    assert.deepEqual(await serious(page), []);
    await page.locator('.back').click();
    await rows(page).first().waitFor();
    const nobody = await open({hash: '#/node/nobody'}, true);
    await nobody.locator('#view-node .why', {hasText: 'No node with this peer id'}).waitFor();
    say('done');
  },

  async chain() {
    const page = await open({hash: '#/chain'});
    await live(page);
    const other = page.locator('.lane button.other').first();
    await other.waitFor();
    assert.equal(await page.locator('#lanes .lane').count(), 20);
    await other.click();
    await page.locator('#who a').first().waitFor();
    assert.ok(await page.locator('#who a').count() <= given.forked);
    assert.match(await page.locator('#who').textContent(), /a side apart/);
    await until('propagation', async () => /Half of the nodes report a height within \d+ s/.test(await page.locator('#spread').textContent()));
    assert.match(await page.locator('#view-chain').textContent(), /Resolution: one second/);
    await shot(page, 'chain');
    assert.deepEqual(await serious(page), []);

    // What a swarm does not show at will: a null round, a part of a tipset, and a fork, at one glance.
    const made = await page.evaluate(async () => {
      const {Chain} = await import('./chain.js');
      const parts = ['lanes', 'spread', 'who'].map(() => document.createElement('div'));
      document.querySelector('#view-chain section').append(parts[0]);
      const head = (cids, side, count) => ({cids, side, count, nodes: []});
      new Chain(...parts, {nodes: new Map()}).draw([{network: 'made up', lanes: [
        {height: 12, heads: [head(['a', 'b'], 0, 6), head(['x'], 1, 3), head(['a'], 0, 1)], p50Millis: null, p90Millis: null},
        {height: 11, heads: [], p50Millis: null, p90Millis: null},
        {height: 10, heads: [head(['c'], 0, 10)], p50Millis: 1000, p90Millis: 2000},
      ]}]);
      const lanes = [...parts[0].querySelectorAll('.lane')];
      const answer = lanes.map(lane => ({
        groups: [...lane.querySelectorAll('.parts > span')].map(group => [...group.children].map(each => each.className + ' ' + each.style.getPropertyValue('--t'))),
        note: lane.querySelector('.note').textContent,
        wide: lane.querySelector('.parts > span')?.getBoundingClientRect().width / lane.querySelector('.parts').getBoundingClientRect().width,
      }));
      parts[0].remove();
      return answer;
    });
    assert.equal(made[0].groups.length, 2, 'sides stand apart');
    assert.equal(made[0].groups[0].length, 2, 'the part joins its side');
    assert.match(made[0].groups[0][1], /^part /);
    assert.match(made[0].groups[1][0], /^other /);
    assert.match(made[0].note, /10 nodes · 1 partial · 2 sides/);
    assert.ok(made[0].wide > .6 && made[0].wide < .75, 'width by nodes: ' + made[0].wide);
    assert.equal(made[1].note, 'null round');
    assert.equal(made[2].note, '10 nodes');
    say('done');
  },

  async alerts() {
    const page = await open({hash: '#/alerts'});
    await live(page);
    await page.locator('#view-alerts pre').first().waitFor();
    const config = JSON.parse(await page.locator('#view-alerts pre').first().textContent());
    assert.ok(config.alerts.sinks[0].url);
    await shot(page, 'alerts');
    assert.deepEqual(await serious(page), []);
    say('done');
  },

  async phone() {
    const page = await open({viewport: {width: 390, height: 800}, isMobile: true, hasTouch: true});
    await live(page);
    await until('rows', async () => await rows(page).count() > 0);
    const fits = async () => {
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= 390, page.url() + ' is ' + wide + ' px wide');
    };
    await fits();
    await beats(page);
    await shot(page, 'phone');
    assert.deepEqual(await serious(page), []);
    await rows(page).first().tap();
    await page.locator('#view-node .u-wrap canvas').first().waitFor();
    await fits();
    await shot(page, 'phone-node');
    for (const view of ['Chain', 'Alerts']) {
      await page.locator('nav a', {hasText: view}).tap();
      await page.locator('#view-' + view.toLowerCase()).waitFor();
      await fits();
    }
    say('done');
  },

  async dark() {
    const page = await open({colorScheme: 'dark'});
    await live(page);
    assert.equal(await dark(page), true);
    await until('rows', async () => await rows(page).count() > 0);
    await beats(page);
    await shot(page, 'nodes-dark');
    assert.deepEqual(await serious(page), []);
    for (const view of ['chain', 'alerts', 'node/' + await rows(page).first().getAttribute('data-id')]) {
      await page.goto(url + '/#/' + view);
      await page.locator('#view-' + view.split('/')[0] + ' :is(.lane, pre, .u-wrap)').first().waitFor();
      await shot(page, view.split('/')[0] + '-dark');
      assert.deepEqual(await serious(page), [], view);
    }
    await page.goto(url + '/#/');
    await page.locator('#theme').click();
    assert.equal(await dark(page), false);
    await page.reload();
    assert.equal(await dark(page), false);
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
    await until('a beat after the first is closed', async () => (await column(second, 'last beat').allTextContents()).some(each => /^[0-2] s ago$/.test(each)));
    say('done');
  },

  // The server goes away and comes back; meanwhile the page says that it is stale.
  async restart() {
    const page = await open({}, true);
    await live(page);
    await until('rows', async () => await rows(page).count() === given.nodes);
    say('rows');
    await page.locator('body.stale').waitFor();
    assert.match(await page.locator('#link').textContent(), /^reconnecting · stale since \d\d:\d\d:\d\d$/);
    assert.match(await page.locator('#view-nodes').evaluate(view => getComputedStyle(view).filter), /grayscale/);
    assert.equal(await rows(page).count(), given.nodes);
    await shot(page, 'stale', false);
    say('stale');
    await live(page);
    assert.equal(await page.locator('body.stale').count(), 0);
    await until('rows again', async () => await rows(page).count() === given.nodes);
    await until('a beat again', async () => (await column(page, 'last beat').allTextContents()).some(each => /^[0-2] s ago$/.test(each)));
    say('back');
  },

  async login() {
    const page = await open({}, true);
    await page.locator('#login[open]').waitFor();
    await shot(page, 'login', false);
    assert.deepEqual(await serious(page), []);
    await page.locator('#token').fill('a token that is wrong');
    await page.keyboard.press('Enter');
    await until('the refusal', async () => /token \(expected/.test(await page.locator('#login-fault').textContent()));
    await page.locator('#token').fill(given.token);
    await page.keyboard.press('Enter');
    await live(page);
    assert.equal(await page.locator('#login[open]').count(), 0);
    assert.equal(await page.locator('body.stale').count(), 0);
    assert.equal(await page.evaluate(() => document.cookie + JSON.stringify(Object.keys(localStorage))), '[]');
    say('done');
  },

  // Without a token, and without what is hidden.
  async open() {
    const page = await open();
    await live(page);
    await until('rows', async () => await rows(page).count() === given.nodes);
    assert.deepEqual([...new Set(await column(page, 'miner').allTextContents())], ['–']);
    await rows(page).first().click();
    await page.locator('#view-node .u-wrap canvas').first().waitFor();
    const text = await page.locator('#view-node').textContent();
    assert.ok(!/127\.0\.0\.1|Minerf0/.test(text), text);
    await until('the badge', async () => await page.locator('.badge img').evaluate(picture => picture.complete && picture.naturalWidth > 0));
    say('done');
  },

  async hostile() {
    const page = await open();
    await live(page);
    await until('its name', async () => (await page.locator('#rows').textContent()).includes(given.name));
    await rows(page).first().click();
    await until('its name on its page', async () => (await page.locator('#view-node h2').textContent()) === given.name);
    await page.locator('.badge img').waitFor();
    assert.equal(await page.locator('main img:not(.badge img), main script, main [onerror]').count(), 0);
    await page.locator('nav a', {hasText: 'Chain'}).click();
    await page.locator('.lane button').first().click();
    await page.locator('#who a').first().waitFor();
    assert.equal(await page.locator('#who a').first().textContent(), given.name);
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
