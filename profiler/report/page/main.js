// SPDX-License-Identifier: Apache-2.0
//
// The page from top to bottom: what was profiled, findings, tables, sites, flame graph.
'use strict';

function showFacts() {
  const facts = data.facts;
  const program = facts.program === '' ? 'an unknown program' : baseName(facts.program);
  document.getElementById('title').textContent = `Hash table memory of ${program}`;
  const list = document.getElementById('facts');
  const say = (name, text, kind) => list.append(element('div', {class: kind}, element('dt', {}, name), element('dd', {}, text)));
  if (facts.program !== '') say('Program', facts.program);
  if (facts.time_nanos > 0) {
    say('Taken', new Date(facts.time_nanos / 1e6).toISOString().slice(0, 19).replace('T', ' ') + ' UTC');
  }
  for (const moment of facts.moments.slice(0, 5)) {
    say('Moment', `In-use values are those ${moment.at === 'peak' ? 'at the high-water mark' : 'when the profile was taken'}: ` +
        `${bytesText(moment.inuse_space)}${moment.after === '' ? '' : `, ${moment.after} after the start`}`);
  }
  if (facts.moments.length > 5) say('Moment', `... and ${grouped(facts.moments.length - 5)} more merged profiles`);
  if (facts.interval === 1) say('Sampling', 'Exact: every block was counted');
  if (facts.interval > 1) {
    say('Sampling', `One block about every ${bytesText(facts.interval)} of allocation: all values are estimates`);
  }
  for (const [name, count] of Object.entries(facts.losses)) {
    say('Lost', `${grouped(count)} ${name}: the profile lacks these`, 'lost');
  }
  for (const missing of data.missing) say('Missing', missing, 'lost');
  if (facts.files.length > 0) say(facts.files.length > 1 ? 'Files' : 'File', facts.files.join(', '));
  const {findings: ofFindings, notes: ofNotes, tables: ofTables, sites: ofSites} = data.omitted;
  if (ofFindings + ofNotes + ofTables + ofSites > 0) {
    say('Left out', `${counted(ofFindings, 'finding')}, ${counted(ofNotes, 'note')}, ${counted(ofTables, 'table')} and ${counted(ofSites, 'site')} ` +
        'beyond --top. Totals and the flame graph are of the whole profile.', 'lost');
  }
}

// What the tile of a slack says: its share of the tables whose slack is known.
function slackNote(when, what) {
  const slack = valueOf(data.totals, `${when}_slack`);
  if (slack === null) return 'not known: the containers do not tell';
  const told = valueOf(data.told, `${when}_space`);
  const isAll = told === valueOf(data.totals, `${when}_space`);
  return `${percentText(slack, told)}${isAll ? '' : ` of the ${bytesText(told)} in tables that tell`} ${what}`;
}

function showTotals() {
  const list = document.getElementById('totals');
  const tile = (name, type, note) => {
    const value = valueOf(data.totals, type);
    const unit = type === 'weight' ? data.weight.unit : 'bytes';
    list.append(element('li', {}, element('span', {class: 'name'}, name),
        element('b', {title: value === null ? null : exactly(value, unit)}, value === null ? '?' : inUnit(value, unit)), element('span', {class: 'quiet'}, note)));
  };
  const of = (type) => valueOf(data.totals, type);
  if (has('inuse_space')) tile('in use', 'inuse_space', counted(of('inuse_objects'), 'block'));
  if (has('inuse_slack')) tile('slack in use', 'inuse_slack', slackNote('inuse', 'held no entry then'));
  if (has('alloc_space')) tile('allocated', 'alloc_space', counted(of('alloc_objects'), 'block'));
  if (has('alloc_slack')) tile('never used', 'alloc_slack', slackNote('alloc', 'never held an entry'));
  if (!isWhole) tile(data.weight.type, 'weight', '');
}

function fillBar(table) {
  if (table.fill === null) return table.entries === null || table.capacity === null ? '?' : '';
  const share = Math.min(1, Math.max(0, table.fill));
  const bar = element('span', {class: 'fill', 'aria-hidden': 'true'}, element('span'));
  bar.firstChild.style.width = `${100 * share}%`;
  return element('span', {class: 'filled'}, bar, percentText(table.entries, table.capacity));
}

// A number that is not known is null.
const dash = (number, text) => number === null ? '?' : number === 0 ? '–' : text(number);

function bytesColumn(title, value, rank, hint) {
  return {title, hint, rank, value, text: (row) => dash(value(row), bytesText)};
}

function countColumn(title, value, rank, hint) {
  return {title, hint, rank, value, text: (row) => dash(value(row), grouped)};
}

function wordColumn(title, value, rank, hint) {
  return {title, hint, rank, value, text: value, isText: true};
}

const typeColumns = {
  inuse_space: ['In use', 1, 'bytes in use at the moment'],
  inuse_slack: ['Slack', 3, 'bytes in use that held no entry at the moment'],
  alloc_space: ['Allocated', 3, 'bytes ever allocated'],
};

function typeColumn(type) {
  const [title, rank, hint] = typeColumns[type];
  return has(type) ? [bytesColumn(title, (row) => valueOf(row.values, type), rank, hint)] : [];
}

function blocksColumn() {
  return has('alloc_objects') ? [countColumn('Blocks', (row) => valueOf(row.values, 'alloc_objects'), 3, 'blocks ever allocated')] : [];
}

