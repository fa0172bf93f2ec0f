// SPDX-License-Identifier: Apache-2.0
//
// A table whose rows can be sorted, filtered and opened. Only one page of rows is in the document at a time, so that
// many thousand rows are as fast as a hundred.
'use strict';

const rowsAtOnce = 100;

class Grid {
  // columns: {title, hint, value(row), text(row) or cell(row), isText, isPhrase, rank}: rank 1 stays on the narrowest screens.
  // The first column is the row's name. detail(row) makes what an opened row shows.
  constructor({name, rows, columns, searched, detail, sorted}) {
    this.name = name;
    this.columns = columns;
    this.detail = detail;
    this.rows = rows.map((row, i) => ({row, rank: i, text: searched(row).toLowerCase(), isOpen: false}));
    this.shown = this.rows;
    this.page = 0;
    this.sortedBy = columns.findIndex((column) => column.title === sorted);
    this.isFalling = true;
    this.build();
    this.sort();
    this.show();
  }

  build() {
    this.input = element('input', {type: 'search', id: `${this.name}-filter`, autocomplete: 'off', spellcheck: 'false'});
    this.input.addEventListener('input', () => this.filter());
    this.status = element('p', {class: 'status', role: 'status'});
    this.heads = this.columns.map((column, i) => {
      const button = element('button', {type: 'button', title: column.hint ?? null}, column.title);
      button.addEventListener('click', () => this.sortBy(i));
      return element('th', {scope: 'col', class: this.classOf(column)}, button);
    });
    this.body = element('tbody');
    this.box = element('div', {class: 'box', role: 'region', tabindex: '0', 'aria-label': `Table of ${this.name}`},
        element('table', {class: 'grid'}, element('thead', {}, element('tr', {}, ...this.heads)), this.body));
    this.back = this.pager('Previous', -1);
    this.forth = this.pager('Next', 1);
    this.pages = element('div', {class: 'pager'}, this.back, this.forth);
    this.root = element('div', {},
        element('div', {class: 'tools'},
            element('label', {for: this.input.id}, `Filter ${this.name}`), this.input, this.status),
        this.box, this.pages);
  }

  pager(text, step) {
    const button = element('button', {type: 'button'}, text);
    button.addEventListener('click', () => {
      this.page += step;
      this.show();
      this.box.scrollTop = 0;
      this.root.scrollIntoView({block: 'start'});
      if (button.disabled) (step > 0 ? this.back : this.forth).focus();
    });
    return button;
  }

  classOf(column) {
    return `${column.isText ? `words${column.isPhrase ? ' phrase' : ''}` : 'number'} rank${column.rank ?? 3}`;
  }

  sortBy(index) {
    this.isFalling = this.sortedBy === index ? !this.isFalling : !this.columns[index].isText;
    this.sortedBy = index;
    this.page = 0;
    this.sort();
    this.show();
  }

  // Rows without a value come last, whatever the direction.
  sort() {
    this.heads.forEach((head, i) => {
      const isSorted = i === this.sortedBy;
      if (isSorted) head.setAttribute('aria-sort', this.isFalling ? 'descending' : 'ascending');
      else head.removeAttribute('aria-sort');
    });
    if (this.sortedBy < 0) return;
    const column = this.columns[this.sortedBy];
    const sign = this.isFalling ? -1 : 1;
    const keyed = this.rows.map((item) => ({item, key: column.value(item.row)}));
    const collator = new Intl.Collator('en', {numeric: true});
    keyed.sort((a, b) => {
      if (a.key === b.key) return a.item.rank - b.item.rank;
      if (a.key === null || b.key === null) return a.key === null ? 1 : -1;
      return sign * (column.isText ? collator.compare(a.key, b.key) : a.key - b.key) || a.item.rank - b.item.rank;
    });
    this.rows = keyed.map(({item}) => item);
    this.choose();
  }

  // Keeps rows that contain each word.
  choose() {
    const words = this.input.value.toLowerCase().split(/\s+/).filter((word) => word !== '');
    this.shown = words.length === 0 ? this.rows :
        this.rows.filter((item) => words.every((word) => item.text.includes(word)));
  }

  filter() {
    this.page = 0;
    this.choose();
    this.show();
  }

  // Called by links elsewhere on the page.
  showOnly(text) {
    this.input.value = text;
    this.filter();
    this.root.scrollIntoView({block: 'start'});
    this.input.focus({preventScroll: true});
  }

  show() {
    const first = this.page * rowsAtOnce;
    const items = this.shown.slice(first, first + rowsAtOnce);
    this.body.replaceChildren(...items.flatMap((item) => this.rowsOf(item)));
    const count = this.shown.length;
    const of = count === this.rows.length ? '' : ` of ${grouped(this.rows.length)}`;
    const part = count > rowsAtOnce ? `, ${grouped(first + 1)} to ${grouped(first + items.length)} shown` : '';
    this.status.textContent = this.rows.length === 0 ? `no ${this.name}` :
        count === 0 ? `none of ${grouped(this.rows.length)} ${this.name} match` : `${grouped(count)}${of} ${this.name}${part}`;
    this.back.disabled = this.page === 0;
    this.forth.disabled = first + rowsAtOnce >= count;
    this.pages.hidden = count <= rowsAtOnce;
  }

  rowsOf(item) {
    const cells = this.columns.map((column, i) => {
      const content = column.cell ? column.cell(item.row) : column.text(item.row);
      if (i > 0) return element('td', {class: this.classOf(column)}, content);
      const button = element('button', {type: 'button', class: 'open', 'aria-expanded': String(item.isOpen)}, content);
      return element('th', {scope: 'row', class: this.classOf(column)}, button);
    });
    const line = element('tr', {class: item.isOpen ? 'is-open' : null}, ...cells);
    // Only the name is a button, for the keyboard and screen readers; a click anywhere in the row opens it.
    line.addEventListener('click', (event) => {
      if (event.target.closest('button.open') || String(getSelection()) === '') this.toggle(item, line);
    });
    return item.isOpen ? [line, this.detailOf(item)] : [line];
  }

  detailOf(item) {
    return element('tr', {class: 'detail'},
        element('td', {colspan: String(this.columns.length)}, element('div', {class: 'inside'}, this.detail(item.row))));
  }

  toggle(item, line) {
    item.isOpen = !item.isOpen;
    line.classList.toggle('is-open', item.isOpen);
    line.querySelector('button.open').setAttribute('aria-expanded', String(item.isOpen));
    if (item.isOpen) line.after(this.detailOf(item));
    else line.nextElementSibling.remove();
  }
}
