// Drives the dashboard in Debian's Chromium as a person would: node browser.mjs SCENARIO URL [ARGUMENTS as JSON]
// Says what it has seen, a line each; exits 1 with the reason when it sees something else.
import assert from 'node:assert/strict';
import alerts from './alerts.mjs';
import fleet from './fleet.mjs';
import life from './life.mjs';
import {browser, faults, scenario} from './page.mjs';
import names from './names.mjs';
import truth from './truth.mjs';
import views from './views.mjs';

try {
  await {...alerts, ...fleet, ...views, ...life, ...names, ...truth}[scenario]();
  assert.deepEqual(faults, []);
} catch (failure) {
  console.error(String(failure.stack ?? failure));
  for (const fault of faults) console.error(fault);
  process.exitCode = 1;
} finally {
  await browser.close();
}
