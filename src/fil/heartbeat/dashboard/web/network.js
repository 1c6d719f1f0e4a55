// What is known of one network: its heights, who agrees, its finality, its releases and the upgrades ahead.
import {element, say} from './dom.js';
import {ago, colourOf, many, number, shortHead} from './format.js';
import {NOTES} from './states.js';
import {to, write} from './route.js';
import {whenOf} from './upgrades.js';

const BASIS = {expected: 'only expected nodes vote', allowed: 'only allowed nodes vote', open: 'every node that connects votes'};
const MAX_BRANCHES = 5;
const MAX_RELEASES = 4;
const MAX_NAMES = 2;
const MAX_UPGRADES = 2;

// Rows of name, text, title, how to draw and look. What most networks have is always there, so that nothing moves when it is known. Upgrades: of this network, null while not loaded and undefined while no node reports any; name: says what a peer id is called.
export function factsOf(network, now, upgrades, name) {
  const facts = [];
  if (network.expectedEpoch != null) {
    facts.push(['Epoch', '', 'The epoch that the clock says it is, and when the next begins', at => drawEpoch(at, network, now)]);
  }
  facts.push(['Network height', network.bestHeight == null ? 'none reported yet' : number(network.bestHeight), 'The highest credible height, in epochs']);
  facts.push(['Network lag', network.lagEpochs == null ? '–' : many(network.lagEpochs, 'epoch'), 'Epochs from the network height to the epoch by the clock; one is usual, since a block takes its time']);
  const {finality} = network;
  facts.push(finality?.nodes ? ['Finality lag', '', finalityTitle(finality), at => drawFinality(at, finality, name)] : ['Finality lag', 'not reported', 'No node reports a finalized tipset']);
  facts.push(['Last block', network.newestBlock ? ago(network.newestBlock, now) + ' ago' : '–', 'Since the epoch of the network height began']);
  const votes = network.inConsensus + network.inDispute;
  facts.push(['In consensus', votes ? `${number(network.inConsensus)} of ${many(votes, 'node')} · ${Math.round(100 * network.inConsensus / votes)} %` : 'no node on a branch yet',
    `Nodes on the branch that has more than half of ${many(network.voters, 'vote')}, of all that are on a branch`]);
  facts.push(['Basis', `${network.basis.voters}, ${network.basis.reference ? 'with reference' : 'fleet only'}`,
    `${BASIS[network.basis.voters]}; ${network.basis.reference ? 'checked against an independent node' : 'no independent node is asked'}`]);
  if (network.fleetForked) facts.push(['Reference', 'differs from the fleet', NOTES.fleetForked]);
  if (network.clockSuspected) facts.push(['Clock', 'suspected', 'This machine’s clock differs from that of most nodes: they are ahead of it, or all of them late by it']);
  if (!network.sides.length) facts.push(['Branches', 'none reported yet', 'Groups of nodes with no block in common', null, 'two-lines']);
  else {
    facts.push([network.sides.length === 1 ? '1 branch' : `${number(network.sides.length)} branches`, '', 'Groups of nodes with no block in common', at => drawBranches(at, network.sides), 'two-lines']);
  }
  facts.push(network.releases?.length ? ['Versions', '', 'How many nodes run which release; choose one to see them', at => drawReleases(at, network.releases)] : ['Versions', 'not reported', 'No node reports its release']);
  if (!upgrades?.length) facts.push(['Upgrade', upgrades ? 'none ahead' : upgrades === null ? 'not loaded' : 'not reported', 'The next network upgrade that nodes know, and which of them are ready']);
  for (const upgrade of (upgrades ?? []).slice(0, MAX_UPGRADES)) {
    facts.push(['Upgrade', '', `Network upgrade ${upgrade.name} at epoch ${number(upgrade.height)}, and which nodes know it`, at => drawUpgrade(at, upgrade, now, name)]);
  }
  return facts;
}

function drawEpoch(at, network, now) {
  if (!at.lastElementChild) {
    at.append(element('span'), element('span', null, 'quiet next'), element('i', null, 'meter'));
    at.lastChild.append(element('b'));
  }
  const left = network.nextEpoch == null ? null : Math.max(0, Math.ceil((Date.parse(network.nextEpoch) - now) / 1000));
  say(at.children[0], number(network.expectedEpoch));
  say(at.children[1], left == null ? '' : ` · next in ${left} s`);
  at.children[2].hidden = left == null;
  at.children[2].firstChild.style.width = Math.max(0, 100 - 100 * (left ?? 0) / 30) + '%';
}

