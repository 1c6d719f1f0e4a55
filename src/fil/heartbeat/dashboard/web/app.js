// The page: one feed, four views, the address that says which.
import {Clock} from './clock.js';
import {Feed} from './feed.js';
import {getJson} from './fetch.js';
import {InfoLoader} from './info.js';
import {NAMES, filtersOf, isFiltered} from './filters.js';
import {keep, kept} from './keep.js';
import {Overview} from './overview.js';
import {Table} from './table.js';
import {Chain} from './chain.js';
import {NodePage} from './node.js';
import {Alerts} from './alerts.js';
import {Login} from './login.js';
import {fillLegend} from './legend.js';
import {drawEmpty} from './snippets.js';
import {filter, read, to} from './route.js';
import {FilterTools} from './filter-tools.js';
import {Upgrades} from './upgrades.js';
import {reported} from './extras.js';
import {showOld} from './sign.js';
import {element, say} from './dom.js';
import {inZone, many, number, timeOf, zone} from './format.js';
import {NOTES, areKnown, learn, listsStates} from './states.js';

const $ = id => document.getElementById(id);
// The sentence and the bar need not follow each change at once.
const CALM_MILLIS = 250;
// A hidden tab draws its title this often.
const HIDDEN_MILLIS = 1000;
// So long nothing is said of what the first answer brings.
const INFO_LATE = 2000;
// So long the first look waits for what comes beside the feed.
const FIRST_LOOK = 1000;
// A server that takes the question and does not answer is as one that is away.
const INFO_MILLIS = 10000;
const began = performance.now();
const time = new Clock();
const clock = () => time.now();
let info = {};
let route = {view: 'nodes', node: null};
let link = 'connecting';
let waiting = false;
let whole = false;
let told = false;
let drawn = 0;
let looked = null;
let ownAlerts = '';

const feed = new Feed(changed, linked, healed);
const upgrades = new Upgrades(() => {
  if (feed.known) drawOverview();
  table.draw();
  page.refresh();
});
const lackedBy = node => upgrades.lackedBy(node);
const overview = new Overview(feed, clock, upgrades);
const tools = new FilterTools($('reported'));
const table = new Table($('table'), feed, clock, id => { location.hash = to('node', id); }, seen, lackedBy);
const chain = new Chain($('lanes'), $('spread'), $('who'), $('chain-note'), feed, clock);
const page = new NodePage($('view-node'), feed, clock, () => to('nodes'), lackedBy);
const login = new Login($('login'), () => { feed.open(); infos.renew(); });
login.shows($('viewer'), null);
$('zone').textContent = zone();
// When all is known it changes while somebody looks, and the server can be reached; until then it is asked for anyway.
const infos = new InfoLoader(() => getJson('api/v1/info', status => { if (status === 401) login.shows($('viewer'), null); }, INFO_MILLIS), showInfo,
  () => areKnown() ? link === 'live' && !document.hidden : link !== 'login');
const alerts = new Alerts($('view-alerts'), $('alert-count'), feed, clock, login);

table.onSort = order => filter({sort: order === 'state' ? null : order});

// The beats wanted are those of the rows in sight, or of the node that is looked at.
function seen(rows) {
  feed.watch(route.view === 'node' ? [route.node] : route.view === 'nodes' ? rows : []);
}

function apply() {
  login.byLink();
  const before = route;
  route = read(location.hash);
  for (const view of ['nodes', 'chain', 'node', 'alerts']) $('view-' + view).hidden = view !== route.view;
  for (const each of document.querySelectorAll('nav a')) {
    const here = each.dataset.view === route.view || (route.view === 'node' && each.dataset.view === 'nodes');
    here ? each.setAttribute('aria-current', 'page') : each.removeAttribute('aria-current');
    each.href = to(each.dataset.view);
  }
  const query = route.query;
  table.filters = filtersOf(query);
  overview.states = table.filters.states;
  table.order = query.get('sort') ?? 'state';
  if ($('search').value.trim().toLowerCase() !== table.filters.text) $('search').value = query.get('q') ?? '';
  $('clear').hidden = !isFiltered(table.filters);
  page.open(route.node);
  if (before.node !== route.node) ownAlerts = alertsOfNode();
  if (route.view === 'nodes') table.update(true);
  else seen([]);
  if (route.view === 'chain') chain.load();
  if (route.view === 'alerts' && before.view !== 'alerts') alerts.open();
  draw(true);
  if (before.view !== route.view || before.node !== route.node) {
    scrollTo(0, 0);
    if (before.query) (route.view === 'nodes' ? $('table') : $('main')).focus({preventScroll: true});
  }
}

