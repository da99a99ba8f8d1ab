// The diagram viewer: a Streamlit component (version 2) around bpmn-js.
//
// Streamlit calls the default export at every rerun with the same parent element. The viewer is
// kept beside that element, and XML is imported only when `data.rev` changes, so that a rerun
// neither flickers nor moves what somebody looks at.

import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';

import { keepApart, spread } from './badges.js';
import { addControls } from './controls.js';
import { decorate } from './marks.js';
import redress from './redress-moddle.json';
import { listSteps } from './steps.js';
import { followFingers } from './touch.js';
import style from './viewer.css';
import { followSize, showFirst } from './zoom.js';

const VIEWS = new WeakMap();
const DEFAULT_HEIGHT = 420;

function build() {
  const root = document.createElement('section');
  root.className = 'redress-viewer';
  const sheet = document.createElement('style');
  sheet.textContent = style;
  const canvas = document.createElement('div');
  canvas.className = 'redress-canvas';
  const steps = document.createElement('ul');
  steps.className = 'redress-steps';
  root.append(sheet, canvas, steps);
  // Not role="img": the watermark inside is a link, and an image must not hold one.
  root.setAttribute('role', 'region');
  return { root, canvas, steps };
}

function open(parentElement) {
  const parts = build();
  parentElement.append(parts.root);
  const viewer = new NavigatedViewer({
    container: parts.canvas,
    moddleExtensions: { redress },
  });
  const view = { ...parts, viewer, rev: null, marked: [], moved: false, queue: Promise.resolve() };
  // A page is scrolled past the diagram more often than the diagram is zoomed.
  viewer.get('zoomScroll').toggle(false);
  viewer.on('element.click', ({ element }) => report(view, element));
  view.stopFollowing = followSize(view);
  addControls(view);
  keepApart(view);
  followFingers(view);
  VIEWS.set(parentElement, view);
  return view;
}

/** Tells Python which step was clicked; lanes, pools and flows are not steps. */
function report(view, element) {
  const { businessObject } = element;
  if (businessObject?.$instanceOf?.('bpmn:FlowNode')) {
    view.component.setTriggerValue('clicked', businessObject.id);
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
  if (isNew) {
    showFirst(view);
  }
  decorate(view, data);
  spread(view);
  listSteps(view, data);
  view.root.dataset.rev = data.rev;
}

function explain(view, error) {
  // A viewer that failed keeps no revision, so that the next rerun tries again.
  view.rev = null;
  view.root.dataset.error = error.message;
  view.steps.replaceChildren();
  const notice = document.createElement('li');
  notice.textContent = `This diagram cannot be shown: ${error.message}`;
  view.steps.append(notice);
}

export default function show(component) {
  const { parentElement, data } = component;
  const view = VIEWS.get(parentElement) ?? open(parentElement);
  view.component = component;
  view.root.style.height = `${data.height ?? DEFAULT_HEIGHT}px`;
  view.root.setAttribute('aria-label', data.alt);
  delete view.root.dataset.error;
  view.queue = view.queue
    .then(() => update(view, data))
    .catch((error) => explain(view, error));
  return () => {
    view.stopFollowing();
    view.viewer.destroy();
    view.root.remove();
    VIEWS.delete(parentElement);
  };
}
