// What the rules have found about the tables, beside them and on the lines that it is about.

import { make } from '../desk/make.js';

/** Lists the findings; each leads to its table. */
export function listFindings(view) {
  const items = view.findings.map(({ element, severity, sentence }) => {
    const jump = make('button', { type: 'button', textContent: sentence });
    jump.addEventListener('click', () => view.tabs.goTo(element));
    const item = make('li', {}, jump);
    item.dataset.severity = severity;
    return item;
  });
  view.list.setAttribute('aria-label', view.translate('Findings'));
  view.list.hidden = items.length === 0;
  view.list.replaceChildren(make('ul', { className: 'redress-found' }, ...items));
}

/** Marks the rules that something was found about. */
export function markRules(view) {
  // The corner above the numbers heads nothing.
  view.canvas.querySelectorAll('th.index-column').forEach((corner) => {
    corner.setAttribute('role', 'cell');
  });
  const found = new Set(view.findings.map(({ element }) => element));
  for (const cell of view.canvas.querySelectorAll('[data-row-id]')) {
    cell.closest('tr')?.classList.toggle('redress-marked', found.has(cell.dataset.rowId));
  }
}
