// Scenarios of a server that comes, goes, asks for a token or is lied to.
import assert from 'node:assert/strict';
import {PATIENCE, beats, browser, column, given, isDark, live, newer, newest, open, reads, rows, say, serious, shot, states, until, url} from './page.mjs';
import {slow} from './slow.mjs';

export default {
  // An empty page teaches; then nodes come, beat and fall silent, all without a reload.
  async alive() {
    const page = await open();
    await live(page);
    await until('the address to beat to', async () => JSON.parse(await page.locator('#empty pre').first().textContent()).heartbeat.beatTarget === given.target);
    assert.match(await page.locator('#empty').textContent(), /java -jar heartbeat\.jar/);
    assert.equal(await page.locator('#verdict').textContent(), 'No heartbeat received yet.');
    assert.equal(await page.locator('#simulated').isVisible(), true);
    await shot(page, 'empty');
    assert.deepEqual(await serious(page), []);
    await page.locator('nav a', {hasText: 'Chain'}).click();
    await page.locator('#lanes', {hasText: 'No node has reported a head yet'}).waitFor();
    await page.locator('nav a', {hasText: 'Nodes'}).click();
    say('empty');
    await until('rows', async () => await rows(page).count() === given.nodes);
    assert.equal(await page.locator('#empty').isVisible(), false);
    await newer('a last beat that ticks', page, await newest(page));
    say('beat');
    await until('silent nodes', async () => (await states(page).allTextContents()).filter(each => each === 'silent').length === given.silent);
    await until('the verdict', async () => / in trouble\.$/.test(await page.locator('#verdict').textContent()));
    const line = page.locator('#trouble li[data-state=silent]');
    await until('how many', async () => (await line.locator('.state').textContent()) === `${given.silent} silent`);
    assert.match(await line.textContent(), /since \d\d:\d\d:\d\d · \d+ (s|min)/);
    assert.equal(await line.locator('.names a').count(), given.silent);
    await until('the title', async () => /^\(\d+\) /.test(await page.title()));
    say('silent');
  },

  // The server goes away and comes back; meanwhile the page says that it is stale.
  async restart() {
    const page = await open({}, true);
    await live(page);
    await until('rows', async () => await rows(page).count() === given.nodes);
    // Nobody is judged at first, and what is to be remembered has to be on the disk: nothing waits for it, and then a commit is over.
    await reads(page.locator('#trouble'), new RegExp(`^${given.forked} forked`));
    const metrics = async () => (await fetch(url + '/metrics')).text();
    const written = async () => Number(/^fil_heartbeat_history_events_written_total (\S+)$/m.exec(await metrics())[1]);
    await until('nothing that waits for the disk', async () => (await metrics()).includes('history_queue_length 0'));
    const before = await written();
    await until('a commit', async () => await written() > before);
    say('rows');
    await page.locator('body.stale').waitFor();
    assert.match(await page.locator('#link').textContent(), /^reconnecting · stale since \d\d:\d\d:\d\d$/);
    assert.match(await page.locator('#view-nodes').evaluate(view => getComputedStyle(view).filter), /grayscale/);
    assert.equal(await rows(page).count(), given.nodes);
    await shot(page, 'stale', false);
    const last = await newest(page);
    say('stale');
    await live(page);
    assert.equal(await page.locator('body.stale').count(), 0);
    await reads(page.locator('#verdict'), /^Starting: judging in \d+ s\. Before: .*\b2 forked\b/);
    assert.match(await page.title(), /^\(\d+\) /);
    await until('rows again', async () => await rows(page).count() === given.nodes);
    await newer('a beat again', page, last);
    say('back');
  },

  // The server stands still, which no connection tells: within seconds the page says since when, and no age goes on.
  async standstill() {
    const page = await open({}, true);
    await live(page);
    await until('rows', async () => await rows(page).count() === given.nodes);
    const icon = () => page.locator('link[rel=icon]').getAttribute('href');
    assert.equal(await icon(), 'icon.svg');
    say('live');
    const stopped = performance.now();
    await page.locator('body.stale').waitFor();
    const since = /^(?:no data|reconnecting) · stale since (\d\d:\d\d:\d\d)$/.exec(await page.locator('#link').textContent())?.[1];
    assert.ok(since, await page.locator('#link').textContent());
    await until('the title', async () => /^⚠ (no data|reconnecting) since \d\d:\d\d:\d\d · /.test(await page.title()));
    assert.equal(await icon(), 'icon-stale.svg');
    const ages = () => page.evaluate(() => [...document.querySelectorAll('#rows [role=row] > :is(:nth-child(2), :nth-child(13)), #networks dd')].map(each => each.textContent));
    const before = await ages();
    assert.ok(before.length >= 2 * given.nodes);
    // Three turns of the clock that draws them.
    await page.evaluate(() => new Promise(done => setTimeout(done, 3100)));
    assert.deepEqual(await ages(), before);
    assert.equal(/stale since (.*)/.exec(await page.locator('#link').textContent())[1], since);
    await shot(page, 'standstill', false);
    // For 40 s, in which the line is given up and tried anew: the time of the last word heard stays, and nothing says that it is live.
    await until('another line that tells nothing either', async () => {
      const link = await page.locator('#link').textContent();
      assert.ok(/^(no data|reconnecting) · stale since /.test(link) && link.endsWith(since), link);
      assert.equal(await page.locator('body.stale').count(), 1);
      return performance.now() - stopped > 40000 && link.startsWith('reconnecting');
    });
    say('stale');
    await live(page);
    assert.equal(await page.locator('body.stale').count(), 0);
    await until('the title again', async () => !(await page.title()).startsWith('⚠'));
    assert.equal(await icon(), 'icon.svg');
    await beats(page);
    say('back');
  },

  // A browser that refuses to keep anything, and to share a worker.
  async denied() {
    const context = await browser.newContext({viewport: {width: 1280, height: 720}});
    await context.addInitScript(() => {
      for (const name of ['localStorage', 'sessionStorage', 'SharedWorker']) {
        Object.defineProperty(window, name, {get() { throw new DOMException('denied', 'SecurityError'); }});
      }
    });
    const page = await open({context});
    await live(page);
    await until('rows', async () => await rows(page).count() > 0);
    await beats(page);
    const dark = await isDark(page);
    await page.locator('#theme').click();
    assert.equal(await isDark(page), !dark);
    say('done');
  },

  // 240 kbit/s and 80 ms each way: each load shows all nodes and alerts, and never that nothing fires before that is known.
  async slowLink() {
    const fires = async () => (await (await fetch(url + '/api/v1/alerts')).json()).alerts.filter(alert => alert.status === 'firing').length;
    await until('alerts', async () => await fires() >= given.alerts);
    const far = await slow(new URL(url));
    try {
      for (let i = 0; i < 10; i++) {
        const context = await browser.newContext({viewport: {width: 1280, height: 720}});
        await context.addInitScript(() => {
          window.said = new Set();
          new MutationObserver(() => {
            const words = document.querySelector('#view-alerts [role=status]')?.textContent;
            if (words) window.said.add(words);
          }).observe(document, {subtree: true, childList: true, characterData: true});
        });
        const page = await context.newPage();
        page.setDefaultTimeout(PATIENCE);
        await page.goto(far.url + '/#/alerts');
        await page.locator('.alert.firing').first().waitFor();
        await until('all alerts', async () => await page.locator('.alert.firing').count() === await fires());
        const said = await page.evaluate(() => [...window.said]);
        assert.ok(!said.some(words => words.startsWith('No alert is firing')), said.join(' | '));
        await page.locator('nav a', {hasText: 'Nodes'}).click();
        await until('all nodes', async () => await page.locator('#count').textContent() === `${given.nodes} nodes`);
        await context.close();
      }
    } finally {
      far.close();
    }
    say('done');
  },

  async login() {
    const page = await open({}, true);
    await page.locator('#login[open]').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), 'token');
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
    // By keys alone: who one is, out, no dead end at Escape, and in again at the same address.
    const who = page.locator('#viewer');
    const focus = async () => {
      for (let i = 0; i < 30 && await page.evaluate(() => document.activeElement.id) !== 'viewer'; i++) await page.keyboard.press('Tab');
      assert.equal(await page.evaluate(() => document.activeElement.id), 'viewer');
    };
    await reads(who, /^Log out ops \(admin\)$/);
    const there = page.url();
    await focus();
    await page.keyboard.press('Enter');
    await page.locator('#login[open]').waitFor();
    await reads(who, /^Log in$/);
    await page.keyboard.press('Escape');
    await page.locator('#login[open]').waitFor({state: 'detached'});
    await focus();
    await page.keyboard.press('Enter');
    await page.locator('#login[open]').waitFor();
    await page.keyboard.type(given.token);
    await page.keyboard.press('Enter');
    await reads(who, /^Log out ops \(admin\)$/);
    await live(page);
    assert.equal(page.url(), there);
    assert.deepEqual(await serious(page), []);
    say('done');
  },

  // Without http.auth changes need the local secret; the link of login-link brings a session for it, once.
  async loginLink() {
    const change = page => page.evaluate(async () => (await fetch('api/v1/nodes/none', {method: 'DELETE'})).status);
    const stranger = await open({}, true);
    await live(stranger);
    assert.equal(await change(stranger), 401);
    const page = await open({hash: given.hash}, true);
    await live(page);
    await until('a session', async () => await change(page) === 404);
    assert.equal(page.url().includes('login='), false);
    assert.equal(await page.evaluate(() => location.href + document.cookie + JSON.stringify({...localStorage, ...sessionStorage})).then(all => all.includes('login=')), false);
    assert.equal(await page.locator('#login[open]').count(), 0);
    // Again, in a page that is open already: it is used up, and that is said.
    await stranger.evaluate(hash => { location.hash = hash; }, given.hash);
    await stranger.locator('#login[open]').waitFor();
    await until('why not', async () => /login-link/.test(await stranger.locator('#login-fault').textContent()));
    assert.equal(stranger.url().includes('login='), false);
    assert.match(await stranger.locator('#login').textContent(), /local\.token/);
    assert.deepEqual(await serious(stranger), []);
    assert.equal(await change(stranger), 401);
    say('done');
  },

  // Without a token, and without what is hidden.
  async openToAll() {
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
