// The editor of decision tables: a Streamlit component (version 2) around dmn-js.
//
// It lives as the diagram editor does: read when `data.rev` changes, sent as the state `edited`.

import Modeler from 'dmn-js/lib/Modeler';
import icons from 'dmn-js/dist/assets/dmn-font/font/dmn.woff2';

import { Desk } from './desk/desk.js';
import { translator } from './desk/words.js';
import style from './dmn/dmn.css';
import { listFindings, markRules } from './dmn/findings.js';
import { viewsOf } from './dmn/views.js';

const VIEWS = new WeakMap();
const FONT = 'redress-dmn-font';
const DEFAULT_HEIGHT = 560;

function make(tag, className) {
  const node = document.createElement(tag);
  node.className = className;
  return node;
}

/** A font face is heard only from the document, not from inside a shadow root. */
function loadFont() {
  if (document.getElementById(FONT) === null) {
    const sheet = document.createElement('style');
    sheet.id = FONT;
    sheet.textContent = `@font-face{font-family:"dmn";src:url(${icons}) format("woff2")}`;
    document.head.append(sheet);
  }
}

function open(component) {
  const { parentElement, data } = component;
  loadFont();
  const translate = translator(data.words);
  const root = make('section', 'redress-editor redress-tables');
  root.setAttribute('role', 'region');
  const sheet = document.createElement('style');
  sheet.textContent = style;
  const bar = make('div', 'redress-bar');
  const main = make('div', 'redress-main');
  const canvas = make('div', 'redress-canvas');
  const list = make('aside', 'redress-list');
  main.append(canvas, list);
  const words = { additionalModules: [{ translate: ['value', translate] }] };
  const modeler = new Modeler({
    container: canvas,
    drd: words,
    decisionTable: words,
    literalExpression: words,
    boxedExpression: words,
  });
  const view = { root, bar, canvas, list, modeler, translate, followed: null, findings: [] };
  view.desk = new Desk(component, translate, editorOf(view));
  view.tabs = viewsOf(view);
  bar.append(...view.tabs.nodes, view.desk.state);
  root.append(sheet, bar, view.desk.notice, main);
  parentElement.append(root);
  watch(view);
  VIEWS.set(parentElement, view);
  return view;
}

/** Listens to every view that is opened; each has an undo of its own. */
function watch(view) {
  const heard = new WeakSet();
  view.modeler.on('views.changed', () => {
    const viewer = view.modeler.getActiveViewer();
    if (viewer && !heard.has(viewer)) {
      heard.add(viewer);
      viewer.on('commandStack.changed', () => {
        view.desk.touched();
        view.tabs.draw();
      });
    }
    view.tabs.draw();
    markRules(view);
  });
}

function editorOf(view) {
  return {
    async read(xml) {
      const { warnings } = await view.modeler.importXML(xml, { open: false });
      const views = view.modeler.getViews();
      const first = views.find(({ type }) => type === 'decisionTable') ?? views[0];
      if (first) {
        await view.modeler.open(first);
      }
      return warnings.map(({ message }) => message);
    },
    async write() {
      const { xml } = await view.modeler.saveXML({ format: true });
      return xml;
    },
    shown: () => view.tabs.draw(),
    // A cell takes over what is typed when it is left.
    flush: () => view.root.getRootNode().activeElement?.blur?.(),
  };
}

async function decorate(view, data) {
  view.findings = data.findings ?? [];
  listFindings(view);
  markRules(view);
  if (data.focus && data.focus.n !== view.followed) {
    view.followed = data.focus.n;
    await view.tabs.goTo(data.focus.id);
  }
  view.root.dataset.warnings = JSON.stringify(view.desk.warnings);
  view.root.dataset.rev = data.rev;
}

async function close(view, parentElement) {
  VIEWS.delete(parentElement);
  const closing = view.desk.close();
  view.root.remove();
  await closing;
  view.modeler.destroy();
}

export default function edit(component) {
  const { parentElement, data } = component;
  const view = VIEWS.get(parentElement) ?? open(component);
  view.root.style.height = `${data.height ?? DEFAULT_HEIGHT}px`;
  view.root.setAttribute('aria-label', data.alt ?? view.translate('Decision tables'));
  view.desk.follow(component, () => decorate(view, data)).then(() => {
    if (view.desk.rev === null) {
      view.root.dataset.error = view.desk.error;
    } else {
      delete view.root.dataset.error;
    }
  });
  return () => close(view, parentElement);
}
