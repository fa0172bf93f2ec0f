// SPDX-License-Identifier: Apache-2.0
//
// The two charts of a table: how its arrays grew, and how many entries its tables held beside what was reserved. Every
// number that is drawn is also written.
'use strict';

const [stepSlots, stepBytes, stepArrays, stepAlive] = [0, 1, 2, 3];
const [startHint, startPeak, startTables, startBytes] = [0, 1, 2, 3];

function figure(title, note, drawing) {
  return element('figure', {class: 'chart'},
      element('figcaption', {}, element('strong', {}, title), ' ', element('span', {class: 'quiet'}, note)),
      element('div', {class: 'drawing', tabindex: '0', role: 'group', 'aria-label': title}, drawing));
}

function short(number) {
  if (number < 10000) return String(number);
  return number < 1e7 ? `${(number / 1e3).toFixed(0)}k` : `${(number / 1e6).toFixed(0)}M`;
}

// One column for each array size. Heights are logarithmic, so a table that doubles is a straight staircase.
function staircase(steps) {
  const [wide, high, above, below] = [64, 120, 26, 46];
  const logs = steps.map((step) => Math.log2(Math.max(1, step[stepBytes])));
  const least = Math.min(...logs);
  const range = Math.max(1, Math.max(...logs) - least);
  const width = steps.length * wide + 2;
  const drawing = shape('svg', {viewBox: `0 0 ${width} ${above + high + below}`, width, height: above + high + below,
    role: 'img', 'aria-label': `Growth staircase with ${counted(steps.length, 'step')}, from ` +
        `${grouped(steps[0][stepSlots])} to ${grouped(steps[steps.length - 1][stepSlots])} slots`});
  let line = '';
  steps.forEach((step, i) => {
    const height = 16 + (high - 16) * (steps.length === 1 ? 1 : (logs[i] - least) / range);
    const [left, top] = [1 + i * wide, above + high - height];
    line += `${i === 0 ? 'M' : 'L'}${left} ${top}H${left + wide}`;
    const middle = {x: left + wide / 2, 'text-anchor': 'middle'};
    drawing.append(shape('g', {class: step[stepAlive] > 0 ? 'step alive' : 'step'},
        shape('title', {}, `${counted(step[stepSlots], 'slot')}, ${grouped(step[stepBytes])} bytes each: ` +
            `${counted(step[stepArrays], 'array')} ever, ${grouped(step[stepAlive])} in use`),
        shape('rect', {x: left, y: top, width: wide, height}),
        shape('text', {...middle, y: top - 6}, bytesText(step[stepBytes])),
        shape('text', {...middle, y: above + high + 16, class: 'axis'}, short(step[stepSlots])),
        shape('text', {...middle, y: above + high + 34, class: 'axis quiet'}, `× ${short(step[stepArrays])}`)));
  });
  drawing.append(shape('path', {d: line, class: 'stair'}));
  return figure('Growth', 'bytes of one array, over its slots, and how many arrays there ever were; ' +
      'filled: in use. Heights are logarithmic.', drawing);
}

const shares = [
  ['no entry ever', (peak) => peak === 0],
  ['up to 1/8 of it', (peak, hint) => peak * 8 <= hint],
  ['up to 1/4', (peak, hint) => peak * 4 <= hint],
  ['up to 1/2', (peak, hint) => peak * 2 <= hint],
  ['up to all of it', (peak, hint) => peak <= hint],
  ['more than asked', () => true],
];

function add(bins, key, start) {
  const bin = bins.get(key) ?? {tables: 0, bytes: 0};
  bin.tables += start[startTables];
  bin.bytes += start[startBytes];
  bins.set(key, bin);
}

function bars(title, note, bins) {
  const [wide, high, label] = [440, 22, 116];
  const most = Math.max(1, ...[...bins.values()].map((bin) => bin.tables));
  const drawing = shape('svg', {viewBox: `0 0 ${wide} ${bins.size * high}`, width: wide, height: bins.size * high,
    role: 'img', 'aria-label': `${title}: ` +
        [...bins].map(([name, bin]) => `${name} ${counted(bin.tables, 'table')}`).join(', ')});
  [...bins].forEach(([name, bin], i) => {
    const length = bin.tables === 0 ? 0 : Math.max(2, 170 * bin.tables / most);
    drawing.append(shape('g', {class: 'bar'},
        shape('title', {}, `${name}: ${counted(bin.tables, 'table')}, ${exactly(bin.bytes, 'bytes')} in first arrays`),
        shape('text', {x: label - 8, y: i * high + 15, 'text-anchor': 'end', class: 'axis'}, name),
        shape('rect', {x: label, y: i * high + 4, width: length, height: high - 8}),
        shape('text', {x: label + length + 6, y: i * high + 15},
            bin.tables === 0 ? '0' : `${counted(bin.tables, 'table')}, ${bytesText(bin.bytes)}`)));
  });
  return figure(title, note, drawing);
}

// Tables that reserved, by the most entries they held as a share of the hint.
function peaksByHint(starts) {
  const bins = new Map(shares.map(([name]) => [name, {tables: 0, bytes: 0}]));
  for (const start of starts) add(bins, shares.find(([, is]) => is(start[startPeak], start[startHint]))[0], start);
  return bars('Most entries against the hint', 'tables by the most entries in their first array, as a share of the hint',
      bins);
}

// Tables that did not reserve, by the most entries they held, in powers of two.
function peaksWithoutHint(starts) {
  const bins = new Map();
  for (const start of [...starts].sort((a, b) => a[startPeak] - b[startPeak])) {
    const limit = start[startPeak] <= 1 ? start[startPeak] : 2 ** Math.ceil(Math.log2(start[startPeak]));
    add(bins, limit <= 1 ? String(limit) : `up to ${grouped(limit)}`, start);
  }
  return bars('Most entries, nothing reserved', 'tables by the most entries in their first array', bins);
}

function chartsOf(table) {
  const charts = [];
  if (table.steps.length > 0) charts.push(staircase(table.steps));
  const hinted = table.starts.filter((start) => start[startHint] > 0);
  const others = table.starts.filter((start) => start[startHint] === 0);
  if (hinted.length > 0) charts.push(peaksByHint(hinted));
  if (others.length > 0) charts.push(peaksWithoutHint(others));
  if (table.more_starts > 0) {
    charts.push(element('p', {class: 'quiet'}, `${counted(table.more_starts, 'table')} with rarer sizes are not drawn.`));
  }
  return charts;
}
