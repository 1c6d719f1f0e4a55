import assert from 'node:assert/strict';
import {column, given, live, open, rows, say, states, until} from './page.mjs';

export default {
  // A fleet of which all is known: each state and each alert, and no other.
  async truth() {
    const page = await open();
    await live(page);
    const count = Object.keys(given.states).length;
    await until('all nodes', async () => await rows(page).count() === count);
    let seen;
    await until(() => `the states of ${JSON.stringify(given.states)}, but ${JSON.stringify(seen)}`, async () => {
      const [names, words] = [await column(page, 'name').allTextContents(), await states(page).allTextContents()];
      seen = Object.fromEntries(names.map((name, at) => [name, words[at]]));
      return Object.entries(given.states).every(([name, state]) => seen[name] === state);
    });
    const trouble = Object.values(given.states).filter(each => each !== 'ok' && each !== 'stopped').length;
    const verdict = await page.locator('#verdict').textContent();
    assert.ok(trouble < 2 || verdict.startsWith(`${trouble} of ${count} nodes are in trouble`), verdict);
    await page.goto(page.url().replace(/#.*$/, '') + '#/alerts');
    const fires = given.alerts.length;
    await until(() => `${fires} alerts, but ${seen}`, async () => {
      seen = await page.locator('main').textContent();
      return given.alerts.every(each => seen.includes(each.split(' ').pop()));
    });
    say('done');
  },
};
