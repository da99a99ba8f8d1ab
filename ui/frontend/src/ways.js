// Which way a case goes on from a step, and whether it goes back by it.

/** Returns what comes next after an element: by its flows, into it, over its border or out of it. */
function next(registry, { id, outgoing = [], flowElements = [], $parent }) {
  const border = registry.get(id)?.attachers?.map(({ businessObject }) => businessObject) ?? [];
  const inner = flowElements.filter((each) => each.$instanceOf('bpmn:StartEvent'));
  const on = [...outgoing.map(({ targetRef }) => targetRef), ...border, ...inner];
  const isInside = $parent?.$instanceOf('bpmn:SubProcess');
  return on.length === 0 && isInside ? ($parent.outgoing ?? []).map(({ targetRef }) => targetRef) : on;
}

/** Returns how many elements lie between some elements and each that can be reached from them. */
function distances(registry, begins) {
  const found = new Map(begins.map((each) => [each.id, 0]));
  const queue = [...begins];
  for (let here = queue.shift(); here !== undefined; here = queue.shift()) {
    for (const each of next(registry, here).filter(({ id }) => !found.has(id))) {
      found.set(each.id, found.get(here.id) + 1);
      queue.push(each);
    }
  }
  return found;
}

/** Returns what tells whether the way from one step to another leads back to an earlier one. */
export function waysBack(registry) {
  const begins = registry
    .filter(({ businessObject, labelTarget }) =>
      !labelTarget && businessObject?.$instanceOf?.('bpmn:StartEvent'))
    .map(({ businessObject }) => businessObject)
    .filter(({ $parent }) => !$parent.$instanceOf('bpmn:SubProcess'));
  const fromBegin = distances(registry, begins);
  return ({ businessObject: from }, { businessObject: to }) => {
    if (from.id === to.id) {
      return true;
    }
    const isEarlier = fromBegin.get(to.id) <= fromBegin.get(from.id);
    return isEarlier && distances(registry, [from]).has(to.id);
  };
}
