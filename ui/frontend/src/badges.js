// Badges keep out of each other's way, however small the diagram is.

const FAR = 0.2;
const GAP = 2;

/** Tidies the badges whenever another part of the diagram is seen. */
export function keepApart(view) {
  view.viewer.on('canvas.viewbox.changed', () => {
    // Nothing is returned: a returned value would keep the event from whoever listens next.
    requestAnimationFrame(() => spread(view));
  });
}

/** From afar a badge says one number; where two would overlap, the lower one moves down. */
export function spread(view) {
  if (view.rev === null) {
    return;
  }
  view.root.classList.toggle('redress-far', view.viewer.get('canvas').zoom() < FAR);
  const badges = [...view.canvas.querySelectorAll('.redress-badge')];
  badges.forEach((badge) => badge.style.removeProperty('--redress-down'));
  const boxes = badges
    .map((badge) => ({ badge, box: badge.getBoundingClientRect() }))
    .filter(({ box }) => box.height > 0)
    .sort((one, other) => one.box.top - other.box.top || one.box.left - other.box.left);
  const placed = [];
  for (const { badge, box } of boxes) {
    const free = lowered(box, placed);
    placed.push(free);
    const scale = badge.offsetHeight / box.height;
    badge.style.setProperty('--redress-down', `${(free.top - box.top) * scale}px`);
  }
}

function lowered({ left, right, top, bottom }, placed) {
  const height = bottom - top;
  let at = top;
  const hit = () => placed.find((other) =>
    left < other.right + GAP && right + GAP > other.left
    && at < other.bottom + GAP && at + height + GAP > other.top);
  for (let other = hit(); other !== undefined; other = hit()) {
    at = other.bottom + GAP;
  }
  return { left, right, top: at, bottom: at + height };
}
