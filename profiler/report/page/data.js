// SPDX-License-Identifier: Apache-2.0
//
// Prepares the data of the page (profiler/report/page_data.cpp) for the other scripts.
'use strict';

const data = JSON.parse(document.getElementById('data').textContent);

function objects(list) {
  return list.rows.map((row) => Object.fromEntries(list.fields.map((field, i) => [field, row[i]])));
}

const frames = data.frames.rows.map(([name, file, line]) => ({name: data.texts[name], file: data.texts[file], line}));

// Innermost first.
function stackOf(id) {
  const stack = [];
  for (; id >= 0; id = data.stacks.callers[id]) stack.push(frames[data.stacks.frames[id]]);
  return stack;
}

const typeIndex = new Map(data.types.map((type, i) => [type, i]));
const isWhole = data.types.length > 0;

// 0 if the profile lacks the type.
function valueOf(values, type) {
  const index = type === 'weight' ? data.types.length : typeIndex.get(type);
  return index === undefined ? 0 : values[index];
}

const has = (type) => type === 'weight' || typeIndex.has(type);

const findings = data.findings.map((finding) => ({...finding, site: frames[finding.site]}));

function avoidableByTable() {
  const sums = new Map();
  for (const finding of findings) {
    for (const name of finding.tables) {
      const key = JSON.stringify([name, finding.kind]);
      const sum = sums.get(key) ?? {bytes: 0, isShared: false};
      sum.bytes += finding.avoidable;
      sum.isShared ||= finding.tables.length > 1;
      sums.set(key, sum);
    }
  }
  return sums;
}

const avoidable = avoidableByTable();

const tables = objects(data.tables).map((table) => {
  const saved = avoidable.get(JSON.stringify([table.name, table.kind]));
  table.avoidable = saved ? saved.bytes : 0;
  table.isShared = saved ? saved.isShared : false;
  table.fill = table.capacity > 0 && table.entries !== null ? table.entries / table.capacity : null;
  table.perEntry = table.entries > 0 && has('inuse_space') ? valueOf(table.values, 'inuse_space') / table.entries : null;
  return table;
});

const sites = objects(data.sites).map((site) => ({...site, caller: frames[site.caller]}));
