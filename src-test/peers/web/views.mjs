// Scenarios of the other views, with the same fleet.
import assert from 'node:assert/strict';
import {given, live, open, reads, rows, say, serious, shot, still, until} from './page.mjs';

export default {
  // What one Filecoin node answers, in its row and on its own page.
  async answers() {
    const page = await open();
    await live(page);
    const row = rows(page).filter({hasText: given.nickname});
    await reads(row, new RegExp(`\\d ep${given.peers}${given.client} ${given.release.replaceAll('.', '[.]')}`));
    await row.click();
    await reads(page.locator('main'), new RegExp('Version' + given.version.replace(/[.+]/g, '\\$&')), new RegExp('Peers' + given.peers), /Finalized[\d,]+ · \d epochs below its head/,
      /FireHorse at [\d,]+/, /50 FIL · worker f0502 · \d+ s old/, /f01000: /);
    say('done');
  },

  async nodePage() {
    const page = await open({hash: '#/node/' + given.peer});
    await page.locator('#view-node .u-wrap canvas').first().waitFor();
    await until('its state', async () => /^forked for \d+ (s|min), since \d\d:\d\d:\d\d$/.test(await page.locator('#view-node .state').first().textContent()));
    await until('why', async () => /no block in common with the majority/i.test(await page.locator('#view-node .why').textContent()));
    // What is recorded comes a moment after what is true now.
    await reads(page.locator('#view-node'), /Peer id/, new RegExp(given.peer), /Miner/, /Head since/, /Lag/, /Connections/, /opened from/, /Changes of state/, /→ forked/, /Alerts/, /Last beat\d+ s ago/,
      /What it reports/, /Clientlotus/, /Readyyes/, /Finalizednot reported/, /Peers\d+/, /Balance[\d.]+ FIL · worker f0\d+ · \d+ (s|min) old/, /To provef0\d+: /);
    await still(page);
    const beat = async () => Date.parse((await page.locator('#view-node dl > div', {hasText: 'Last beat'}).getAttribute('title')).replace('−', '-'));
    const before = await beat();
    await until('its beats', async () => await beat() > before);
    const bare = await page.evaluate(() => [...document.querySelectorAll('#view-node dl > div')].filter(each => !each.title).map(each => each.textContent));
    assert.deepEqual(bare, []);
    await until('the past that is forked', async () => /State: .*forked/.test(await page.locator('.strip').getAttribute('aria-label')));
    await until('the badge', async () => await page.locator('.badge img').evaluate(picture => picture.complete && picture.naturalWidth > 0));
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

    // A chart that someone drags over is not made anew meanwhile.
    const pressed = await page.evaluate(async peer => {
      const {NodePage} = await import('./node.js');
      const root = document.createElement('div');
      document.querySelector('#view-node').append(root);
      let lag = 1;
      const real = window.fetch;
      const at = seconds => new Date(Date.now() - seconds * 1000).toISOString();
      const node = {peerId: peer, state: 'ok', firstSeen: at(60)};
      window.fetch = async path => Response.json(/history/.test(path) ? {points: [{t: at(40), state: 'ok', lagEpochs: lag, longestGapSeconds: 1}]}
        : /changes/.test(path) ? {changes: []} : /connections/.test(path) ? {connections: []} : /alerts/.test(path) ? {alerts: []} : node);
      const made = new NodePage(root, {nodes: new Map(), heads: new Map(), known: true}, Date.now, () => '#/');
      made.open(peer);
      await made.load();
      const plot = root.querySelector('.u-over');
      plot.dispatchEvent(new PointerEvent('pointerdown', {bubbles: true}));
      lag = 2;
      await made.load();
      if (!plot.isConnected) return 'taken away from under the pointer';
      plot.dispatchEvent(new PointerEvent('pointerup', {bubbles: true}));
      await new Promise(resolve => new MutationObserver((all, look) => plot.isConnected || resolve(look.disconnect())).observe(root, {childList: true, subtree: true}));
      made.open(null);
      root.remove();
      window.fetch = real;
      return 'kept until it was let go';
    }, given.peer);
    assert.equal(pressed, 'kept until it was let go');
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
    await still(page);
    assert.equal(await page.locator('#lanes .lane').count(), 20);
    await other.click();
    await page.locator('#who a').first().waitFor();
    assert.ok(await page.locator('#who a').count() <= given.forked);
    assert.match(await page.locator('#who').textContent(), /a separate branch/);
    await until('propagation', async () => /Half of the nodes report a height within \d+ s/.test(await page.locator('#spread').textContent()));
    assert.match(await page.locator('#view-chain').textContent(), /Resolution: one second/);
    await shot(page, 'chain');
    assert.deepEqual(await serious(page), []);

    // What a swarm does not show at will: a null round, a part of a tipset, and a fork, at one glance.
    const made = await page.evaluate(async () => {
      const {Chain} = await import('./chain.js');
      const parts = ['lanes', 'spread', 'who', 'note'].map(() => document.createElement('div'));
      document.querySelector('#view-chain section').append(parts[0]);
      const head = (cids, side, count) => ({cids, side, count, nodes: []});
      new Chain(...parts, {nodes: new Map()}, Date.now).draw([{network: 'made up', lanes: [
        {height: 12, heads: [head(['a', 'b'], 0, 6), head(['x'], 1, 3), head(['a'], 0, 1)], p50Millis: null, p90Millis: null},
        {height: 11, heads: [], p50Millis: null, p90Millis: null},
        {height: 10, heads: [head(['c'], 0, 10)], p50Millis: 1000, p90Millis: 2000},
        {height: 9, heads: [], p50Millis: null, p90Millis: null},
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
    assert.match(made[0].note, /10 nodes · 1 partial · 2 branches/);
    assert.ok(made[0].wide > .6 && made[0].wide < .75, 'width by nodes: ' + made[0].wide);
    assert.equal(made[1].note, 'null round');
    assert.equal(made[2].note, '10 nodes');
    assert.equal(made[3].note, 'not heard');

    // A bar that is pressed while the chain goes on is chosen all the same.
    const pressed = await page.evaluate(async () => {
      const {Chain} = await import('./chain.js');
      const parts = ['lanes', 'spread', 'who', 'note'].map(() => document.createElement('div'));
      document.querySelector('#view-chain section').append(...parts);
      const [lanes, , who] = parts;
      let height = 7;
      const real = window.fetch;
      window.fetch = async () => Response.json({networks: [{network: 'made up', lanes: [{height, heads: [{cids: ['a'], side: 0, count: 1, nodes: ['p']}], p50Millis: null, p90Millis: null}]}]});
      const chain = new Chain(...parts, {nodes: new Map()}, Date.now);
      await chain.load();
      const bar = lanes.querySelector('button');
      bar.dispatchEvent(new PointerEvent('pointerdown', {bubbles: true}));
      height = 8;
      await chain.load();
      if (!bar.isConnected) return {};
      bar.dispatchEvent(new PointerEvent('pointerup', {bubbles: true}));
      bar.click();
      const chosen = who.querySelector('h3').textContent;
      await new Promise(resolve => new MutationObserver(resolve).observe(lanes, {childList: true}));
      const later = lanes.querySelector('.lane').textContent;
      window.fetch = real;
      parts.forEach(each => each.remove());
      return {chosen, later};
    });
    assert.match(pressed.chosen ?? 'taken away from under the pointer', /^7, /);
    assert.match(pressed.later, /^8/);
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
};