// Draws anew when what it is drawn from is another.
function once(at, from, draw) {
  const key = JSON.stringify(from);
  if (at.dataset.key === key) return;
  at.dataset.key = key;
  at.replaceChildren(...draw());
}

function drawBranches(at, branches) {
  once(at, branches.slice(0, MAX_BRANCHES).map(each => [each.head, each.count, each.votes, each.firstDifferentHeight]), () => [
    ...branches.slice(0, MAX_BRANCHES).map((branch, i) => {
      const line = element('span', null, 'side');
      const tip = element('i', null, i ? 'tip other' : 'tip');
      tip.style.setProperty('--t', branch.head.length ? colourOf(branch.head) : 'transparent');
      line.append(tip, `${many(branch.count, 'node')}` + (branch.firstDifferentHeight == null ? '' : ` since ${number(branch.firstDifferentHeight)}`));
      line.title = `${many(branch.votes, 'vote')}; head ${shortHead(branch.head)}` + (branch.firstDifferentHeight == null ? '' : `; first different at height ${number(branch.firstDifferentHeight)}`);
      return line;
    }), ...branches.length > MAX_BRANCHES ? [element('span', `and ${branches.length - MAX_BRANCHES} more`, 'side quiet')] : []]);
}

function finalityTitle(finality) {
  return `Median of the epochs from a node’s head to its finalized tipset, of ${many(finality.nodes, 'node')} that report one`
    + (finality.finalizedHeight == null ? '' : `; finalized up to ${number(finality.finalizedHeight)}`);
}

function drawFinality(at, {lag, stalled, conflict}, name) {
  once(at, [lag, stalled, conflict], () => {
    const lines = [element('span', lag == null ? 'not reported' : many(lag, 'epoch'), stalled ? 'side worse' : 'side')];
    if (stalled) lines.push(element('span', 'fast finality stands still', 'side worse'));
    if (conflict) {
      lines.push(element('span', `two tipsets final at ${number(conflict.height)}`, 'side bad'));
      lines.push(namesOf([...conflict.smaller, ...conflict.larger], name));
    }
    return lines;
  });
}

function drawReleases(at, releases) {
  const most = releases.slice().sort((a, b) => b.nodes - a.nodes);
  once(at, most, () => [...most.slice(0, MAX_RELEASES).map(({client, release, nodes}) => {
    const line = element('span', null, 'side');
    const link = element('a', `${client} ${release}`);
    link.href = filtered({client, version: release});
    line.append(link, ` · ${number(nodes)}`);
    return line;
  }), ...most.length > MAX_RELEASES ? [element('span', `and ${number(most.length - MAX_RELEASES)} more`, 'side quiet')] : []]);
}

function drawUpgrade(at, upgrade, now, name) {
  const {height, name: called, ready, notReady, notReadyCount, unknown} = upgrade;
  const when = whenOf(upgrade, now);
  once(at, [height, called, when, ready, notReady.map(name), notReadyCount, unknown], () => {
    const counts = element('span', `${number(ready)} ready`, 'side');
    if (notReadyCount) counts.append(' · ', element('span', `${number(notReadyCount)} not ready`, 'worse'));
    return [
      element('span', `${called} at ${when}`, 'side'), counts,
      ...notReadyCount ? [namesOf(notReady, name, filtered({notReady: 'true'}), notReadyCount)] : [],
      ...unknown ? [element('span', `${number(unknown)} not reported`, 'side quiet')] : []];
  });
}

// Names as links; what is no node's peer id, such as a reference, is text. Count: how many there are, of which some may not be listed.
function namesOf(peerIds, name, all, count = peerIds.length) {
  const line = element('span', null, 'side names');
  peerIds.slice(0, MAX_NAMES).forEach((peerId, i) => {
    if (i) line.append(', ');
    const known = name(peerId);
    if (known === null) line.append(peerId);
    else {
      const link = element('a', known);
      link.href = to('node', peerId);
      line.append(link);
    }
  });
  const more = count - Math.min(peerIds.length, MAX_NAMES);
  if (more > 0) {
    const rest = element(all ? 'a' : 'span', `${number(more)} more`);
    if (all) rest.href = all;
    line.append(' and ', rest);
  }
  return line;
}

function filtered(values) {
  return write('nodes', null, new URLSearchParams(values));
}
