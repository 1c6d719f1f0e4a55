// A line over time. Drag to zoom, double click to see all; charts of one key zoom together.
import uPlot from './lib/uPlot.esm.js';

function resolved(at, name) {
  at.style.color = `var(${name})`;
  return getComputedStyle(at).color;
}

const SYNC = uPlot.sync('node');

// Spec: {title, label, unit, colour, least, values}; times in seconds, null where nothing was recorded.
export function chart(into, times, range, {title, label, unit, colour, least, values}) {
  const probe = document.createElement('i');
  into.append(probe);
  const ink = resolved(probe, '--quiet');
  const grid = {stroke: resolved(probe, '--line'), width: 1};
  const stroke = resolved(probe, colour);
  probe.remove();
  const plot = new uPlot({
    title,
    width: Math.max(280, into.clientWidth),
    height: 180,
    cursor: {drag: {x: true, y: false}, sync: {key: SYNC.key}},
    scales: {
      // All of the span, unless someone zoomed in: what uPlot asks for by itself is all data, or a day around a single point.
      x: {range: (self, low, high) => low == null || low === high || low < range[0] || high > range[1] || (low === times[0] && high === times.at(-1)) ? range : [low, high]},
      y: {range: (self, low, high) => [0, Math.max(least, high ?? 0)]},
    },
    series: [
      {label: 'Time', value: (self, at) => at == null ? '–' : new Date(at * 1000).toLocaleString('en-GB')},
      {label, stroke, width: 2, spanGaps: false, paths: uPlot.paths.stepped({align: 1}), points: {show: times.length < 3}, value: (self, at) => at == null ? '–' : `${at} ${unit}`},
    ],
    axes: [
      {stroke: ink, grid, values: [[86400, '{D} {MMM}', null, null, null, null, null, null, 1], [3600, '{HH}:{mm}', null, null, null, null, null, null, 1], [60, '{HH}:{mm}', null, null, null, null, null, null, 1], [1, '{HH}:{mm}:{ss}', null, null, null, null, null, null, 1]]},
      {stroke: ink, grid, size: 56, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000]},
    ],
    hooks: {
      setScale: [(self, key) => {
        if (key !== 'x') return;
        into.dataset.seconds = Math.round(self.scales.x.max - self.scales.x.min);
        if (self.following) return;
        for (const other of SYNC.plots) {
          if (other === self || other.scales.x.min === self.scales.x.min && other.scales.x.max === self.scales.x.max) continue;
          other.following = true;
          other.setScale('x', {min: self.scales.x.min, max: self.scales.x.max});
          other.following = false;
        }
      }],
    },
  }, [times, values], into);
  return plot;
}
