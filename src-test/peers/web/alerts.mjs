// Scenarios of the alerts page where the alert role is on.
import assert from 'node:assert/strict';
import {given, live, open, rows, say, serious, shot, until} from './page.mjs';

export default {
  // A node is lost: the page says so, someone acknowledges and silences the alert, and it is resolved; mostly by the keyboard.
  async alertLife() {
    const page = await open({hash: '#/alerts'}, true);
    await live(page);
    await page.locator('#view-alerts h2', {hasText: 'Silences'}).waitFor();
    assert.equal(await page.locator('#view-alerts [role=status]').textContent(), 'No alert is firing.');
    await until('warm', async () => !await page.locator('#warming').isVisible());
    await page.locator('nav a', {hasText: 'Nodes'}).click();
    await until('the node', async () => await rows(page).count() === 1);
    const peer = await rows(page).first().getAttribute('data-id');
    await page.locator('nav a', {hasText: 'Alerts'}).click();
    say('calm');

    const alert = page.locator('.alert.firing', {hasText: 'NodeDisconnected'});
    await alert.waitFor();
    await until('the sentence', async () => /^1 alert is firing\.$/.test(await page.locator('#view-alerts [role=status]').textContent()));
    assert.equal(await page.locator('#alert-count').textContent(), '1');
    assert.match(await alert.textContent(), /warning.*alice.*firing since \d\d:\d\d:\d\d · \d+ s/s);
    assert.equal(await alert.locator('a').getAttribute('href'), '#/node/' + peer);
    const ticks = await alert.locator('.ticks').textContent();
    await until('a tick', async () => await alert.locator('.ticks').textContent() !== ticks);
    assert.match(await alert.textContent(), /Not sent yet/);
    await shot(page, 'alert');
    assert.deepEqual(await serious(page), []);

    // Who reads may not act: a token is asked for, and then it is known who.
    await alert.getByRole('button', {name: /^Acknowledge/}).focus();
    await page.keyboard.press('Enter');
    await page.locator('#act[open] #act-comment').fill('on my way');
    await page.keyboard.press('Enter');
    await page.locator('#login[open]').waitFor();
    await page.locator('#token').fill(given.token);
    await page.keyboard.press('Enter');
    await until('logged in', async () => await page.locator('#login[open]').count() === 0);
    assert.match(await page.locator('#act .fault').textContent(), /Log in/);
    await page.locator('#act-comment').press('Enter');
    await until('the dialog closed', async () => await page.locator('#act[open]').count() === 0);
    const seen = page.locator('.alert.acknowledged');
    await seen.waitFor();
    assert.match(await seen.textContent(), /Acknowledged by ops at \d\d:\d\d:\d\d: on my way/);
    assert.equal(await page.locator('#alert-count').isVisible(), false);
    assert.equal(await seen.getByRole('button', {name: /^Acknowledge/}).count(), 0);

    await seen.getByRole('button', {name: /^Silence/}).click();
    await page.locator('#act[open]').waitFor();
    assert.deepEqual((await page.locator('#act fieldset label').allTextContents()).map(each => each.trim()),
      ['NodeDisconnected of alice', 'All alerts of alice', 'All NodeDisconnected alerts']);
    await page.locator('#act fieldset label').nth(1).click();
    await page.locator('#act-duration').selectOption({label: '4 hours'});
    await page.locator('#act button.first').click();
    assert.equal(await page.locator('#act[open]').count(), 1, 'no silence without a reason');
    await shot(page, 'alert-silence', false);
    assert.deepEqual(await serious(page), []);
    await page.locator('#act-comment').fill('a new disk');
    await page.keyboard.press('Enter');
    const silence = page.locator('#view-alerts tr', {hasText: 'a new disk'});
    await silence.waitFor();
    assert.match(await silence.textContent(), new RegExp('peerId = ' + peer + ' \\(alice\\).*ops'));
    await until('what silences it', async () => /Not sent: silenced by [0-9a-f]/.test(await seen.textContent()));
    say('silenced');

    await until('it is resolved', async () => await page.locator('.alert').count() === 0);
    const resolved = page.locator('#view-alerts tr', {hasText: 'NodeDisconnected'});
    await resolved.waitFor();
    assert.match(await resolved.textContent(), /\d\d:\d\d:\d\d\d+ (s|min)warningNodeDisconnectedalice/);
    await page.setViewportSize({width: 390, height: 800});
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 390, 'it fits on a phone');
    await page.setViewportSize({width: 1280, height: 900});
    await shot(page, 'alert-resolved');
    await silence.getByRole('button', {name: /^End the silence/}).click();
    await page.locator('#act button.first').press('Enter');
    await until('no silence', async () => await silence.count() === 0);
    await resolved.locator('a').click();
    const own = page.locator('#view-node .log[aria-label=Alerts]');
    await own.waitFor();
    assert.match(await own.textContent(), /NodeDisconnected: .* — resolved after \d+ (s|min)/);
    assert.deepEqual(await serious(page), []);
    say('resolved');
  },
};
