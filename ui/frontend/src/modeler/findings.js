// What the rules have found, marked on the elements that it is about.

const SIGNS = { blocking: '!', rewritten: '\u21bb', advice: 'i' };
const ORDER = ['blocking', 'rewritten', 'advice'];

function worst(found) {
  return ORDER.find((severity) => found.some((each) => each.severity === severity)) ?? 'advice';
}

function positionOf({ waypoints }) {
  if (!waypoints) {
    return { top: -9, right: 9 };
  }
  const [left, top] = ['x', 'y'].map((axis) => Math.min(...waypoints.map((point) => point[axis])));
  const [one, other] = [Math.floor, Math.ceil]
    .map((round) => waypoints[round((waypoints.length - 1) / 2)]);
  return { left: (one.x + other.x) / 2 - left - 9, top: (one.y + other.y) / 2 - top - 9 };
}

/** Marks every element that something was found about. */
export function markFindings({ modeler, findings, translate }) {
  const overlays = modeler.get('overlays');
  overlays.remove({ type: 'redress-finding' });
  const byElement = Map.groupBy
    ? Map.groupBy(findings, ({ element }) => element) : grouped(findings);
  for (const [id, found] of byElement) {
    const element = modeler.get('elementRegistry').get(id);
    if (!id || element === undefined || !element.parent) {
      continue;
    }
    const severity = worst(found);
    const mark = document.createElement('button');
    mark.type = 'button';
    mark.className = `redress-finding redress-finding-${severity}`;
    mark.textContent = SIGNS[severity] ?? SIGNS.advice;
    mark.title = found.map(({ sentence }) => sentence).join('\n');
    mark.setAttribute('aria-label', translate('Findings: {n}', { n: found.length }));
    mark.addEventListener('click', () => modeler.get('selection').select(element));
    overlays.add(id, 'redress-finding', { position: positionOf(element), html: mark, scale: { min: 0.8, max: 1.2 } });
  }
}

function grouped(findings) {
  const groups = new Map();
  findings.forEach((each) => groups.set(each.element, [...(groups.get(each.element) ?? []), each]));
  return groups;
}

/** Selects an element and brings it into sight, wherever it is drawn. */
export function goTo(modeler, id) {
  const canvas = modeler.get('canvas');
  const element = modeler.get('elementRegistry').get(id);
  if (element === undefined || !element.parent) {
    modeler.get('selection').select([]);
    return;
  }
  canvas.setRootElement(canvas.findRoot(element) ?? canvas.getRootElement());
  if (canvas.zoom() < 0.6) {
    canvas.zoom(0.8);
  }
  canvas.scrollToElement(element, { top: 80, bottom: 80, left: 120, right: 80 });
  modeler.get('selection').select(element);
}
