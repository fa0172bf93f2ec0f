// SPDX-License-Identifier: Apache-2.0
//
// The flame graph, with the root at the top: a frame is as wide as what it and its callees allocated. Only frames wide
// enough to be seen are in the document. One of them can have the focus; the arrow keys move it.
'use strict';

const rowHeight = 22;
const leastWidth = 2;  // pixels; narrower frames are not drawn
const leastNamed = 34;  // pixels; narrower frames have no room for a name
const characterWidth = 7.3;
const palette = 6;
const typeNames = new Map([
  ['inuse_space', 'bytes in use'], ['alloc_space', 'bytes allocated'], ['alloc_objects', 'blocks allocated'],
  ['inuse_slack', 'slack in use'], ['alloc_slack', 'slack allocated'], ['inuse_objects', 'blocks in use'],
]);

function hue(text) {
  let hash = 0;
  for (let i = 0; i < text.length; ++i) hash = (hash * 31 + text.charCodeAt(i)) | 0;
  return Math.abs(hash) % palette;
}

class Flame {
  constructor(tree) {
    this.tree = tree;
    this.count = tree.names.length;
    this.isContainer = new Set(tree.container);
    this.children = Array.from({length: this.count}, () => []);
    this.depth = new Array(this.count).fill(0);
    for (let i = 1; i < this.count; ++i) {  // callers come before their callees
      this.children[tree.parents[i]].push(i);
      this.depth[i] = this.depth[tree.parents[i]] + 1;
    }
    this.sums = tree.types.map((_, type) => {
      const sums = tree.own.map((own) => own[type] ?? 0);
      for (let i = this.count - 1; i > 0; --i) sums[tree.parents[i]] += sums[i];
      return sums;
    });
    this.type = tree.weight;
    // The order is the same for all types, so that switching the type moves little: by the first type, folded frames
    // last.
    const weight = (node) => tree.names[node] === 0 ? -Infinity : this.sums[tree.weight][node];
    for (const nodes of this.children) nodes.sort((a, b) => weight(b) - weight(a) || a - b);
    this.top = 0;
    this.current = 0;
    this.matching = null;
    this.drawn = new Map();
    this.build();
    this.draw();
    // Only the width decides which frames are drawn.
    new ResizeObserver(() => {
      if (this.box.clientWidth !== this.width) this.draw();
    }).observe(this.box);
  }

  build() {
    const order = [...typeNames.keys()].map((type) => this.tree.types.findIndex(([name]) => name === type));
    const known = order.filter((i) => i >= 0);
    const others = this.tree.types.map((_, i) => i).filter((i) => !known.includes(i));
    this.choices = element('fieldset', {class: 'choices'}, element('legend', {}, 'Width'),
        ...[...known, ...others].map((i) => this.choice(i)));
    this.search = element('input', {type: 'search', id: 'flame-search', autocomplete: 'off', spellcheck: 'false'});
    this.search.addEventListener('input', () => this.find());
    this.whole = element('button', {type: 'button'}, 'Whole profile');
    this.whole.addEventListener('click', () => {
      this.zoom(0);
      this.frameOf(0).focus();
    });
    this.found = element('p', {class: 'status', role: 'status'});
    this.box = element('div', {class: 'flame', role: 'tree', 'aria-label': 'Flame graph'});
    this.box.addEventListener('keydown', (event) => this.press(event));
    this.box.addEventListener('click', (event) => this.onFrame(event, (node) => {
      this.zoom(node);
      this.frameOf(node).focus({preventScroll: true});
    }));
    this.box.addEventListener('mouseover', (event) => this.onFrame(event, (node) => this.describe(node)));
    this.box.addEventListener('mouseleave', () => this.describe(this.current));
    this.box.addEventListener('focusin', (event) => this.onFrame(event, (node) => {
      this.setCurrent(node);
      this.describe(node);
    }));
    this.line = element('p', {class: 'line'});
    this.root = element('div', {},
        element('div', {class: 'tools'}, this.choices,
            element('label', {for: this.search.id}, 'Find frames'), this.search, this.whole, this.found),
        this.line, element('div', {class: 'flame-box'}, this.box),
        element('p', {class: 'quiet below'}, 'Click or Enter: zoom. Escape: out again. Arrow keys: caller, callee, neighbours. ' +
            'Grey: code of containers. (other): frames too light to draw.'));
  }

  choice(type) {
    const [name] = this.tree.types[type];
    const input = element('input', {type: 'radio', name: 'flame-type', value: name});
    input.checked = type === this.type;
    input.addEventListener('change', () => {
      this.type = type;
      this.draw();
      this.find();
    });
    return element('label', {class: 'choice', title: typeNames.get(name) ?? null}, input, element('span', {}, name));
  }

  onFrame(event, act) {
    const frame = event.target.closest('[data-node]');
    if (frame) act(Number(frame.dataset.node));
  }

  nameOf(node) {
    return node === 0 ? 'all' : this.tree.texts[this.tree.names[node]] || '(no name)';
  }