// What changed: all, part, some, networks, alerts, beats or clock. Drawn once a frame.
function changed(what, data) {
  if (data.now) time.told(data.now);
  whole ||= what === 'all';
  told ||= what === 'alerts' || what === 'all';
  if (waiting) return;
  waiting = true;
  if (document.hidden) setTimeout(drawChanges, HIDDEN_MILLIS);
  else requestAnimationFrame(drawChanges);
}

function drawChanges() {
  if (!waiting) return;
  waiting = false;
  if (told) drawAlerts();
  told = false;
  draw(whole || document.hidden);
  whole = false;
}

// A hidden tab has no frames, and its title must count all the same.
document.addEventListener('visibilitychange', () => {
  if (waiting) setTimeout(drawChanges, 0);
  if (document.hidden) return;
  infos.hurry();
  if (route.view === 'chain') chain.load();
});

function draw(force) {
  if (route.view === 'node') page.refresh();
  else if (route.view === 'nodes') table.update(false, whole);
  const at = performance.now();
  if (!force && at - drawn < CALM_MILLIS) return;
  drawn = at;
  if (!feed.known) return;
  drawOverview();
  const all = feed.nodes.size;
  say($('count'), table.matching === all || table.matching == null ? many(all, 'node') : `${number(table.matching)} of ${many(all, 'node')}`);
  $('view-nodes').classList.toggle('none', all === 0);
  $('table').hidden = all === 0;
  reveal();
  $('empty').hidden = all > 0 && table.matching > 0;
  if (!$('empty').hidden) drawNothing(all);
}

// What stands below or beside something that is not known yet would move away under the eye: it is shown once all is there, or late.
function reveal() {
  const at = $('view-nodes');
  if (!at.classList.contains('loading')) return;
  const now = performance.now();
  looked ??= now;
  if (now - looked < FIRST_LOOK && (!areKnown() || upgrades.loading)) {
    setTimeout(reveal, FIRST_LOOK);
    return;
  }
  at.classList.remove('loading');
  table.draw();
}

function drawOverview() {
  drawUnlisted();
  const found = reported(feed.nodes.values());
  table.report(found.columns);
  tools.draw(found, route.query);
  if (found.upgrades) upgrades.want(found.upgrades, performance.now());
  else upgrades.forget();
  overview.draw(info.warming);
}

// Until the server has listed its states, what is shown as trouble may be none; and while it does not answer, what is wrong with itself is not known.
function drawUnlisted() {
  const late = performance.now() - began >= INFO_LATE;
  const unlisted = !areKnown() && late ? 'What states mean is not loaded yet: all but ok is shown as trouble.' : '';
  const old = areKnown() && link === 'live' && infos.fails > 1;
  say($('unlisted'), old ? 'What this server says of itself could not be loaded; trying again.' : unlisted);
}

// Whether the server raises alerts, undefined when that is not known: the feed hears of it first.
function raised() {
  return feed.alertsOff ? false : feed.alertsKnown ? true : info.alerts;
}

// The page of a node is loaded again when the server begins or ends to raise alerts, and when one of its own is another.
function drawAlerts() {
  const turned = alerts.draw(raised());
  if (!turned) alerts.changed();
  const before = ownAlerts;
  ownAlerts = alertsOfNode();
  if (route.view !== 'node') return;
  if (turned) page.redraw();
  if (turned || ownAlerts !== before) page.load();
}

// Of the node that is looked at, as a text to compare.
function alertsOfNode() {
  return JSON.stringify([...feed.alerts.values()].filter(alert => alert.peerId === route.node));
}

function drawNothing(all) {
  if (!all) drawEmpty($('empty'), info);
  else if ($('empty').dataset.for !== 'filter') {
    $('empty').dataset.for = 'filter';
    $('empty').replaceChildren(element('p', 'No node matches these filters. “Clear filters” shows all.', 'quiet'));
  }
}

