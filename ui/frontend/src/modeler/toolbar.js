// Buttons above the drawing, and whether it is saved.

import { make } from '../desk/make.js';
import { showAll } from './sight.js';

function simulate(view) {
  view.panel.flush();
  view.modeler.get('toggleMode').toggleMode();
}

/** The search closes at any click outside it, thus at this one; it is opened after that. */
function search({ modeler }) {
  const pad = modeler.get('searchPad');
  if (!pad.isOpen()) {
    setTimeout(() => pad.open());
  }
}

const isFull = ({ root }) => root.getRootNode().fullscreenElement === root;

function fullScreen(view) {
  return isFull(view) ? document.exitFullscreen() : view.root.requestFullscreen();
}

const BUTTONS = [
  ['Undo', '\u21b6', 'Ctrl+Z', ({ modeler }) => modeler.get('commandStack').undo()],
  ['Redo', '\u21b7', 'Ctrl+Y', ({ modeler }) => modeler.get('commandStack').redo()],
  null,
  ['Smaller', '\u2212', '', ({ modeler }) => modeler.get('zoomScroll').stepZoom(-1)],
  ['Larger', '+', '', ({ modeler }) => modeler.get('zoomScroll').stepZoom(1)],
  ['Show all', 'All', '', showAll],
  null,
  ['Search', 'Search', 'Ctrl+F', search],
  ['Map', 'Map', '', ({ modeler }) => modeler.get('minimap').toggle()],
  ['Play tokens', 'Play', '', simulate],
  ['Full screen', 'Full screen', '', fullScreen],
  ['Properties', 'Properties', '', ({ panel }) => panel.toggle()],
];

/** Returns the buttons, and beside them whether what is drawn is saved. */
export function toolbarOf(view) {
  const bar = make('div', { className: 'redress-bar' });
  bar.setAttribute('role', 'toolbar');
  bar.setAttribute('aria-label', view.translate('Drawing'));
  const buttons = new Map();
  for (const told of BUTTONS) {
    if (told === null) {
      bar.append(make('span', { className: 'redress-gap' }));
      continue;
    }
    const [name, label, keys, act] = told;
    const title = view.translate(name);
    const button = make('button', { type: 'button', textContent: label === name ? title : view.translate(label) });
    button.title = keys ? `${title} (${keys})` : title;
    button.setAttribute('aria-label', title);
    button.addEventListener('click', () => act(view));
    buttons.set(name, button);
    bar.append(button);
  }
  bar.append(view.desk.state);
  view.modeler.on(['commandStack.changed', 'import.done'], () => {
    const stack = view.modeler.get('commandStack');
    buttons.get('Undo').disabled = !stack.canUndo();
    buttons.get('Redo').disabled = !stack.canRedo();
  });
  view.modeler.on('tokenSimulation.toggleMode', ({ active }) => {
    buttons.get('Play tokens').setAttribute('aria-pressed', String(active));
    view.root.classList.toggle('redress-plays', active);
  });
  buttons.get('Full screen').hidden = !document.fullscreenEnabled;
  view.root.addEventListener('fullscreenchange', () => {
    buttons.get('Full screen').setAttribute('aria-pressed', String(isFull(view)));
  });
  view.panel.toggled = (isShown) => buttons.get('Properties').setAttribute('aria-pressed', String(isShown));
  view.panel.toggle(!view.isNarrow);
  return bar;
}
