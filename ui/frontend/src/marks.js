// What is drawn on top of the diagram: where the case stands, where it has been, how many wait.

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
export function describe({ n, late = 0 }) {
  const waiting = n === 1 ? '1 case waits' : `${n} cases wait`;
  return late > 0 ? `${waiting}, ${late} late` : waiting;
}

function badge(view, id, count) {
  if (view.viewer.get('elementRegistry').get(id) === undefined) {
    return;
  }
  const label = document.createElement('span');
  label.className = 'redress-badge';
  label.textContent = count.n;
  label.title = describe(count);
  if (count.late > 0) {
    const late = document.createElement('strong');
    late.textContent = `${count.late} late`;
    label.append(late);
  }
  view.viewer.get('overlays').add(id, 'redress', {
    position: { top: 0, right: 0 },
    // Figures stay readable when the whole diagram is small.
    scale: { min: 0.85, max: 1.2 },
    html: label,
  });
}

export function decorate(view, { current = [], done = [], counts = {} }) {
  clear(view);
  const here = new Set(current);
  done.filter((id) => !here.has(id)).forEach((id) => mark(view, id, 'redress-done'));
  current.forEach((id) => mark(view, id, 'redress-current'));
  Object.entries(counts).forEach(([id, count]) => badge(view, id, count));
  view.root.classList.toggle('redress-has-current', current.length > 0);
}
