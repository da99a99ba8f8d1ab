// The diagram in words, for those who do not see it.

import { describe } from './marks.js';

const ACTIVITY = 'bpmn:Activity';

function stateOf(id, { current = [], done = [] }) {
  if (current.includes(id)) {
    return 'waiting now';
  }
  return done.includes(id) ? 'done' : 'not reached';
}

function sentence({ id, name }, data) {
  const parts = [];
  if (data.current?.length || data.done?.length) {
    parts.push(stateOf(id, data));
  }
  if (data.counts?.[id]) {
    parts.push(describe(data.counts[id]));
  }
  return parts.length ? `${name}: ${parts.join(', ')}` : name;
}

/** Lists the steps from left to right. */
export function listSteps(view, data) {
  const steps = view.viewer
    .get('elementRegistry')
    .filter(({ businessObject, labelTarget }) =>
      !labelTarget && businessObject?.name && businessObject.$instanceOf(ACTIVITY))
    .sort((one, other) => one.x - other.x || one.y - other.y);
  view.steps.replaceChildren(...steps.map(({ businessObject }) => {
    const item = document.createElement('li');
    item.textContent = sentence(businessObject, data);
    return item;
  }));
}
