// What is drawn on top of the diagram: where the case stands, where it has been, how many wait.

import { drawLoops } from './loops.js';

function mark(view, id, name) {
  if (view.viewer.get('elementRegistry').get(id) === undefined) {
    return;
  }
  view.viewer.get('canvas').addMarker(id, name);
  view.marked.push([id, name]);
}

function clear(view) {
  const canvas = view.viewer.get('canvas');
  for (const [id, name] of view.marked) {
    canvas.removeMarker(id, name);
  }
  view.marked = [];
  view.viewer.get('overlays').remove({ type: 'redress' });
}

/** Says in words what a badge says in figures. */
export function describe({ n, late = 0 }, translate) {
  const waiting = n === 1 ? translate('1 case waits') : translate('{n} cases wait', { n });
  return late > 0 ? `${waiting}, ${translate('{n} late', { n: late })}` : waiting;
}

function badge(view, id, count) {
  if (view.viewer.get('elementRegistry').get(id) === undefined) {
    return;
  }
  const label = document.createElement('span');
  label.className = 'redress-badge';
  label.textContent = count.n;
  label.title = describe(count, view.translate);
  if (count.late > 0) {
    const late = document.createElement('strong');
    late.textContent = view.translate('{n} late', { n: count.late });
    label.append(late);
  }
  view.viewer.get('overlays').add(id, 'redress', {
    position: { top: 0, right: 0 },
    // Figures stay readable when the whole diagram is small.
    scale: { min: 0.85, max: 1.2 },
    html: label,
  });
}

/** Marks an element by colour and by a sign, so that the colour alone says nothing. */
function sign(view, id, kind, title) {
  mark(view, id, `redress-${kind}`);
  const element = view.viewer.get('elementRegistry').get(id);
  if (element === undefined) {
    return;
  }
  const icon = document.createElement('span');
  icon.className = `redress-sign redress-sign-${kind}`;
  icon.title = title;
  view.viewer.get('overlays').add(id, 'redress', {
    position: element.waypoints ? middleOf(element.waypoints) : { top: 0, left: 0 },
    scale: { min: 0.85, max: 1.2 },
    html: icon,
  });
}

/** Overlays of a flow are placed from the corner of the box around its points. */
function middleOf(points) {
  const [left, top] = ['x', 'y'].map((axis) => Math.min(...points.map((point) => point[axis])));
  const [one, other] = [Math.floor, Math.ceil].map((round) => points[round((points.length - 1) / 2)]);
  return { left: (one.x + other.x) / 2 - left, top: (one.y + other.y) / 2 - top };
}

export const SIGNED = {
  added: 'Added',
  removed: 'Removed',
  changed: 'Changed',
  covered: 'Covered',
  missed: 'Not covered',
  repaired: 'Repaired',
  guessed: 'To confirm',
  open: 'To decide',
};

/** Says what a sign means for an element; ids come as a list, or with a sentence for each. */
function told(kind, marked, translate) {
  const sign = translate(SIGNED[kind]);
  return Array.isArray(marked)
    ? marked.map((id) => [id, sign])
    : Object.entries(marked).map(([id, sentence]) => [id, `${sign}: ${sentence}`]);
}

/** Returns in words, by element, what the signs and the heat say. */
export function remarks(data, translate) {
  const found = Object.keys(SIGNED)
    .flatMap((kind) => told(kind, data[kind] ?? [], translate))
    .map(([id, sentence]) => [id, sentence.charAt(0).toLowerCase() + sentence.slice(1)]);
  const heat = Object.entries(data.heat ?? {}).map(([id, { label, title }]) => [id, title || label]);
  return Object.fromEntries([...found, ...heat]);
}

function warm(view, heat) {
  const values = Object.values(heat).map(({ value }) => value);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  for (const [id, { value, label, title }] of Object.entries(heat)) {
    const level = most > least ? Math.round((4 * (value - least)) / (most - least)) : 2;
    mark(view, id, `redress-heat-${level}`);
    tag(view, id, label, title);
  }
}

function tag(view, id, text, title) {
  if (view.viewer.get('elementRegistry').get(id) === undefined) {
    return;
  }
  const label = document.createElement('span');
  label.className = 'redress-badge';
  label.textContent = text;
  label.title = title || text;
  view.viewer.get('overlays').add(id, 'redress', {
    position: { top: 0, right: 0 },
    scale: { min: 0.85, max: 1.2 },
    html: label,
  });
}

export function decorate(view, data) {
  const { current = [], done = [], counts = {}, heat = {} } = data;
  clear(view);
  warm(view, heat);
  drawLoops(view);
  for (const kind of Object.keys(SIGNED)) {
    told(kind, data[kind] ?? [], view.translate).forEach(([id, title]) => sign(view, id, kind, title));
  }
  const here = new Set(current);
  done.filter((id) => !here.has(id)).forEach((id) => mark(view, id, 'redress-done'));
  current.forEach((id) => mark(view, id, 'redress-current'));
  Object.entries(counts).forEach(([id, count]) => badge(view, id, count));
  view.root.classList.toggle('redress-has-current', current.length > 0);
}
