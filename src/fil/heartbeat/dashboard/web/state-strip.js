// States over time as one strip: time runs evenly, what was not recorded is left out.
import {element} from './dom.js';
import {span as spanOf, timeOf} from './format.js';

// From and to: milliseconds; step: seconds; end: what stands at its end, a time or now.
export function strip(points, from, to, step, end) {
  const all = element('div', null, 'strip');
  all.setAttribute('role', 'img');
  const runs = [];
  for (const point of points) {
    const at = Date.parse(point.t);
    const last = runs.at(-1);
    if (last && last.state === point.state && at - last.end < 1000) last.end = at + step * 1000;
    else runs.push({state: point.state, start: at, end: at + step * 1000});
  }
  let reached = from;
  const put = (end, run) => {
    if (end <= reached) return;
    const bit = element('i', null, run ? 's-' + run.state : '');
    bit.style.flexGrow = (end - reached) / 1000;
    bit.title = run ? `${run.state} for ${spanOf((run.end - run.start) / 1000)}, from ${timeOf(new Date(run.start).toISOString(), to)} to ${timeOf(new Date(run.end).toISOString(), to)}` : 'not recorded';
    all.append(bit);
    reached = end;
  };
  for (const run of runs) {
    put(Math.min(run.start, to), null);
    put(Math.min(run.end, to), run);
  }
  put(to, null);
  const total = new Map();
  for (const run of runs) total.set(run.state, (total.get(run.state) ?? 0) + run.end - run.start);
  all.setAttribute('aria-label', 'State: ' + [...total].map(([state, millis]) => `${state} ${spanOf(millis / 1000)}`).join(', '));
  const axis = element('div', null, 'axis');
  axis.append(...[from, (from + to) / 2].map(at => element('span', timeOf(new Date(at).toISOString(), to))), element('span', end));
  return [all, axis];
}
