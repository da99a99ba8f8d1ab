// The diagram in words, for those who do not see it.

import { describe, remarks } from './marks.js';

const ACTIVITY = 'bpmn:Activity';
const FLOW_ELEMENT = 'bpmn:FlowElement';

function stateOf(id, { current = [], done = [] }) {
  if (current.includes(id)) {
    return 'waiting now';
  }
  return done.includes(id) ? 'done' : 'not reached';
}

function sentence({ id, name = '', $type }, data, remark, translate) {
  const parts = [];
  if (data.current?.length || data.done?.length) {
    parts.push(translate(stateOf(id, data)));
  }
  if (data.counts?.[id]) {
    parts.push(describe(data.counts[id], translate));
  }
  if (remark) {
    parts.push(remark);
  }
  const label = name || `${$type.replace('bpmn:', '')} ${id}`;
  return parts.length ? `${label}: ${parts.join(', ')}` : label;
}

function place({ x, y, waypoints }) {
  const from = waypoints?.[0] ?? { x, y };
  return 1e6 * from.x + from.y;
}

/** Lists the steps, and whatever else has a remark, from left to right. */
export function listSteps(view, data) {
  const remarked = remarks(data, view.translate);
  const steps = view.viewer
    .get('elementRegistry')
    .filter(({ businessObject, labelTarget }) =>
      !labelTarget && (
        (businessObject?.name && businessObject.$instanceOf(ACTIVITY))
        || (remarked[businessObject?.id] && businessObject.$instanceOf(FLOW_ELEMENT))
      ))
    .sort((one, other) => place(one) - place(other));
  view.steps.replaceChildren(...steps.map(({ businessObject }) => {
    const item = document.createElement('li');
    item.textContent = sentence(businessObject, data, remarked[businessObject.id], view.translate);
    return item;
  }));
}
