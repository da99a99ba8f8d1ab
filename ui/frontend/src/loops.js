// Where work went back: an arc from the step that was done last to the one that was begun anew.

import { waysBack } from './ways.js';

const LAYER = 'redress-loops';
const NAMESPACE = 'http://www.w3.org/2000/svg';
const RISE = { share: 0.22, least: 46, most: 190 };
const STROKE = { least: 2, most: 6 };
const SMALLEST = 0.25;
const LIFT = 4;
const HEAD = 9;
const TEXT = 15;

function make(name, attributes, parent) {
  const node = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) {
    node.setAttribute(key, value);
  }
  parent.append(node);
  return node;
}

/** The ends of an arc above two steps, left of their badges. */
function arcOf(from, to) {
  const isSame = from === to;
  const begin = { x: from.x + from.width * (isSame ? 0.5 : 0.3), y: from.y - LIFT };
  const end = { x: to.x + to.width * 0.06, y: to.y - LIFT };
  const rise = Math.min(RISE.most, Math.max(RISE.least, RISE.share * Math.abs(end.x - begin.x)));
  return { begin, end, top: Math.min(begin.y, end.y) - rise };
}

/** Draws an arc, its figures as large on the screen however small the diagram is. */
function draw(group, { begin, end, top }, { n, title }, { width, scale }) {
  const arc = make('g', { class: 'redress-loop' }, group);
  make('title', {}, arc).textContent = title;
  const neck = end.y - HEAD * scale;
  make('path', {
    class: 'redress-loop-way',
    'stroke-width': width * scale,
    d: `M${begin.x},${begin.y} C${begin.x},${top} ${end.x},${top} ${end.x},${neck}`,
  }, arc);
  const half = (HEAD * 0.6 + width / 2) * scale;
  make('path', {
    class: 'redress-loop-head',
    d: `M${end.x - half},${neck - 1} L${end.x + half},${neck - 1} L${end.x},${end.y + 2} Z`,
  }, arc);
  // A curve of this kind comes three quarters of the way up.
  const peak = (begin.y + neck) / 8 + top * 0.75 - (width / 2 + 5) * scale;
  make('text', {
    class: 'redress-loop-count',
    x: (begin.x + end.x) / 2,
    y: peak,
    'font-size': TEXT * scale,
    'stroke-width': 4 * scale,
  }, arc).textContent = `${n.toLocaleString('en')}\u00d7`;
  return peak - TEXT * scale;
}

function known(view) {
  const canvas = view.viewer.get('canvas');
  const registry = view.viewer.get('elementRegistry');
  const isBack = waysBack(registry);
  const root = canvas.getRootElement();
  return (view.data?.loops ?? [])
    .map((loop) => ({ loop, from: registry.get(loop.from), to: registry.get(loop.to) }))
    .filter(({ from, to }) =>
      [from, to].every((step) => step && canvas.findRoot(step) === root) && isBack(from, to));
}

/** Draws the loops whose steps are both on what is shown; keeps how high they reach. */
export function drawLoops(view) {
  const canvas = view.viewer.get('canvas');
  const layer = canvas.getLayer(LAYER, 2);
  layer.replaceChildren();
  view.highest = undefined;
  const loops = known(view);
  const most = Math.max(...loops.map(({ loop }) => loop.n));
  const scale = 1 / Math.min(1, Math.max(SMALLEST, canvas.zoom()));
  for (const { loop, from, to } of loops) {
    const width = STROKE.least + (STROKE.most - STROKE.least) * Math.sqrt(loop.n / most);
    const reached = draw(layer, arcOf(from, to), loop, { width, scale });
    view.highest = Math.min(view.highest ?? reached, reached);
  }
}

/** Draws the loops again whenever the diagram is larger or smaller, or another part of it. */
export function keepLoops(view) {
  const again = () => {
    requestAnimationFrame(() => view.rev !== null && drawLoops(view));
  };
  view.viewer.on('canvas.viewbox.changed', again);
  view.viewer.on('root.set', again);
}

/** Adds to what is drawn the room that loops take above it. */
export function withLoops(view, box) {
  const { highest = box.y } = view;
  const above = Math.max(0, box.y - highest);
  return { ...box, y: box.y - above, height: box.height + above };
}
