// Scenarios of a fleet whose names are as long as they may be, are read from the right, or carry marks.
import assert from 'node:assert/strict';
import {browser, given, live, open, rows, say, serious, shot, states, until, url} from './page.mjs';
import {boxesOfDrawings, unread} from './unread.mjs';

const ask = async path => (await fetch(url + '/api/v1/' + path)).json();
const firing = async () => (await ask('alerts')).alerts.filter(alert => alert.status === 'firing');

export default {
  // From a small phone to a wall, and at 200 %: nothing sideways, no text over text, no state or name cut that cannot be read whole.
  async widths() {
    await until('alerts', async () => (await firing()).length >= given.alerts);
    const {nodes} = await ask('nodes?limit=1000');
    const peers = given.kinds.map(kind => nodes.find(node => node.expectedName?.startsWith(kind)).peerId);
    const faults = [];
    // 640 px are 1280 at 200 %.
    for (const [scale, height, widths] of [[1, 720, [320, 375, 390, 640, 768, 1024, 1280, 1920, 2560]], [2, 360, [320, 384, 512, 640, 960, 1280]]]) {
      const context = await browser.newContext({deviceScaleFactor: scale, viewport: {width: 1280, height}});
      await context.addInitScript(boxesOfDrawings);
      const page = await open({context});
      await live(page);
      await until('forked', async () => (await states(page).allTextContents()).includes('forked'));
      const look = async name => {
        for (const width of widths) {
          await page.setViewportSize({width, height});
          await page.evaluate(() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn))));
          faults.push(...(await page.evaluate(unread)).map(fault => `${name} at ${width} px, ${scale} times: ${fault}`));
          if (scale === 1 && width === 320) await shot(page, 'narrow-' + name.replaceAll(' ', '-'));
        }
      };
      const go = async (hash, there) => {
        await page.goto(url + '/#/' + hash);
        await page.locator(there).first().waitFor();
      };
      await page.evaluate(allStates);
      await look('nodes');
      assert.ok(await page.locator('#trouble .who > a:visible').count() > 0, 'a state of more than can be named');
      await page.locator('#made').evaluate(made => made.remove());
      // The longest of the column heads are those that say how it is sorted.
      for (const sort of ['name', '-height', '-uptime24h']) {
        await go('?sort=' + sort, '#rows [role=row]');
        await look('nodes by ' + sort);
      }
      await page.keyboard.press('?');
      await page.locator('#legend[open]').waitFor();
      await look('legend');
      await page.keyboard.press('Escape');
      for (const [i, peer] of peers.entries()) {
        await go('node/' + peer, '#view-node .u-wrap canvas');
        await until('its changes', async () => (await page.locator('#view-node').textContent()).includes('Connections'));
        await look('node ' + i);
        // Its whole name stands here, whatever was cut elsewhere.
        const name = nodes.find(node => node.peerId === peer).expectedName;
        assert.equal(await page.locator('#view-node h2').textContent(), name);
      }
      await go('chain', '.lane button');
      await until('a side of many', async () => {
        await page.locator('.lane button').evaluateAll(all => all.reduce((most, each) => each.clientWidth > most.clientWidth ? each : most).click());
        return await page.locator('#who a').count() > nodes.length / 2;
      });
      await look('chain');
      await go('alerts', '.alert.firing');
      await look('alerts');
      await page.locator('.alert button', {hasText: 'Silence'}).first().click();
      await page.locator('#act[open]').waitFor();
      await look('act');
      await page.keyboard.press('Escape');
      await context.close();
    }
    assert.deepEqual(faults, []);
    // What is cut in a row is opened by keys alone.
    const page = await open({viewport: {width: 320, height: 568}, hash: '#/?sort=name'});
    await live(page);
    await until('rows', async () => await rows(page).count() > 0);
    await page.locator('#search').focus();
    for (let i = 0; i < 30 && await page.evaluate(() => document.activeElement.id) !== 'table'; i++) await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'table');
    await page.keyboard.press('Home');
    const name = await page.locator('#rows .at > :nth-child(3)').textContent();
    await page.keyboard.press('Enter');
    await until('the whole name', async () => await page.locator('#view-node h2').textContent() === name);
    assert.deepEqual(await serious(page), []);
    say('done');
  },

  // Far from UTC: all that is read, tooltips and what the server wrote included, is in the zone of the browser, which is named.
  async zones() {
    const page = await open({timezoneId: 'Asia/Tokyo'});
    await live(page);
    assert.equal(await page.locator('#zone').textContent(), 'UTC+9');
    await until('forked', async () => (await states(page).allTextContents()).includes('forked'));
    let forked;
    await until('since when', async () => {
      forked = (await ask('nodes?state=forked')).nodes;
      const first = Date.parse(forked.map(node => node.stateSince).sort()[0]);
      const there = options => new Intl.DateTimeFormat('en-GB', {timeZone: 'Asia/Tokyo', ...options}).format(first);
      const {said, at} = await page.locator('#trouble li[data-state=forked]').evaluate(line => ({said: line.children[1].textContent, at: line.children[1].title}));
      return said.startsWith(`since ${there({timeStyle: 'medium'})} · `) && at === `The first of them: ${there({dateStyle: 'medium', timeStyle: 'medium'})} UTC+9`;
    });
    await until('alerts of nodes that are late', async () => (await firing()).some(alert => /since \S+Z/.test(alert.summary)));
    const peer = forked[0].peerId;
    for (const [view, sign] of [['', '#rows'], ['node/' + peer, '.u-wrap canvas'], ['chain', '.lane'], ['alerts', '.alert .summary:text-matches("since \\\\d\\\\d:\\\\d\\\\d:\\\\d\\\\d")']]) {
      await page.goto(url + '/#/' + view);
      await page.locator(`#view-${view.split('/')[0] || 'nodes'} ${sign}`).first().waitFor();
      const told = await page.evaluate(() => [document.body.innerText, ...[...document.querySelectorAll('[title], [aria-label]')].flatMap(each => [each.title, each.getAttribute('aria-label')])].join('\n'));
      assert.deepEqual(told.match(/.*(\d{4}-\d\d-\d\dT[\d:.]+|:\d\dZ|\(UTC\)|UTC(?!\+9)).*/g), null, view);
    }
    // A day of which is told is told with the zone that it had.
    const long = await page.evaluate(async () => {
      const {fullTime} = await import('./format.js');
      return fullTime('2026-01-02T16:04:05Z');
    });
    assert.equal(long, '3 Jan 2026, 01:04:05 UTC+9');
    say('done');
  },
};

// A table with a node in each state there is, and the longest values. Runs in the page.
async function allStates() {
  const [{Table}, info] = await Promise.all([import('./table.js'), fetch('api/v1/info')]);
  const {states} = await info.json();
  const made = document.getElementById('table').cloneNode(true);
  for (const id of ['head', 'rows']) made.querySelector('#' + id).replaceChildren();
  const box = document.createElement('div');
  box.id = 'made';
  box.append(made);
  document.getElementById('nodes').append(box);
  const since = new Date(Date.now() - 119000).toISOString();
  const nodes = new Map(states.map(({state}, i) => ['p' + i, {peerId: 'p' + i, expectedName: 'W'.repeat(64), state, stateSince: since, lastBeat: since,
    minerAddress: 'f3' + 'w'.repeat(84), height: 12345678, lagEpochs: 100000, head: 1, uptime24h: 1, uptimeByHour: '9'.repeat(24)}]));
  const table = new Table(made, {nodes, heads: new Map([[1, {cids: ['bafy' + 'w'.repeat(58), 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k']}]])}, Date.now, () => {}, () => {});
  table.update(true);
}
