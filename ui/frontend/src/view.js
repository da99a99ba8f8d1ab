// One diagram in its frame, with buttons above it and its steps in words below.

import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';

import { keepApart, spread } from './badges.js';
import { addControls } from './controls.js';
import { keepLoops } from './loops.js';
import { decorate } from './marks.js';
import redress from './redress-moddle.json';
import { listSteps } from './steps.js';
import { followFingers } from './touch.js';
import { followSize, showElement, showFirst } from './zoom.js';

function build() {
  const root = document.createElement('section');
  root.className = 'redress-viewer';
  const canvas = document.createElement('div');
  canvas.className = 'redress-canvas';
  const steps = document.createElement('ul');
  steps.className = 'redress-steps';
  root.append(canvas, steps);
  // Not role="img": the watermark inside is a link, and an image must not hold one.
  root.setAttribute('role', 'region');
  return { root, canvas, steps };
}

/** Puts an empty frame into a place of the page; `report` learns which step is clicked. */
export function openView(place, { report, translate }, canvas = {}) {
  const parts = build();
  place.append(parts.root);
  const viewer = new NavigatedViewer({
    container: parts.canvas,
    canvas,
    moddleExtensions: { redress },
  });
  const view = {
    ...parts, viewer, translate, rev: null, marked: [], moved: false, queue: Promise.resolve(),
  };
  // A page is scrolled past the diagram more often than the diagram is zoomed.
  viewer.get('zoomScroll').toggle(false);
  viewer.on('element.click', ({ element }) => tell(element, report));
  view.stopFollowing = followSize(view);
  addControls(view);
  keepApart(view);
  keepLoops(view);
  followFingers(view);
  return view;
}

/** Lanes, pools and flows are not steps. */
function tell({ businessObject }, report) {
  if (businessObject?.$instanceOf?.('bpmn:FlowNode')) {
    report(businessObject.id);
  }
}

async function load(view, { xml, rev }) {
  if (view.rev === rev) {
    return;
  }
  const { warnings } = await view.viewer.importXML(xml);
  view.rev = rev;
  view.marked = [];
  view.root.dataset.warnings = JSON.stringify(warnings.map(({ message }) => message));
  view.moved = false;
}

async function update(view, data) {
  const isNew = view.rev !== data.rev;
  await load(view, data);
  view.data = data;
  decorate(view, data);
  if (isNew || (data.loops && !view.moved)) {
    showFirst(view);
  }
  spread(view);
  follow(view, data.focus);
  listSteps(view, data);
  view.root.dataset.rev = data.rev;
}

/** Goes to an element once for each time that Python asks for it. */
function follow(view, focus) {
  if (focus && focus.n !== view.followed) {
    view.followed = focus.n;
    if (showElement(view, focus.id)) {
      view.root.scrollIntoView({ block: 'nearest' });
    }
  }
}

function explain(view, error) {
  // A viewer that failed keeps no revision, so that the next rerun tries again.
  view.rev = null;
  view.root.dataset.error = error.message;
  view.steps.replaceChildren();
  const notice = document.createElement('li');
  notice.textContent = view.translate('This diagram cannot be shown: {reason}', { reason: error.message });
  view.steps.append(notice);
}

/** Brings the frame up to what Python says; one after the other, however fast it speaks. */
export function updateView(view, data) {
  view.root.setAttribute('aria-label', data.alt);
  delete view.root.dataset.error;
  view.queue = view.queue
    .then(() => update(view, data))
    .catch((error) => explain(view, error));
  return view.queue;
}

export function closeView(view) {
  view.stopFollowing();
  view.viewer.destroy();
  view.root.remove();
}
