// The diagram viewer: a Streamlit component (version 2) around bpmn-js.
//
// Streamlit calls the default export at every rerun with the same parent element. What is shown is
// kept beside that element, and XML is imported only when `data.rev` changes, so that a rerun
// neither flickers nor moves what somebody looks at.

import { translator } from './desk/words.js';
import { addLegend } from './legend.js';
import { closePair, openPair, updatePair } from './pair.js';
import { closeView, openView, updateView } from './view.js';
import style from './viewer.css';
import { heightOf } from './zoom.js';

const SHOWN = new WeakMap();
const DEFAULT_HEIGHT = 420;

/** Makes the frame as high as what it shows needs, and never higher than the page wants. */
function fit({ root, view, isPair, component }) {
  const most = component.data.height ?? DEFAULT_HEIGHT;
  const beside = isPair ? 0 : root.offsetHeight - view.canvas.clientHeight;
  root.style.height = `${isPair ? most : beside + heightOf(view, most - beside)}px`;
}

function open(component) {
  const { parentElement, data } = component;
  const root = document.createElement('div');
  root.className = 'redress-frame';
  const sheet = document.createElement('style');
  sheet.textContent = style;
  root.append(sheet);
  parentElement.append(root);
  const page = {
    report: (id) => shown.component.setTriggerValue('clicked', id),
    translate: translator(data.words),
  };
  const shown = { root, component, legend: addLegend(root, page), isPair: Boolean(data.before) };
  shown.view = (shown.isPair ? openPair : openView)(root, page);
  root.style.height = `${data.height ?? DEFAULT_HEIGHT}px`;
  shown.observer = new ResizeObserver(() => fit(shown));
  shown.observer.observe(parentElement.host ?? parentElement);
  SHOWN.set(parentElement, shown);
  return shown;
}

export default function show(component) {
  const { parentElement, data } = component;
  const shown = SHOWN.get(parentElement) ?? open(component);
  shown.component = component;
  shown.legend.tell(data);
  (shown.isPair ? updatePair : updateView)(shown.view, data).then(() => fit(shown));
  return () => {
    shown.observer.disconnect();
    (shown.isPair ? closePair : closeView)(shown.view);
    shown.root.remove();
    SHOWN.delete(parentElement);
  };
}
