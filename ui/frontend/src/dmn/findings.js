// What the rules have found about the tables, beside them and on the lines that it is about.

/** Lists the findings; each leads to its table. */
export function listFindings(view) {
  const items = view.findings.map(({ element, severity, sentence }) => {
    const item = document.createElement('li');
    item.dataset.severity = severity;
    const jump = document.createElement('button');
    jump.type = 'button';
    jump.textContent = sentence;
    jump.addEventListener('click', () => view.tabs.goTo(element));
    item.append(jump);
    return item;
  });
  const list = document.createElement('ul');
  list.className = 'redress-found';
  list.append(...items);
  view.list.setAttribute('aria-label', view.translate('Findings'));
  view.list.hidden = items.length === 0;
  view.list.replaceChildren(list);
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
