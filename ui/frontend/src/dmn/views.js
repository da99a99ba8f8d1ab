// The tables of a file, one button each, and undo.

import { make } from '../desk/make.js';

function button(label, act) {
  const node = make('button', { type: 'button', textContent: label });
  node.addEventListener('click', act);
  return node;
}

function labelOf({ type, name, element }, translate) {
  return type === 'drd' ? translate('How they depend') : name || element.id;
}

/** Tells whether a decision holds what is meant: it has the id, or one of its parts has. */
function holds(element, id) {
  const parts = element.decisionLogic;
  const all = [element, parts, ...(parts?.input ?? []), ...(parts?.output ?? []), ...(parts?.rule ?? [])];
  return all.some((part) => part?.id === id);
}

/** Returns the buttons, and how they follow what is shown. */
export function viewsOf(view) {
  const { modeler, translate } = view;
  const tabs = make('span', { className: 'redress-views' });
  const stack = () => modeler.getActiveViewer()?.get('commandStack', false);
  const undo = button('\u21b6', () => stack()?.undo());
  const redo = button('\u21b7', () => stack()?.redo());
  [[undo, 'Undo'], [redo, 'Redo']].forEach(([node, name]) => {
    node.title = translate(name);
    node.setAttribute('aria-label', translate(name));
  });

  function draw() {
    const shown = modeler.getActiveView();
    const views = modeler.getViews();
    const tables = views.filter(({ type }) => type !== 'drd');
    const hasDrawing = Boolean(modeler.getDefinitions()?.dmnDI);
    const listed = views.filter(({ type }) => type !== 'drd' || (hasDrawing && tables.length > 1));
    tabs.replaceChildren(...listed.map((each) => {
      const node = button(labelOf(each, translate), () => modeler.open(each));
      node.setAttribute('aria-pressed', String(each.element === shown?.element));
      return node;
    }));
    undo.disabled = !stack()?.canUndo();
    redo.disabled = !stack()?.canRedo();
  }

  async function goTo(id) {
    const found = modeler.getViews().find(({ type, element }) => type !== 'drd' && holds(element, id));
    if (found) {
      await modeler.open(found);
      const part = view.canvas.querySelector(`[data-row-id="${CSS.escape(id)}"], [data-col-id="${CSS.escape(id)}"], [data-element-id="${CSS.escape(id)}"]`);
      part?.scrollIntoView({ block: 'center', inline: 'center' });
      part?.closest('tr')?.classList.add('redress-sought');
      setTimeout(() => part?.closest('tr')?.classList.remove('redress-sought'), 2500);
    }
  }

  const gap = make('span', { className: 'redress-gap' });
  return { nodes: [undo, redo, gap, tabs], draw, goTo };
}