// state: connecting, live, stale, lost or login; since: the server's time of the last word heard.
function linked({state, since}) {
  const before = link;
  link = state;
  const at = $('link');
  const old = state === 'stale' || state === 'lost' || state === 'login';
  at.classList.toggle('live', state === 'live');
  at.classList.toggle('lost', old);
  const words = {live: 'live', stale: 'no data', lost: 'reconnecting', login: 'login needed', connecting: 'connecting'};
  // Ages stand as they were when something was heard last.
  time.stop(old ? since ?? time.now() : null);
  const then = since === null ? null : timeOf(new Date(since).toISOString(), clock());
  showOld(old ? words[state] + (then ? ' since ' + then : '') : '');
  say(at, words[state] + (old && then && state !== 'login' ? ' · stale since ' + then : ''),
    (state === 'live' ? 'Connected: the page is up to date' : 'Not connected: the page shows ' + (then ? 'the state at ' + then : 'an older state')) + lost);
  document.body.classList.toggle('stale', old);
  if (old) tick();
  if (state === 'login') login.open();
  if (state === 'live' && before !== 'live') infos.hurry();
}
let lost = '';

// What was shown was less than what was told; it was asked for anew.
function healed(what, times) {
  const words = {nodes: 'nodes', alerts: 'alerts', place: 'some changes'};
  lost = `. The page had lost ${words[what]} and loaded everything again, ${many(times, 'time')}, last at ${timeOf(new Date(clock()).toISOString(), clock())}`;
  $('link').title += lost;
}

// What the server said of itself. Answers whether that is all that the page needs.
function showInfo(found) {
  info = found;
  login.shows($('viewer'), info.viewer);
  if (info.now) time.told(info.now);
  $('simulated').hidden = !info.simulated;
  $('warming').hidden = !info.warming;
  $('degraded').hidden = !info.degraded?.length;
  say($('degraded'), info.degraded?.length ? 'DEGRADED: ' + inZone(info.degraded.join('; '), clock()) : '', 'This aggregator runs with a known fault');
  if (learn(info)) {
    fillLegend($('legend'));
    if (route.view === 'nodes') table.update(true);
  }
  $('warming').title = NOTES.warming;
  drawAlerts();
  draw(true);
  return listsStates(info);
}

function tick() {
  if (document.hidden) return;
  say($('zone'), zone());
  if (route.view === 'nodes') {
    table.draw();
    if (feed.known) drawOverview();
  }
  page.refresh();
  alerts.refresh();
}

fillLegend($('legend'));
const legend = () => { if (!$('legend').open) $('legend').showModal(); };
$('legend-open').onclick = legend;
$('skip').onclick = () => $('main').focus();
$('search').addEventListener('input', () => filter({q: $('search').value.trim() || null}, true));
$('clear').onclick = () => filter(Object.fromEntries(NAMES.map(name => [name, null])));
$('link').onclick = () => { if (link === 'login') login.open(); };

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.tagName === 'INPUT';
  if (event.key === '/' && !typing && route.view === 'nodes') {
    event.preventDefault();
    $('search').focus();
  } else if (event.key === '?' && !typing) {
    legend();
  } else if (event.key === 'Escape' && event.target === $('search')) {
    filter({q: null}, true);
    $('table').focus();
  }
});

// Light and dark follow the system until someone chooses.
const theme = kept('theme');
if (theme) document.documentElement.style.colorScheme = theme;
$('theme').onclick = () => {
  const root = document.documentElement;
  const dark = root.style.colorScheme ? root.style.colorScheme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.style.colorScheme = dark ? 'light' : 'dark';
  keep('theme', root.style.colorScheme);
  page.redraw();
};
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => page.redraw());

// A change of the hash by a link fires both; the second finds everything done.
addEventListener('popstate', apply);
addEventListener('resize', () => { table.draw(); page.redraw(); });
setInterval(tick, 1000);
setInterval(() => { if (route.view === 'chain') chain.load(); }, 5000);
apply();
// Beside the feed, so that nodes are in their order from the first row on.
infos.load();
feed.start();
