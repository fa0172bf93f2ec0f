// SPDX-License-Identifier: Apache-2.0
//
// The list of findings, the most avoidable bytes first.
'use strict';

const findingsAtOnce = 20;

const singular = {tables: 'table', entries: 'entry', blocks: 'block', bytes: 'byte'};

function evidenceText(value, unit) {
  if (unit === '') return String(Number(value.toFixed(3)));
  const whole = Math.round(value);
  return `${grouped(whole)} ${whole === 1 ? singular[unit] ?? unit : unit}`;
}

function evidenceTable(evidence) {
  return element('table', {class: 'pairs'}, element('tbody', {}, ...evidence.map(([name, value, unit]) =>
    element('tr', {}, element('th', {scope: 'row'}, name.replaceAll('_', ' ')),
        element('td', {class: 'number'}, evidenceText(value, unit))))));
}

function tableNames(finding) {
  const names = finding.tables.slice(0, 3).join(', ');
  const more = finding.tables.length > 3 ? ` and ${grouped(finding.tables.length - 3)} more` : '';
  return `${names}${more}${finding.kind === '' ? '' : ` (${finding.kind})`}`;
}

function findingCard(finding) {
  // The text begins with the avoidable bytes, which are shown larger than the rest.
  const bytes = bytesText(finding.avoidable);
  const rest = finding.savings.startsWith(bytes) ? finding.savings.slice(bytes.length) : `: ${finding.savings}`;
  const site = placeText(finding.site);
  return element('article', {class: 'finding', 'data-id': finding.id},
      element('div', {class: 'saved'},
          element('b', {title: exactly(finding.avoidable, 'bytes')}, bytes),
          element('span', {}, `avoidable${rest}`)),
      element('div', {class: 'said'},
          element('h3', {}, finding.sentence),
          element('p', {class: 'about'}, element('code', {class: 'id'}, finding.id), ' ',
              element('span', {}, tableNames(finding))),
          element('p', {class: 'about'}, element('span', {class: 'function'}, finding.site.name),
              site === '' ? '' : element('span', {class: 'place'}, ` ${site}`)),
          element('pre', {class: 'advice', tabindex: '0', 'aria-label': 'Advice'}, element('code', {}, finding.advice)),
          disclosure('Evidence', () => evidenceTable(finding.evidence)),
          disclosure('Stack', () => stackList(stackOf(finding.stack)))));
}

function showFindings(place) {
  if (findings.length === 0) {
    place.append(element('p', {class: 'calm'}, data.has_findings ? 'No finding matches --table and --site.' :
        !data.computes_findings ? 'No findings can be computed.' :
        data.silences.length > 0 ? 'No findings about the tables that tell enough.' :
        'No findings: no table here wastes enough to be worth a change.'));
    return;
  }
  const list = element('div', {class: 'findings'});
  const more = element('button', {type: 'button'});
  let shown = 0;
  const show = () => {
    const cards = findings.slice(shown, shown + findingsAtOnce).map(findingCard);
    list.append(...cards);
    shown += cards.length;
    more.textContent = `Show ${grouped(Math.min(findingsAtOnce, findings.length - shown))} more of ${grouped(findings.length)}`;
    more.hidden = shown >= findings.length;
    return cards[0];
  };
  more.addEventListener('click', () => {
    const first = show().querySelector('summary');
    if (more.hidden) first.focus();
  });
  show();
  place.append(list, element('div', {class: 'pager'}, more));
}

// Why findings were not computed.
function showSilences(place) {
  for (const text of data.silences) place.append(element('p', {class: 'silence'}, `Not computed: ${text}.`));
}

// Facts about tables without findings.
function showNotes(place) {
  if (data.notes.length === 0) return;
  place.append(element('h3', {}, 'Notes'), element('ul', {class: 'notes'}, ...data.notes.map((note) => {
    const site = frames[note.site];
    return element('li', {}, element('code', {class: 'id'}, note.id), ` ${note.table}: ${note.sentence}. `,
        element('span', {class: 'function'}, site.name), element('span', {class: 'place'}, ` ${placeText(site)}`));
  })));
}
