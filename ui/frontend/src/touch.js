// Fingers: one moves the diagram sideways and scrolls the page up and down, two move and zoom it.

import { zoomBy } from './zoom.js';

const SLIP = 6;

function middle(points) {
  const [one, other] = points.length > 1 ? points : [points[0], points[0]];
  return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 };
}

function span([one, other]) {
  return Math.hypot(one.x - other.x, one.y - other.y);
}

/** Follows fingers on the canvas; the mouse is followed by the viewer itself. */
export function followFingers(view) {
  const fingers = new Map();
  let travelled = 0;

  const release = (event) => fingers.delete(event.pointerId);
  view.canvas.addEventListener('pointerdown', (event) => {
    travelled = fingers.size > 0 ? travelled : 0;
    if (event.pointerType === 'touch') {
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    }
  });
  view.canvas.addEventListener('pointermove', (event) => {
    if (!fingers.has(event.pointerId)) {
      return;
    }
    const before = [...fingers.values()];
    const was = { middle: middle(before), span: before.length > 1 ? span(before) : 0 };
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    const now = [...fingers.values()];
    const is = middle(now);
    const [dx, dy] = [is.x - was.middle.x, is.y - was.middle.y];
    travelled += Math.hypot(dx, dy);
    if (travelled > SLIP) {
      view.viewer.get('canvas').scroll({ dx, dy: now.length > 1 ? dy : 0 });
      view.moved = true;
    }
    if (was.span > 0) {
      zoomBy(view, span(now) / was.span, is);
    }
  });
  view.canvas.addEventListener('pointerup', release);
  view.canvas.addEventListener('pointercancel', release);
  // A finger that moved the diagram has not tapped a step.
  view.canvas.addEventListener('click', (event) => {
    if (travelled > SLIP) {
      event.stopPropagation();
    }
    travelled = 0;
  }, true);
}
