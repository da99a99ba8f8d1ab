// What part of the diagram is seen.

const MARGIN = 24;
const READABLE = 0.9;
const TOO_SMALL = 0.2;
const LARGEST = 1.5;

function hasSize(view) {
  return view.canvas.clientWidth > 0 && view.canvas.clientHeight > 0;
}

/** Shows the whole diagram with a margin; waits for a size where there is none yet. */
export function showWhole(view) {
  if (!hasSize(view) || view.viewer.getDefinitions() === undefined) {
    return;
  }
  const { inner } = view.viewer.get('canvas').viewbox();
  centre(view, inner, wholeScale(view, inner));
  view.moved = false;
}

/** Shows the whole diagram, or the current step where the whole would be too small to tell. */
export function showFirst(view) {
  showWhole(view);
  if (hasSize(view) && view.viewer.get('canvas').zoom() < TOO_SMALL) {
    showCurrent(view);
  }
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
  const registry = view.viewer.get('elementRegistry');
  const step = (view.data?.current ?? []).map((id) => registry.get(id)).find(Boolean);
  if (step === undefined || !hasSize(view)) {
    return;
  }
  centre(view, step, READABLE);
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