  // Draws the callers of the top frame, then all frames below it that are wide enough.
  draw() {
    this.width = this.box.clientWidth;
    const values = this.sums[this.type];
    const above = [];
    for (let node = this.top; node !== 0; node = this.tree.parents[node]) above.unshift(this.tree.parents[node]);
    this.places = new Map(above.map((node) => [node, {left: 0, width: 1}]));
    const waiting = [[this.top, 0, 1]];
    let deepest = this.depth[this.top];
    while (waiting.length > 0) {
      const [node, left, width] = waiting.pop();
      this.places.set(node, {left, width});
      deepest = Math.max(deepest, this.depth[node]);
      let at = left;
      for (const child of this.children[node]) {
        // Negative values occur in differences of profiles; they have no width.
        const part = values[node] > 0 ? width * Math.max(0, values[child]) / values[node] : 0;
        if (part * this.width >= leastWidth) waiting.push([child, at, part]);
        at += part;
      }
    }
    if (!this.places.has(this.current)) this.current = this.top;
    this.box.style.height = `${(deepest + 1) * rowHeight}px`;
    this.drawn.clear();
    const order = [...this.places.keys()].sort((a, b) => a - b);
    this.box.replaceChildren(...order.map((node) => this.frame(node, new Set(above))));
    this.whole.disabled = this.top === 0;
    this.mark();
    this.describe(this.current);
  }

  frame(node, above) {
    const {left, width} = this.places.get(node);
    const name = this.nameOf(node);
    const tone = this.isContainer.has(this.tree.names[node]) || node === 0 || this.tree.names[node] === 0 ? 'plain' :
        `tone${hue(name)}`;
    const frame = element('div', {role: 'treeitem', 'data-node': String(node), class: `frame ${tone}`,
      'aria-level': String(this.depth[node] + 1), 'aria-label': `${name}, ${this.numbers(node)}`,
      tabindex: node === this.current ? '0' : '-1'}, this.label(name, width * this.width));
    if (above.has(node)) frame.classList.add('above');
    if (width * this.width < leastNamed) frame.classList.add('thin');
    frame.style.left = `${100 * left}%`;
    frame.style.width = `${100 * width}%`;
    frame.style.top = `${this.depth[node] * rowHeight}px`;
    this.drawn.set(node, frame);
    return frame;
  }

  // Drops the outer scopes of a name that is too long, because its end says the most.
  label(name, width) {
    if (width < leastNamed) return '';
    const room = (width - 12) / characterWidth;
    let start = 0;
    while (name.length - start > room) {
      const next = name.indexOf('::', start);
      if (next < 0) break;
      start = next + 2;
    }
    return name.slice(start);
  }

  frameOf(node) {
    return this.drawn.get(node);
  }

  numbers(node) {
    const [type, unit] = this.tree.types[this.type] ?? ['', ''];
    const values = this.sums[this.type];
    if (!values) return 'no values';
    const own = this.tree.own[node][this.type] ?? 0;
    const share = node === 0 ? '' : `, ${percentText(values[node], values[0])} of all`;
    const ofTop = this.top === 0 || this.depth[node] <= this.depth[this.top] ? '' :
        `, ${percentText(values[node], values[this.top])} of what is zoomed`;
    const human = unit === 'bytes' && Math.abs(values[node]) >= 1024 ? ` (${bytesText(values[node])})` : '';
    return `${type} ${exactly(values[node], unit)}${human}${share}${ofTop}${own !== 0 ? `; itself ${exactly(own, unit)}` : ''}`;
  }

  describe(node) {
    this.line.replaceChildren(element('strong', {}, this.nameOf(node)), element('span', {}, this.numbers(node)));
  }

  setCurrent(node) {
    this.frameOf(this.current)?.setAttribute('tabindex', '-1');
    this.current = node;
    this.frameOf(node).setAttribute('tabindex', '0');
  }

  zoom(node) {
    this.top = node;
    this.current = node;
    this.draw();
  }

  drawnChild(node) {
    return this.children[node].find((child) => this.places.has(child));
  }

  neighbour(node, step) {
    const row = [...this.places.keys()].filter((one) => this.depth[one] === this.depth[node]);
    row.sort((a, b) => this.places.get(a).left - this.places.get(b).left);
    return row[row.indexOf(node) + step];
  }

  press(event) {
    const node = this.current;
    let to;
    switch (event.key) {
      case 'ArrowUp': to = node === 0 ? undefined : this.tree.parents[node]; break;
      case 'ArrowDown': to = this.drawnChild(node); break;
      case 'ArrowLeft': to = this.neighbour(node, -1); break;
      case 'ArrowRight': to = this.neighbour(node, 1); break;
      case 'Home': to = 0; break;
      case 'Enter': case ' ': this.zoom(node); to = node; break;
      case 'Escape': case 'Backspace': this.zoom(this.tree.parents[this.top]); to = this.top; break;
      default: return;
    }
    event.preventDefault();
    if (to !== undefined) this.frameOf(to).focus();
  }

  // Frames inside a matching frame are not counted again.
  find() {
    const text = this.search.value.trim().toLowerCase();
    this.matching = null;
    this.found.textContent = '';
    if (text !== '') {
      const names = new Set(this.tree.texts.flatMap((name, i) => name.toLowerCase().includes(text) ? [i] : []));
      this.matching = new Set();
      const inside = new Array(this.count).fill(false);
      let sum = 0;
      for (let i = 1; i < this.count; ++i) {
        const isMatch = names.has(this.tree.names[i]);
        if (isMatch) this.matching.add(i);
        if (isMatch && !inside[this.tree.parents[i]]) sum += this.sums[this.type][i];
        inside[i] = isMatch || inside[this.tree.parents[i]];
      }
      this.found.textContent = this.matching.size === 0 ? 'no frame matches' :
          `${counted(this.matching.size, 'frame')}, ${percentText(sum, this.sums[this.type][0])} of all`;
    }
    this.mark();
  }

  mark() {
    this.box.classList.toggle('is-searching', this.matching !== null);
    for (const [node, frame] of this.drawn) frame.classList.toggle('match', this.matching?.has(node) ?? false);
  }
}
