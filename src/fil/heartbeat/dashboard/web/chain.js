// Which tipsets nodes are on at each height, and how heights spread.
import {colourOf, nameOf} from './table.js';

const EPOCHS = 20;

export class Chain {
  constructor(lanes, spread, feed, onPick) {
    Object.assign(this, {lanes, spread, feed, onPick});
  }

  async load() {
    if (document.hidden) return;
    try {
      const answer = await fetch('api/v1/chain?epochs=' + EPOCHS);
      if (answer.ok) this.draw((await answer.json()).networks.filter(network => network.lanes.length));
    } catch { /* The feed says so. */ }
  }

  draw(networks) {
    const said = JSON.stringify(networks);
    if (said === this.said) return;
    this.said = said;
    this.lanes.replaceChildren(...networks.flatMap(network => {
      const most = Math.max(1, ...network.lanes.map(lane => lane.heads.reduce((sum, head) => sum + head.count, 0)));
      const rows = network.lanes.map(lane => this.row(lane, most));
      if (networks.length === 1) return rows;
      const heading = document.createElement('h3');
      heading.textContent = network.network ?? network.genesisCid ?? 'no genesis';
      return [heading, ...rows];
    }));
    this.spread.replaceChildren(...networks.map(network => this.summary(network, networks.length > 1)));
  }

  row(lane, most) {
    const row = document.createElement('div');
    row.className = 'lane';
    const label = document.createElement('span');
    label.textContent = lane.height.toLocaleString('en');
    const bar = document.createElement('div');
    const first = lane.heads[0]?.side;
    for (const head of lane.heads) {
      const part = document.createElement('button');
      const other = head.side !== first;
      const partial = head !== lane.heads.find(each => each.side === head.side);
      part.style.width = 100 * head.count / most + '%';
      part.style.setProperty('--t', colourOf(head.cids));
      part.classList.toggle('other', other);
      const what = `${head.count} nodes on ${head.cids.length} blocks` + (other ? ', another side' : partial ? ', part of the same side' : '');
      part.title = `${what}\n${head.cids.join('\n')}`;
      part.setAttribute('aria-label', `Height ${lane.height}: ${what}`);
      part.onclick = () => {
        part.title = head.nodes.map(id => this.feed.nodes.get(id)).filter(Boolean).map(nameOf).sort().join('\n');
        this.onPick(head.nodes);
      };
      bar.append(part);
    }
    const spread = document.createElement('span');
    spread.className = 'quiet';
    spread.textContent = !lane.heads.length ? 'none' : lane.p50Millis == null ? '' : `half in ${lane.p50Millis / 1000} s`;
    spread.title = !lane.heads.length ? 'A null round, or nobody told of it' : 'From the first report of this height until half of the nodes had reported it';
    row.append(label, bar, spread);
    return row;
  }

  summary(network, named) {
    const line = document.createElement('p');
    const seen = network.lanes.filter(lane => lane.p50Millis != null && lane.p90Millis != null);
    const median = of => {
      const sorted = seen.map(of).sort((a, b) => a - b);
      return sorted[Math.floor(sorted.length / 2)] / 1000;
    };
    line.textContent = (named ? (network.network ?? network.genesisCid ?? 'no genesis') + ': ' : '') + (seen.length
      ? `After the first report of a height, half of the nodes report it within ${median(lane => lane.p50Millis)} s and nine of ten within ${median(lane => lane.p90Millis)} s (medians of ${seen.length} heights).`
      : 'Too few heights have been reported yet.');
    return line;
  }
}
