// Lag and gaps of a node over time. Drag to zoom, double click to see all.
import uPlot from './lib/uPlot.esm.js';

function resolved(element, name) {
  element.style.color = `var(${name})`;
  return getComputedStyle(element).color;
}

export function chart(into, points) {
  const probe = document.createElement('i');
  into.append(probe);
  const ink = resolved(probe, '--quiet');
  const grid = {stroke: resolved(probe, '--line'), width: 1};
  const lag = resolved(probe, '--behind');
  const gap = resolved(probe, '--gone');
  probe.remove();
  const plot = new uPlot({
    width: Math.max(280, into.clientWidth),
    height: 220,
    cursor: {drag: {x: true, y: false}},
    scales: {lag: {range: (self, low, high) => [0, Math.max(5, high ?? 0)]}, gap: {range: (self, low, high) => [0, Math.max(10, high ?? 0)]}},
    series: [
      {label: 'Time'},
      {label: 'Lag, epochs', scale: 'lag', stroke: lag, width: 2, spanGaps: false},
      {label: 'Longest gap between beats, s', scale: 'gap', stroke: gap, width: 1, spanGaps: false},
    ],
    axes: [
      {stroke: ink, grid},
      {scale: 'lag', label: 'epochs', stroke: ink, grid},
      {scale: 'gap', label: 'seconds', side: 1, stroke: ink, grid: {show: false}},
    ],
  }, [
    points.map(point => Date.parse(point.t) / 1000),
    points.map(point => point.lagEpochs),
    points.map(point => point.longestGapSeconds),
  ], into);
  return plot;
}
