// The editor of decision tables: a Streamlit component (version 2) around dmn-js.
//
// It lives as the diagram editor does: read when `data.rev` changes, sent as the state `edited`.

import Modeler from 'dmn-js/lib/Modeler';
import icons from 'dmn-js/dist/assets/dmn-font/font/dmn.woff2';

import { componentOf, Desk } from './desk/desk.js';
import { make } from './desk/make.js';
import { retell, TABLES } from './desk/retold.js';
import style from './dmn/dmn.css';
import { listFindings, markRules } from './dmn/findings.js';
import { viewsOf } from './dmn/views.js';

const FONT = 'redress-dmn-font';

/** A font face is heard only from the document, not from inside a shadow root. */
function loadFont() {
  if (document.getElementById(FONT) === null) {
    document.head.append(make('style', {
      id: FONT, textContent: `@font-face{font-family:"dmn";src:url(${icons}) format("woff2")}`,
    }));
  }
}

function fill(view, component) {
  const { translate } = view;
  loadFont();
  view.list = make('aside', { className: 'redress-list' });
  view.main.append(view.list);
  const words = { additionalModules: [{ translate: ['value', translate] }] };
  view.modeler = new Modeler({
    container: view.canvas,
    drd: words,
    decisionTable: words,
    literalExpression: words,
    boxedExpression: words,
  });
  retell(view.canvas, TABLES, translate, component.data.words);
  view.desk = new Desk(component, translate, editorOf(view));
  view.tabs = viewsOf(view);
  const bar = make('div', { className: 'redress-bar' }, ...view.tabs.nodes, view.desk.state);
  view.main.before(bar, view.desk.notice);
  watch(view);
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

function decorate(view) {
  listFindings(view);
  markRules(view);
}

export default componentOf({
  kind: 'redress-tables',
  style,
  height: 560,
  alt: 'Decision tables',
  fill,
  decorate,
  goTo: ({ tabs }, id) => tabs.goTo(id),
});
