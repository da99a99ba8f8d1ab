// What part of the diagram is seen; never behind the palette.

const MARGIN = 24;
const LARGEST = 1.2;

const READABLE = 0.5;
const TOO_SMALL = 0.35;

/** Shows the whole diagram; where it would be too small to read, where it begins. */
export function showFirst(view) {
  showAll(view);
  const canvas = view.modeler.get('canvas');
  const start = view.modeler.get('elementRegistry')
    .filter((element) => element.type === 'bpmn:StartEvent' && !element.labelTarget)
    .sort((one, other) => one.x - other.x)[0];
  if (start && canvas.zoom() < TOO_SMALL) {
    const { inner } = canvas.viewbox();
    const [width, height] = [view.canvas.clientWidth, view.canvas.clientHeight]
      .map((size) => size / READABLE);
    const top = Math.min(start.y + start.height / 2 - height / 2, inner.y + inner.height - height);
    canvas.viewbox({
      x: start.x - (taken(view) + MARGIN) / READABLE, y: Math.max(top, inner.y - MARGIN), width, height,
    });
  }
}

/** How much the palette takes; on a telephone it would take more than it leaves. */
function taken({ canvas }) {
  const palette = canvas.querySelector('.djs-palette');
  const width = palette ? palette.offsetLeft + palette.offsetWidth : 0;
  return width < canvas.clientWidth / 3 ? width : 0;
}

/** Shows the whole diagram in the room that the palette leaves. */
export function showAll(view) {
  const { modeler, canvas } = view;
  const { inner } = modeler.get('canvas').viewbox();
  const left = taken(view);
  const [width, height] = [canvas.clientWidth - left, canvas.clientHeight];
  const scale = Math.min(
    (width - 2 * MARGIN) / inner.width, (height - 2 * MARGIN) / inner.height, LARGEST,
  );
  modeler.get('canvas').viewbox({
    x: inner.x - (left + (width - inner.width * scale) / 2) / scale,
    y: inner.y - (height - inner.height * scale) / 2 / scale,
    width: canvas.clientWidth / scale,
    height: canvas.clientHeight / scale,
  });
}
