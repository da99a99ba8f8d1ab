// What part of the diagram is seen.

import { withLoops } from './loops.js';
import { remarks } from './marks.js';

const MARGIN = 24;
const READABLE = 0.9;
const AROUND = 0.7;
const TOO_SMALL = 0.2;
const LARGEST = 1.5;
const CONTEXT = 160;
const SQUARE = 0.85;

function hasSize(view) {
  return view.canvas.clientWidth > 0 && view.canvas.clientHeight > 0;
}

/** Shows the whole diagram with a margin; waits for a size where there is none yet. */
export function showWhole(view) {
  if (!hasSize(view) || view.viewer.getDefinitions() === undefined) {
    return;
  }
  const inner = drawn(view);
  centre(view, inner, wholeScale(view, inner));
  view.moved = false;
}

function drawn(view) {
  return view.outline?.() ?? withLoops(view, view.viewer.get('canvas').viewbox().inner);
}

/** Returns how high the canvas is to be: as the whole diagram, where that can be told as wide. */
export function heightOf(view, most) {
  const { clientWidth } = view.canvas;
  if (clientWidth === 0 || view.viewer.getDefinitions() === undefined) {
    return most;
  }
  const { width, height } = drawn(view);
  const scale = Math.min(clientWidth / (width + 2 * MARGIN), LARGEST);
  const wanted = scale < TOO_SMALL ? clientWidth * SQUARE : scale * (height + 2 * MARGIN);
  return Math.min(most, Math.ceil(wanted));
}

/** Shows the whole diagram; where it would be too small to tell, what matters most in it. */
export function showFirst(view) {
  showWhole(view);
  if (hasSize(view) && showInterest(view)) {
    return;
  }
  if (!hasSize(view) || view.viewer.get('canvas').zoom() >= TOO_SMALL) {
    return;
  }
  if (!showCurrent(view) && !showBusiest(view)) {
    bringIn(view, Object.keys(remarks(view.data ?? {}, view.translate)), AROUND);
  }
}

/** Shows what the view is about, with some of what stands around it, if that is any closer. */
function showInterest(view) {
  const box = view.interest?.();
  if (!box) {
    return false;
  }
  const roomy = {
    x: box.x - CONTEXT,
    y: box.y - CONTEXT,
    width: box.width + 2 * CONTEXT,
    height: box.height + 2 * CONTEXT,
  };
  const scale = Math.min(wholeScale(view, roomy), READABLE);
  if (scale <= view.viewer.get('canvas').zoom()) {
    return false;
  }
  centre(view, roomy, scale);
  return true;
}

function wholeScale(view, { width, height }) {
  return Math.min(
    view.canvas.clientWidth / (width + 2 * MARGIN),
    view.canvas.clientHeight / (height + 2 * MARGIN),
    LARGEST,
  );
}

function centre(view, box, scale) {
  const width = view.canvas.clientWidth / scale;
  const height = view.canvas.clientHeight / scale;
  view.viewer.get('canvas').viewbox({
    x: box.x + (box.width - width) / 2,
    y: box.y + (box.height - height) / 2,
    width,
    height,
  });
}

/** Brings the first current step into the middle, large enough to read. */
export function showCurrent(view) {
  return bringIn(view, view.data?.current ?? [], READABLE);
}

/** Brings one element into the middle, large enough to read. */
export function showElement(view, id) {
  return bringIn(view, [id], READABLE);
}

/** Brings the warmest step, or the one at which most wait, into the middle with its neighbours. */
function showBusiest(view) {
  const { counts = {}, heat = {} } = view.data ?? {};
  const busy = [
    ...Object.entries(counts).map(([id, { n }]) => [id, n]),
    ...Object.entries(heat).map(([id, { value }]) => [id, value]),
  ];
  busy.sort(([, one], [, other]) => other - one);
  return bringIn(view, busy.map(([id]) => id), AROUND);
}

/** Returns the box around some boxes. */
export function around(boxes) {
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  return {
    x,
    y,
    width: Math.max(...boxes.map((box) => box.x + box.width)) - x,
    height: Math.max(...boxes.map((box) => box.y + box.height)) - y,
  };
}

/** Flows have points in place of a box. */
export function boxOf({ waypoints, x: left, y: top, width, height }) {
  if (waypoints === undefined) {
    return { x: left, y: top, width, height };
  }
  const [xs, ys] = [waypoints.map(({ x }) => x), waypoints.map(({ y }) => y)];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

function bringIn(view, ids, scale) {
  const registry = view.viewer.get('elementRegistry');
  const step = ids.map((id) => registry.get(id)).find((each) => each?.parent);
  if (step === undefined || !hasSize(view)) {
    return false;
  }
  centre(view, boxOf(step), scale);
  view.moved = true;
  return true;
}

/** Zooms around a point of the page, between far away and close. */
export function zoomBy(view, factor, { x, y }) {
  const canvas = view.viewer.get('canvas');
  const { left, top } = view.canvas.getBoundingClientRect();
  const scale = Math.min(4, Math.max(0.1, canvas.zoom() * factor));
  canvas.zoom(scale, { x: x - left, y: y - top });
  view.moved = true;
}

export function stepZoom(view, direction) {
  view.viewer.get('zoomScroll').stepZoom(direction);
  view.moved = true;
}

/** Keeps the whole diagram in sight while its frame changes, until somebody looks closer. */
export function followSize(view) {
  const observer = new ResizeObserver(() => {
    if (!hasSize(view) || view.rev === null) {
      return;
    }
    view.viewer.get('canvas').resized();
    if (!view.moved) {
      showFirst(view);
    }
  });
  observer.observe(view.canvas);
  const panned = () => {
    view.moved = true;
  };
  view.canvas.addEventListener('pointermove', (event) => event.buttons && panned());
  return () => observer.disconnect();
}
