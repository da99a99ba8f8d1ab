// The diagram editor: a Streamlit component (version 2) around the modeler of bpmn-js.
//
// The editor is kept beside its place on the page, and a diagram is read only when `data.rev`
// changes: a rerun neither moves what is seen nor touches undo. What is drawn goes to Python as
// the state `edited`.

import Modeler from 'bpmn-js/lib/Modeler';
import tokenSimulation from 'bpmn-js-token-simulation';
import minimap from 'diagram-js-minimap';

import { componentOf, Desk } from './desk/desk.js';
import { retell, SIMULATION } from './desk/retold.js';
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

function fill(view, component) {
  const { translate } = view;
  loadFonts();
  view.modeler = new Modeler({
    container: view.canvas,
    moddleExtensions: { redress },
    minimap: { open: false },
    additionalModules: [
      carry, togetherModule, minimap, tokenSimulation, templates,
      { translate: ['value', translate] },
    ],
  });
  view.choices = component.data.choices ?? {};
  view.findingsOf = (id) => view.findings.filter(({ element }) => element && element === id);
  retell(view.canvas, SIMULATION, translate, component.data.words);
  view.desk = new Desk(component, translate, editorOf(view));
  view.panel = new Panel(view);
  view.main.append(view.panel.root);
  view.main.before(toolbarOf(view), view.desk.notice);
  view.modeler.on('commandStack.changed', () => {
    view.desk.touched();
  });
  view.resized = () => resized(view);
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
  markFindings(view);
  view.panel.draw();
}

export default componentOf({
  kind: 'redress-diagram',
  style,
  height: 680,
  alt: 'Diagram editor',
  fill,
  decorate,
  goTo: ({ modeler }, id) => goTo(modeler, id),
});
