// Configurations to paste, with this aggregator's own address.
import {element} from './dom.js';

// What it listens on is no address to dial when it is every interface: then the name in the address bar is the best guess.
export function targetOf(addresses, host) {
  const last = addresses?.at(-1);
  if (!last) return '/ip4/…/tcp/9081/p2p/…';
  const name = host.replace(/^\[|\]$/g, '');
  const here = (/^\d+(\.\d+){3}$/.test(name) ? '/ip4/' : name.includes(':') ? '/ip6/' : '/dns4/') + name;
  return last.replace(/^\/ip4\/0\.0\.0\.0|^\/ip6\/::(?=\/)/, here);
}

export function sample(text, label) {
  const box = element('div', null, 'paste');
  const pre = element('pre', typeof text === 'string' ? text : JSON.stringify(text, null, 2));
  pre.tabIndex = 0;
  pre.setAttribute('role', 'region');
  pre.setAttribute('aria-label', label);
  box.append(pre);
  if (navigator.clipboard) {
    const copy = element('button', 'Copy');
    copy.type = 'button';
    copy.onclick = async () => {
      await navigator.clipboard.writeText(pre.textContent);
      copy.textContent = 'Copied';
      setTimeout(() => { copy.textContent = 'Copy'; }, 2000);
    };
    box.append(copy);
  }
  return box;
}

export function drawEmpty(into, info) {
  const key = JSON.stringify([info.addresses, info.simulated]);
  if (into.dataset.for === key) return;
  into.dataset.for = key;
  const target = targetOf(info.addresses, location.hostname);
  const step = (text, ...more) => {
    const item = element('li', text);
    item.append(...more);
    return item;
  };
  const steps = element('ol');
  steps.append(
    step('Beside a lotus, forest or venus node, put this into config.json. Ports: lotus 1234, forest 2345, venus 3453.', sample({
      heartbeat: {nickname: 'my-node', beatTarget: target},
      chain: {url: 'http://127.0.0.1:1234/rpc/v1'},
    }, 'config.json of a node')),
    step('Start it there. The node shows up here with its first beat, without a reload.', sample('java -jar heartbeat.jar', 'Command to start')),
  );
  if (info.simulated) {
    steps.append(step('Or try it with forty simulated nodes, some of them in trouble:', sample(
      `java -jar heartbeat.jar swarm --target ${target} --nodes 40 --fork 10 --lag 5 --silent 5 --duration 10m`, 'Command for a swarm')));
  }
  into.replaceChildren(element('h3', 'Let a node beat to this aggregator'), steps);
}
