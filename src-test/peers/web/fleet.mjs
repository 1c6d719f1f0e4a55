// Scenarios of the list of nodes, with a fleet of which some are in trouble.
import assert from 'node:assert/strict';
import {address, beats, browser, column, given, isDark, live, newer, newest, open, reads, rows, say, serious, shot, states, still, until, url} from './page.mjs';

// What moves away when the page says what it does not know: each text that it may say, at once.
async function moved(page) {
  const app = await (await fetch(url + '/app.js')).text();
  const texts = [...app.matchAll(/'(What [^']+)'/g)].map(each => each[1]);
  assert.equal(texts.length, 2);
  return page.evaluate(texts => {
    const at = document.getElementById('unlisted');
    const top = () => document.getElementById('trouble').getBoundingClientRect().top;
    const before = at.textContent;
    const tops = ['', ...texts].map(text => {
      at.textContent = text;
      return top();
    });
    at.textContent = before;
    return tops.some(each => each !== tops[0]) ? tops : [];
  }, texts);
}

export default {
  // The ten seconds of a visitor: how many, which, since when; and every number says what it is.
  async glance() {
    const page = await open();
    await until('the first paint', async () => await rows(page).count() > 0);
    await live(page);
    // All of it at one moment: states go on changing.
    const now = () => page.evaluate(() => {
      const text = id => document.getElementById(id).textContent;
      const bar = document.getElementById('bar');
      return {
        verdict: text('verdict'),
        troubled: text('trouble-count'),
        trouble: [...document.querySelectorAll('#trouble li[data-state] .state')].map(each => each.textContent),
        wide: [...bar.children].map(each => [each.dataset.state, each.getBoundingClientRect().width / bar.clientWidth]),
        counts: Object.fromEntries([...document.querySelectorAll('#states [data-state]')].map(each => [each.dataset.state, Number(each.querySelector('b').textContent)])),
      };
    });
    const seen = await until('forked', async () => {
      const found = await now();
      // Nodes are judged a moment before the clock says that it is no start any more.
      return !found.verdict.startsWith('Starting') && found.trouble.includes(`${given.forked} forked`) && Object.values(found.counts).reduce((total, each) => total + each, 0) === given.nodes && found;
    });
    const sum = seen.trouble.reduce((total, each) => total + Number.parseInt(each, 10), 0);
    assert.ok(seen.verdict.startsWith(`${sum} of ${given.nodes} nodes are in trouble`), seen.verdict);
    assert.equal(seen.troubled, String(sum));
    for (const [state, share] of seen.wide) {
      assert.ok(Math.abs(share - seen.counts[state] / given.nodes) < .03, `${state}: ${share} of the bar for ${seen.counts[state]}`);
    }
    await reads(page.locator('#networks .card').first(), /Epoch[\d,]+ · next in \d+ s/, /Network height[\d,]+/, /Network lag\d+ epochs?/, /Last block\d+ s ago/,
      /In consensus\d+ of \d+ nodes/, /Basisopen, fleet only/, /2 branches\d+ nodes/);
    // What is reported has a column, as far as there is room, and what is not is no zero.
    assert.deepEqual(await page.locator('[role=columnheader]:visible').allTextContents().then(all => all.slice(3, 9)), ['Miner', 'Height', 'Lag', 'Final', 'Peers', 'Client']);
    await until('finality', async () => {
      const all = await column(page, 'final').allTextContents();
      return all.includes('–') && all.some(each => /^\d+ ep$/.test(each));
    });
    assert.deepEqual(await moved(page), []);
    const bare = await page.evaluate(() => [...document.querySelectorAll('#networks dl > div, [role=columnheader], #rows [role=gridcell], #states button, #bar i, #trouble .state')]
      .filter(each => !each.title).map(each => each.outerHTML));
    assert.deepEqual(bare, []);
    await still(page);
    await page.mouse.move(5, 300);
    await beats(page);
    await shot(page, 'nodes');
    say('done');
  },

  // Everything comes late and at another time, on a machine that is busy: what is seen stays where it is.
  async steady() {
    const slowed = async context => {
      const page = await context.newPage();
      const devtools = await context.newCDPSession(page);
      await devtools.send('Emulation.setCPUThrottlingRate', {rate: 4});
      return page;
    };
    for (const [late, sooner] of [['info', 'upgrades'], ['upgrades', 'info']]) {
      const context = await browser.newContext({viewport: {width: 1280, height: 900}});
      for (const [path, millis] of [[late, 700], [sooner, 300]]) {
        await context.route(at => at.pathname === '/api/v1/' + path, async route => {
          await new Promise(resolve => setTimeout(resolve, millis));
          await route.continue();
        });
      }
      const page = await open({context, page: slowed});
      await live(page);
      await page.locator('#networks .card', {hasText: /Upgrade(none ahead|Simulated)/}).waitFor();
      await until('rows', async () => await rows(page).count() > 0);
      await beats(page);
      await still(page);
      await context.close();
    }
    say('done');
  },

  async filterSortSearch() {
    const page = await open();
    await live(page);
    await until('forked', async () => (await states(page).allTextContents()).filter(each => each === 'forked').length === given.forked);
    await page.locator('#states button[data-state=forked]').click();
    await until('only forked', async () => await rows(page).count() === given.forked);
    assert.match(await address(page), /#\/\?state=forked$/);
    await until('the count', async () => await page.locator('#count').textContent() === `${given.forked} of ${given.nodes} nodes`);
    await page.reload();
    await live(page);
    await until('the filter of the address', async () => await rows(page).count() === given.forked);
    await until('the filter that is pressed', async () => await page.locator('#states button[data-state=forked]').getAttribute('aria-pressed') === 'true');
    await page.locator('#clear').click();
    await until('all', async () => await rows(page).count() > given.forked);
    await page.locator('#bar i[data-state=ok]').click();
    await until('only ok', async () => (await states(page).allTextContents()).every(each => each === 'ok'));
    await page.goBack();
    await until('all again', async () => (await states(page).allTextContents()).includes('forked'));
    // What nodes report is to be filtered by, in the address as well.
    await page.locator('#reported select[aria-label=Client]').selectOption('lotus');
    await page.locator('#reported select[aria-label=Version]').selectOption({index: 1});
    assert.match(await address(page), /#\/\?client=lotus&version=[\w.]+$/);
    await until('the version in each row', async () => (await column(page, 'client').allTextContents()).every(each => /^lotus [\d.]+$/.test(each)));
    await page.goto(url + '/#/?notReady=true&miner=f01');
    await page.locator('#empty', {hasText: 'No node matches'}).waitFor();
    assert.deepEqual(await page.locator('#reported button').allTextContents(), ['Not ready 0', 'Miner f01 ×']);
    await page.locator('#reported button', {hasText: 'Miner'}).click();
    assert.match(await address(page), /#\/\?notReady=true$/);
    await page.locator('#clear').click();
    await until('all of them', async () => (await states(page).allTextContents()).includes('forked'));

    const names = () => column(page, 'name').allTextContents();
    const sortBy = async name => {
      await page.locator('#head button', {hasText: name}).click();
      await page.mouse.move(5, 5);
    };
    await sortBy('Name');
    assert.match(await address(page), /sort=name/);
    const up = await names();
    assert.deepEqual(up, [...up].sort());
    assert.equal(await page.locator('[role=columnheader]', {hasText: 'Name'}).getAttribute('aria-sort'), 'ascending');
    await sortBy('Name');
    await until('the other order', async () => (await names())[0] > up[0]);
    assert.match(await address(page), /sort=-name/);
    await page.goBack();
    await until('the first order', async () => (await names())[0] === up[0]);

    await page.keyboard.press('/');
    await page.keyboard.type(up[1]);
    await until('the one searched', async () => await rows(page).count() === 1);
    assert.equal((await names())[0], up[1]);
    assert.match(await address(page), new RegExp('q=' + up[1]));
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
    await page.locator('#empty', {hasText: 'No node matches'}).waitFor();
    for (const [width, height] of [[1280, 720], [320, 568], [1280, 900]]) {
      await page.setViewportSize({width, height});
      const {top, bottom} = await page.locator('#empty p').evaluate(each => { each.closest('section').scrollIntoView(); return each.getBoundingClientRect().toJSON(); });
      assert.ok(top >= 0 && bottom <= height, `the message is at ${top} to ${bottom} of ${height} px`);
    }
    await page.locator('#clear').click();
    await page.keyboard.press('?');
    await page.locator('#legend[open]').waitFor();
    assert.ok(await page.locator('#legend dt').count() >= 25);
    await shot(page, 'legend', false);
    assert.deepEqual(await serious(page), []);
    await page.keyboard.press('Escape');
    await until('the legend closed', async () => await page.locator('#legend[open]').count() === 0);
    say('done');
  },

  // Rows keep their places while the pointer is over them, whatever happens to the nodes.
  async held() {
    const page = await open({hash: '#/?sort=-height'});
    await live(page);
    await until('rows', async () => await rows(page).count() > 0);
    await rows(page).nth(3).hover();
    await page.locator('#held').waitFor();
    // Each drawing is looked at, however short it stays: heights are out of order only until all nodes have told theirs.
    await page.evaluate(() => {
      const all = () => [...document.querySelectorAll('#rows [role=row]')];
      const ids = () => all().map(each => each.dataset.id).join();
      const before = ids();
      window.sorted = () => all().map(each => Number(each.children[4].textContent.replaceAll(',', '')) || -1).every((each, i, list) => !i || list[i - 1] >= each);
      window.held = {moved: false, apart: false};
      window.look = new MutationObserver(() => {
        window.held.moved ||= ids() !== before;
        window.held.apart ||= !window.sorted();
      });
      window.look.observe(document.getElementById('rows'), {subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ['data-id']});
    });
    await until('an order that is no order any more', () => page.evaluate(() => window.held.apart));
    assert.equal(await page.evaluate(() => { window.look.disconnect(); return window.held.moved; }), false);
    await page.mouse.move(5, 5);
    await until('nothing held', async () => !await page.locator('#held').isVisible());
    await until('the order again', () => page.evaluate(() => window.sorted()));
    say('done');
  },

  // Ten thousand made up nodes: only what is in sight is drawn, wherever one scrolls.
  async large() {
    const page = await open();
    await live(page);
    await until('rows', async () => await rows(page).count() > 0);
    const seen = await page.evaluate(async () => {
      const {Table} = await import('./table.js');
      const root = document.getElementById('table').cloneNode(true);
      for (const id of ['head', 'rows']) root.querySelector('#' + id).replaceChildren();
      document.getElementById('nodes').append(root);
      const nodes = new Map();
      for (let i = 0; i < 10000; i++) nodes.set('p' + i, {peerId: 'p' + i, nickname: 'n' + String(i).padStart(5, '0'), state: i % 100 ? 'ok' : 'forked', height: i});
      const asked = [];
      const table = new Table(root, {nodes, heads: new Map()}, Date.now, () => {}, ids => { asked[0] = ids.length; });
      const look = () => {
        table.draw();
        const drawn = [...root.querySelectorAll('#rows [role=row]')];
        return [drawn.length, drawn[0].children[2].textContent, drawn.at(-1).children[2].textContent, asked[0]];
      };
      table.order = 'name';
      table.update(true);
      const top = look();
      root.scrollTop = 1e9;
      const end = look();
      table.order = '-name';
      table.update(true);
      root.scrollTop = 0;
      const turned = look();
      root.focus();
      root.dispatchEvent(new KeyboardEvent('keydown', {key: 'End'}));
      const key = look();
      root.remove();
      return {top, end, turned, key, index: table.shown.length};
    });
    assert.equal(seen.top[1], 'n00000');
    assert.equal(seen.end[2], 'n09999');
    assert.equal(seen.turned[1], 'n09999');
    assert.equal(seen.key[2], 'n00000');
    for (const [drawn, , , asked] of [seen.top, seen.end, seen.turned, seen.key]) assert.ok(drawn < 60 && asked < 200, `${drawn} rows drawn, ${asked} asked of`);
    say('done');
  },

  async phone() {
    const page = await open({viewport: {width: 390, height: 800}, isMobile: true, hasTouch: true});
    await live(page);
    await until('rows', async () => await rows(page).count() > 0);
    const fits = async () => {
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= 390, await address(page) + ' is ' + wide + ' px wide');
    };
    await fits();
    assert.deepEqual(await moved(page), []);
    await beats(page);
    await still(page);
    await shot(page, 'phone');
    assert.deepEqual(await serious(page), []);
    await rows(page).first().tap();
    await page.locator('#view-node .u-wrap canvas').first().waitFor();
    await fits();
    await shot(page, 'phone-node');
    for (const view of ['Chain', 'Alerts']) {
      await page.locator('nav a', {hasText: view}).tap();
      await page.locator('#view-' + view.toLowerCase() + ' :is(.lane, pre)').first().waitFor();
      await fits();
    }
    say('done');
  },

  async dark() {
    const page = await open({colorScheme: 'dark'});
    await live(page);
    assert.equal(await isDark(page), true);
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
    assert.equal(await isDark(page), false);
    await page.reload();
    assert.equal(await isDark(page), false);
    assert.deepEqual(await serious(page), []);
    say('done');
  },

  // Four tabs of a large fleet, of which one dies without a word: the others live on one line, and scrolling opens none.
  async fourTabs() {
    const metric = async name => Number(new RegExp(`^fil_heartbeat_${name} (\\S+)$`, 'm').exec(await (await fetch(url + '/metrics')).text())?.[1]);
    const first = await open({}, true);
    const tabs = [first];
    for (let i = 1; i < 4; i++) tabs.push(await open({context: first.context()}, true));
    for (const tab of tabs) {
      await live(tab);
      await until('rows', async () => await rows(tab).count() > 0);
      await until('all nodes', async () => await tab.locator('#count').textContent() === `${given.nodes.toLocaleString('en')} nodes`);
    }
    await until('one viewer', async () => await metric('feed_viewers') === 1);
    const devtools = await first.context().newCDPSession(first);
    const crashed = first.waitForEvent('crash');
    devtools.send('Page.crash').catch(() => {});
    await crashed;
    // The worker may have run beside it, and died too: then another one takes its place, for all.
    await until('one line for those that are left', async () => {
      const states = await Promise.all(tabs.slice(1).map(tab => tab.locator('#link').textContent()));
      return states.every(state => state === 'live') && await metric('feed_viewers') === 1;
    });
    const opened = async () => await metric('feed_begun_total') + await metric('feed_resumed_total');
    const before = await opened();
    assert.ok(before > 0, String(before));
    for (const tab of tabs.slice(1)) {
      await tab.bringToFront();
      await tab.locator('#table').hover();
      for (let at = 0; at < 10; at++) await tab.mouse.wheel(0, 1000);
      await tab.mouse.move(5, 5);
      await until('a beat of a row in sight', async () => (await column(tab, 'last beat').allTextContents()).some(each => /^\d+ s ago$/.test(each)));
      await newer('a beat', tab, await newest(tab));
      assert.equal(await tab.locator('#link.live').count(), 1);
    }
    assert.equal(await metric('feed_viewers'), 1);
    assert.equal(await opened(), before);
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
    await newer('a beat after the first is closed', second, await newest(second));
    say('done');
  },
};
