// The diagram editor: a Streamlit component (version 2) around the modeler of bpmn-js.
//
// The editor is kept beside its place on the page, and a diagram is read only when `data.rev`
// changes: a rerun neither moves what is seen nor touches undo. What is drawn goes to Python as
// the state `edited`.

import Modeler from 'bpmn-js/lib/Modeler';
import tokenSimulation from 'bpmn-js-token-simulation';
import minimap from 'diagram-js-minimap';

import { Desk } from './desk/desk.js';
import { translator } from './desk/words.js';
import carry from './modeler/carry.js';
import { goTo, markFindings } from './modeler/findings.js';
import { loadFonts } from './modeler/fonts.js';
import { togetherModule } from './modeler/model.js';
import style from './modeler/modeler.css';
import { Panel } from './modeler/panel.js';
import { showFirst } from './modeler/sight.js';
import templates from './modeler/templates.js';
import { toolbarOf } from './modeler/toolbar.js';
import redress from './redress-moddle.json';

const VIEWS = new WeakMap();
const DEFAULT_HEIGHT = 680;
const NARROW = 760;

function frame() {
  const root = document.createElement('section');
  root.className = 'redress-editor';
  root.setAttribute('role', 'region');
  const sheet = document.createElement('style');
  sheet.textContent = style;
  const main = document.createElement('div');
  main.className = 'redress-main';
  const canvas = document.createElement('div');
  canvas.className = 'redress-canvas';
  main.append(canvas);
  root.append(sheet);
  return { root, main, canvas };
}

function open(component) {
  const { parentElement, data } = component;
  loadFonts();
  const translate = translator(data.words);
  const parts = frame();
  const modeler = new Modeler({
    container: parts.canvas,
    moddleExtensions: { redress },
    minimap: { open: false },
    additionalModules: [
      carry, togetherModule, minimap, tokenSimulation, templates,
      { translate: ['value', translate] },
    ],
  });
  const view = {
    ...parts, modeler, translate, findings: [], choices: data.choices ?? {}, followed: null,
    findingsOf: (id) => view.findings.filter(({ element }) => element && element === id),
  };
  view.desk = new Desk(component, translate, editorOf(view));
  view.panel = new Panel(view);
  view.main.append(view.panel.root);
  view.root.append(toolbarOf(view), view.desk.notice, view.main);
  parentElement.append(view.root);
  view.root.classList.toggle('redress-without-panel', view.root.clientWidth < NARROW);
  modeler.on('commandStack.changed', () => {
    view.desk.touched();
  });
  view.observer = new ResizeObserver(() => resized(view));
  view.observer.observe(view.canvas);
  VIEWS.set(parentElement, view);
  return view;
}

function editorOf(view) {
  return {
    async read(xml) {
      const { warnings } = await view.modeler.importXML(xml);
      return warnings.map(({ message }) => message);
    },
    async write() {
      const { xml } = await view.modeler.saveXML({ format: true });
      return xml;
    },
    shown() {
      view.isFitted = false;
      fitOnce(view);
    },
    flush: () => view.panel.flush(),
  };
}

function resized(view) {
  if (view.canvas.clientWidth > 0 && view.desk.rev !== null) {
    view.modeler.get('canvas').resized();
    fitOnce(view);
  }
}

/** Shows the whole diagram as soon as there is room for it. */
function fitOnce(view) {
  if (!view.isFitted && view.canvas.clientWidth > 0 && view.canvas.clientHeight > 0) {
    showFirst(view);
    view.isFitted = true;
  }
}

function decorate(view, data) {
  view.choices = data.choices ?? {};
  view.findings = data.findings ?? [];
  markFindings(view);
  view.panel.draw();
  if (data.focus && data.focus.n !== view.followed) {
    view.followed = data.focus.n;
    goTo(view.modeler, data.focus.id);
  }
  view.root.dataset.warnings = JSON.stringify(view.desk.warnings);
  view.root.dataset.rev = data.rev;
}

async function close(view, parentElement) {
  VIEWS.delete(parentElement);
  view.observer.disconnect();
  const closing = view.desk.close();
  view.root.remove();
  await closing;
  view.modeler.destroy();
}

export default function edit(component) {
  const { parentElement, data } = component;
  const view = VIEWS.get(parentElement) ?? open(component);
  view.root.style.height = `${data.height ?? DEFAULT_HEIGHT}px`;
  view.root.setAttribute('aria-label', data.alt ?? view.translate('Diagram editor'));
  view.desk.follow(component, () => decorate(view, data)).then(() => {
    if (view.desk.rev === null) {
      view.root.dataset.error = view.desk.error;
    } else {
      delete view.root.dataset.error;
    }
  });
  return () => close(view, parentElement);
}
