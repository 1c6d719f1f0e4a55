// The address of what is shown: #/, #/chain, #/alerts, #/node/PEER, each with ?q=&state=&sort=, so that it can be sent and gone back from.

export function read(hash) {
  const [path, query] = hash.replace(/^#\/?/, '').split('?');
  const [view, id] = path.split('/');
  const known = ['chain', 'alerts', 'node'].includes(view) && (view !== 'node' || id) ? view : 'nodes';
  let node = null;
  try {
    node = known === 'node' ? decodeURIComponent(id) : null;
  } catch {
    return {view: 'nodes', node, query: new URLSearchParams()};
  }
  return {view: known, node, query: new URLSearchParams(query ?? '')};
}

export function write(view, id, query) {
  const path = '#/' + (view === 'nodes' ? '' : view) + (id ? '/' + encodeURIComponent(id) : '');
  const text = query.toString().replaceAll('%2C', ',');
  return text ? path + '?' + text : path;
}

// The same filters, another view.
export function to(view, id) {
  return write(view, id, read(location.hash).query);
}

// A change of filters, in place while someone types.
export function filter(change, inPlace) {
  const {view, node, query} = read(location.hash);
  for (const [key, value] of Object.entries(change)) value ? query.set(key, value) : query.delete(key);
  const next = write(view, node, query);
  if (next === (location.hash || '#/')) return;
  if (inPlace) history.replaceState(null, '', next);
  else history.pushState(null, '', next);
  dispatchEvent(new PopStateEvent('popstate'));
}
