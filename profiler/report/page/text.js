// SPDX-License-Identifier: Apache-2.0
//
// Formats numbers and makes elements. Data of the profile becomes text nodes here and nowhere else: no script of this
// page may pass data to a parser of markup.
'use strict';

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

function bytesText(bytes) {
  let value = Math.abs(bytes);
  let unit = 0;
  while (value >= (unit === 0 ? 1024 : 1023.95) && unit + 1 < units.length) {
    value /= 1024;
    ++unit;
  }
  return unit === 0 ? `${bytes} B` : `${bytes < 0 ? '-' : ''}${value.toFixed(1)} ${units[unit]}`;
}

function grouped(number) {
  return String(number).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

// A value in the unit of its sample type.
function inUnit(value, unit) {
  if (unit === 'bytes') return bytesText(value);
  return unit === '' || unit === 'count' ? grouped(value) : `${grouped(value)} ${unit}`;
}

// The same, with all digits.
function exactly(value, unit) {
  return unit === 'bytes' ? `${grouped(value)} bytes` : inUnit(value, unit === 'count' ? 'blocks' : unit);
}

function counted(number, one, many = `${one}s`) {
  return `${grouped(number)} ${number === 1 ? one : many}`;
}

function percentText(part, whole) {
  if (!(whole > 0)) return '';
  const percent = 100 * part / whole;
  return `${percent.toFixed(percent !== 0 && Math.abs(percent) < 10 ? 1 : 0)} %`;
}

function placeText(frame) {
  return frame.file === '' ? '' : `${frame.file}${frame.line > 0 ? `:${frame.line}` : ''}`;
}

function baseName(path) {
  return path.slice(path.lastIndexOf('/') + 1);
}

function give(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children);
  return node;
}

// Children are elements or strings; strings become text.
function element(tag, attributes = {}, ...children) {
  return give(document.createElement(tag), attributes, children);
}

function shape(tag, attributes = {}, ...children) {
  return give(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

function disclosure(summary, content, attributes = {}) {
  const details = element('details', attributes, element('summary', {}, summary));
  // Filled only when it is opened, because thousands of stacks would make the page slow.
  details.addEventListener('toggle', () => {
    if (details.open && details.childElementCount === 1) details.append(content());
  });
  return details;
}

function stackList(frames) {
  if (frames.length === 0) return element('p', {class: 'quiet'}, 'The profile has no stack here.');
  return element('ol', {class: 'stack'}, ...frames.map((frame) => element('li', {},
      element('span', {class: 'function'}, frame.name), ' ', element('span', {class: 'place'}, placeText(frame)))));
}

// Shortens long paths at the start, because their ends differ.
function place(frame) {
  const text = placeText(frame);
  return element('span', {class: 'place', title: text}, text === '' ? '' : baseName(text));
}