// The same blocks in two lists: by part of the table, and by the cause of the allocation.
function valueTable(table) {
  const groups = [['Part', table.parts], ['Cause', table.causes]];
  return element('table', {class: 'pairs wide'}, ...groups.flatMap(([title, rows], i) => [
    element(i === 0 ? 'thead' : 'tbody', {class: 'head'}, element('tr', {}, element('th', {scope: 'col'}, title),
        ...data.types.map((type) => element(i === 0 ? 'th' : 'td', {class: 'number'}, i === 0 ? typeNames.get(type) : '')))),
    element('tbody', {}, ...rows.map(([name, values]) => element('tr', {}, element('th', {scope: 'row'}, name),
        ...data.types.map((type, k) => element('td', {class: 'number'},
            dash(values[k], type.endsWith('objects') ? grouped : bytesText)))))),
  ]));
}

function tableDetail(table, sitesGrid) {
  const link = element('button', {type: 'button', class: 'link'}, 'Show its sites');
  link.addEventListener('click', () => sitesGrid.showOnly(table.name));
  const entries = table.entries > 0 ? ` Entries take ${bytesText(table.entries_size)}.` : '';
  const again = table.same_size > 0 ? ` Rewritten at the same size: ${counted(table.same_size, 'time')}.` : '';
  const shared = table.isShared ? ' Its avoidable bytes are shared with other tables of the same line.' : '';
  return element('div', {},
      element('p', {}, `${table.name} (${table.kind})${table.shape === '' ? '' : `: ${table.shape}`}.${entries}${again}${shared} `, link),
      element('div', {class: 'charts'}, ...chartsOf(table)),
      element('div', {class: 'box', tabindex: '0', role: 'region', 'aria-label': 'Parts and causes'},
          valueTable(table)));
}

function tablesGrid(sitesGrid) {
  return new Grid({
    name: 'tables',
    rows: tables,
    searched: (table) => `${table.name} ${table.kind} ${table.pattern}`,
    sorted: 'In use',
    detail: (table) => tableDetail(table, sitesGrid),
    columns: [
      wordColumn('Table', (table) => table.name, 1),
      wordColumn('Kind', (table) => table.kind, 3, 'which container'),
      {...wordColumn('Pattern', (table) => table.pattern, 3, 'how its arrays were allocated'), isPhrase: true},
      ...typeColumn('inuse_space'),
      ...typeColumn('inuse_slack'),
      {...bytesColumn('Avoidable', (table) => table.avoidable, 2, 'what the findings would save'),
        text: (table) => dash(table.avoidable, (bytes) => `${table.isShared ? '≤ ' : ''}${bytesText(bytes)}`)},
      {title: 'Fill', hint: 'entries by slots, at the moment', rank: 2, value: (table) => table.fill, cell: fillBar},
      countColumn('Entries', (table) => table.entries, 3, 'at the moment'),
      countColumn('Capacity', (table) => table.capacity, 4, 'slots of the arrays in use'),
      {title: 'B/entry', hint: 'bytes in use by entries', rank: 4, value: (table) => table.perEntry,
        text: (table) => table.perEntry === null ? table.entries === null ? '?' : '–' : table.perEntry.toFixed(1)},
      {...countColumn('Ever / alive', (table) => table.ever, 4, 'tables ever, and tables alive at the moment'),
        text: (table) => [table.ever, table.alive].map((count) => count === null ? '?' : grouped(count)).join(' / ')},
      ...typeColumn('alloc_space'),
      ...blocksColumn(),
      countColumn('Growths', (table) => table.growths, 4, 'arrays that replaced a full one'),
    ],
  });
}

function sitesGrid() {
  const isOurs = data.has_tables;
  return new Grid({
    name: 'sites',
    rows: sites,
    searched: (site) => `${site.caller.name} ${placeText(site.caller)} ${site.table} ${site.kind} ${site.pattern} ${site.shape}`,
    sorted: 'In use',
    detail: (site) => element('div', {}, element('p', {class: 'place'}, placeText(site.caller)), stackList(stackOf(site.stack))),
    columns: [
      wordColumn('Function', (site) => site.caller.name, 1),
      {...wordColumn('Line', (site) => placeText(site.caller), 3), cell: (site) => place(site.caller)},
      ...isOurs ? [
        wordColumn('Table', (site) => site.table, 2),
        wordColumn('Pattern', (site) => site.pattern, 4, 'how the arrays of its tables were allocated'),
        wordColumn('Shape', (site) => site.shape, 4, 'its share of bytes compared with its share of blocks'),
      ] : [],
      ...typeColumn('inuse_space'),
      ...typeColumn('inuse_slack'),
      ...typeColumn('alloc_space'),
      ...blocksColumn(),
      ...isWhole ? [] : [{title: data.weight.type, rank: 1, value: (site) => valueOf(site.values, 'weight'),
        text: (site) => inUnit(valueOf(site.values, 'weight'), data.weight.unit)}],
    ],
  });
}

function main() {
  showFacts();
  showTotals();
  showFindings(document.getElementById('findings-list'));
  showSilences(document.getElementById('findings-list'));
  showNotes(document.getElementById('findings-list'));
  const sitesPlace = sitesGrid();
  document.getElementById('sites-grid').append(sitesPlace.root);
  if (data.tables.rows.length > 0) document.getElementById('tables-grid').append(tablesGrid(sitesPlace).root);
  else document.getElementById('tables-grid').append(element('p', {class: 'calm'},
      data.has_tables ? 'No table matches --table.' : 'No tables: no sample of the profile names one.'));
  const graph = document.getElementById('flame-graph');
  if (data.flame.types.length > 0 && data.flame.names.length > 1) {
    const flame = new Flame(data.flame);
    graph.append(flame.root);
    flame.draw();
  } else {
    graph.append(element('p', {class: 'calm'}, 'No stacks: the profile is empty.'));
  }
  document.getElementById('made').textContent = `Made by bucketprof ${data.version}. This page loads nothing.`;
}

main();
