// Which nodes the address asks for. Each part fits as the server's parameter of the same name does, and all must fit.

export const NAMES = ['q', 'state', 'client', 'version', 'notReady', 'miner'];

export function filtersOf(query) {
  const list = name => new Set((query.get(name) ?? '').split(',').filter(Boolean));
  return {
    text: (query.get('q') ?? '').trim().toLowerCase(),
    states: list('state'),
    clients: new Set([...list('client')].map(each => each.toLowerCase())),
    versions: list('version'),
    notReady: {true: true, false: false}[query.get('notReady')] ?? null,
    miners: new Set([...list('miner')].map(plain)),
  };
}

// Whether one part at least leaves nodes out.
export function isFiltered({text, states, clients, versions, notReady, miners}) {
  return text !== '' || notReady !== null || [states, clients, versions, miners].some(each => each.size > 0);
}

export function fits(node, {text, states, clients, versions, notReady, miners}) {
  return (!states.size || states.has(node.state))
    && (!clients.size || node.client != null && clients.has(node.client.toLowerCase()))
    && (!versions.size || node.version != null && (versions.has(node.version) || versions.has(releaseOf(node.version))))
    && (notReady === null || node.upgradeReady === !notReady)
    && (!miners.size || minersOf(node).some(each => miners.has(plain(each))))
    && matches(node, text);
}

// Whether a node has a text, which is in lower case, in one of the members that the server's `q` searches.
export function matches(node, text) {
  return !text || [node.peerId, node.nickname, node.expectedName, node.network, node.client, node.version, ...minersOf(node), ...Object.values(node.labels ?? {})]
    .some(value => value?.toLowerCase().includes(text));
}

// All miners of a node: one that has several names them in a list.
export function minersOf(node) {
  return [...new Set([node.minerAddress, ...node.minerAddresses ?? []])].filter(Boolean);
}

// A version without its build.
export function releaseOf(version) {
  return version.split('+', 1)[0];
}

// An address as it is on every network; test networks write t in front.
function plain(address) {
  return address.toLowerCase().replace(/^t/, 'f');
}
