// What can be set on events, called processes and repeated steps.

import { amount, expression, timer } from './checks.js';

const TIMERS = [
  { value: 'timeDuration', title: 'After a time' },
  { value: 'timeDate', title: 'At a date' },
  { value: 'timeCycle', title: 'In a cycle' },
];
const REFERENCES = {
  message: {
    type: 'bpmn:Message',
    label: 'Message',
    help: 'The message by its name. Write a new name to make a new message.',
  },
  signal: {
    type: 'bpmn:Signal',
    label: 'Signal',
    help: 'Reaches everything in the same case that waits for it.',
  },
  error: {
    type: 'bpmn:Error',
    label: 'Error',
    help: 'By its code. Caught by nobody, the case stops as an incident.',
  },
  escalation: {
    type: 'bpmn:Escalation',
    label: 'Escalation',
    help: 'By its code. Goes to the nearest step around that catches it.',
  },
};

const definitionOf = (object, kind) => object.eventDefinitions?.find(
  ({ $type }) => $type.toLowerCase() === `bpmn:${kind}eventdefinition`,
);

/** A receive task, and a send task, name their message themselves. */
function holderOf(object, kind, { is }) {
  const isTask = kind === 'message' && is(object, 'bpmn:ReceiveTask');
  return isTask ? object : definitionOf(object, kind);
}

function reference(kind) {
  const { type, label, help } = REFERENCES[kind];
  const name = `${kind}Ref`;
  return {
    key: kind,
    section: 'event',
    kind: 'line',
    offers: true,
    // Half a name would make a message of its own.
    isWhole: true,
    label,
    help,
    choices: kind === 'message' ? 'messages' : undefined,
    /** What the file has already, besides what Redress itself sends. */
    more: (model) => model.roots(type).filter((root) => root.name)
      .map((root) => ({ value: root.name, title: root.name })),
    on: (object, model) => Boolean(holderOf(object, kind, model)),
    get: (object, model) => holderOf(object, kind, model)?.[name]?.name,
    set(element, value, model) {
      const holder = holderOf(model.objectOf(element), kind, model);
      model.together(() => {
        const root = value.trim() ? model.root(element, type, value.trim()) : undefined;
        model.setIn(element, holder, { [name]: root });
      });
    },
  };
}

const timerKind = (definition) => TIMERS.map(({ value }) => value)
  .find((value) => definition?.[value]) ?? 'timeDuration';

function writeTimer(element, kind, body, model) {
  const definition = definitionOf(model.objectOf(element), 'timer');
  const cleared = Object.fromEntries(TIMERS.map(({ value }) => [value, undefined]));
  // An empty expression keeps the kind that was chosen until the text is written.
  const written = model.make('bpmn:FormalExpression', definition, { body });
  model.setIn(element, definition, { ...cleared, [kind]: written });
}

const hasTimer = (object) => Boolean(definitionOf(object, 'timer'));

export const EVENT_FIELDS = [
  {
    key: 'timer-kind',
    section: 'event',
    kind: 'pick',
    required: true,
    offered: TIMERS,
    label: 'Comes',
    help: 'Cycles are for borders and event sub-processes.',
    on: hasTimer,
    get: (object) => timerKind(definitionOf(object, 'timer')),
    set(element, value, model) {
      const now = definitionOf(model.objectOf(element), 'timer');
      writeTimer(element, value, now[timerKind(now)]?.body ?? '', model);
    },
  },
  {
    key: 'timer',
    section: 'event',
    kind: 'line',
    label: 'When',
    help: 'Such as 5 working days or P28D; a date: 2027-01-31T09:00:00Z; a cycle: R3/PT1H.',
    checkOn: (object) => (value) => timer(timerKind(definitionOf(object, 'timer')), value),
    on: hasTimer,
    get: (object) => definitionOf(object, 'timer')?.[timerKind(definitionOf(object, 'timer'))]?.body,
    set(element, value, model) {
      const kind = timerKind(definitionOf(model.objectOf(element), 'timer'));
      writeTimer(element, kind, value.trim(), model);
    },
  },
  ...Object.keys(REFERENCES).map(reference),
  {
    key: 'event-condition',
    section: 'event',
    kind: 'area',
    rows: 2,
    label: 'Condition',
    help: 'Asked after every step, such as: amount > 500.',
    check: expression,
    on: (object) => Boolean(definitionOf(object, 'conditional')),
    get: (object) => definitionOf(object, 'conditional')?.condition?.body,
    set(element, value, { setIn, objectOf, expression: written }) {
      const definition = definitionOf(objectOf(element), 'conditional');
      setIn(element, definition, { condition: written(definition, value.trim()) });
    },
  },
  {
    key: 'link',
    section: 'event',
    kind: 'line',
    label: 'Link',
    help: 'The case goes on where a catching link has the same name.',
    on: (object) => Boolean(definitionOf(object, 'link')),
    get: (object) => definitionOf(object, 'link')?.name,
    set(element, value, { setIn, objectOf }) {
      setIn(element, definitionOf(objectOf(element), 'link'), { name: value.trim() || undefined });
    },
  },
  {
    key: 'interrupts',
    section: 'event',
    kind: 'toggle',
    label: 'Ends the work it sits on',
    help: 'Off: the work goes on beside what comes after this event.',
    on: (object, { is }) => is(object, 'bpmn:BoundaryEvent'),
    get: (object) => object.cancelActivity !== false,
    set: (element, value, { set }) => set(element, { cancelActivity: value }),
  },
];

export const CALLED = {
  key: 'called',
  section: 'automatic',
  kind: 'line',
  offers: true,
  choices: 'processes',
  label: 'Called process',
  help: 'The id of the process that is run inside this step.',
  on: (object, { is }) => is(object, 'bpmn:CallActivity'),
  get: (object) => object.calledElement,
  set: (element, value, { set }) => set(element, { calledElement: value.trim() || undefined }),
};

const LOOPS = [
  { value: 'parallel', title: 'Several times at once' },
  { value: 'sequential', title: 'Several times, one after another' },
  { value: 'standard', title: 'Again while a condition holds' },
];

function loopKind(object) {
  const loop = object.loopCharacteristics;
  if (!loop) {
    return '';
  }
  const isStandard = loop.$type === 'bpmn:StandardLoopCharacteristics';
  return isStandard ? 'standard' : loop.isSequential ? 'sequential' : 'parallel';
}

function makeLoop(object, value, make) {
  if (!value) {
    return undefined;
  }
  return value === 'standard'
    ? make('bpmn:StandardLoopCharacteristics', object)
    : make('bpmn:MultiInstanceLoopCharacteristics', object, { isSequential: value === 'sequential' });
}

function inLoop(key, kind, told) {
  return {
    key: `loop-${key}`,
    section: 'repeat',
    kind: 'line',
    ...told,
    on: (object) => (kind === 'standard' ? ['standard'] : ['parallel', 'sequential'])
      .includes(loopKind(object)),
    get: (object) => object.loopCharacteristics?.[key]?.body,
    set(element, value, { setIn, objectOf, expression: written }) {
      const loop = objectOf(element).loopCharacteristics;
      setIn(element, loop, { [key]: written(loop, value.trim()) });
    },
  };
}

export const LOOP_FIELDS = [
  {
    key: 'loop',
    section: 'repeat',
    kind: 'pick',
    offered: LOOPS,
    none: 'Once',
    label: 'It is done',
    help: 'At most 1,000 times; loopCounter counts them.',
    on: (object, { is }) => is(object, 'bpmn:Activity') && !object.triggeredByEvent,
    get: loopKind,
    set(element, value, { set, objectOf, make }) {
      set(element, { loopCharacteristics: makeLoop(objectOf(element), value, make) });
    },
  },
  inLoop('loopCardinality', 'several', {
    label: 'How often',
    help: 'A number, or an expression that gives one.',
    check: amount,
  }),
  inLoop('completionCondition', 'several', {
    label: 'Enough when',
    help: 'Ends the others when it holds; may be left out.',
    check: expression,
  }),
  inLoop('loopCondition', 'standard', {
    label: 'Again while',
    help: 'Such as: answer == "unclear".',
    check: expression,
  }),
  {
    key: 'loop-maximum',
    section: 'repeat',
    kind: 'line',
    label: 'At most',
    help: 'How many turns it may take; may be left out.',
    check: amount,
    on: (object) => loopKind(object) === 'standard',
    get: (object) => object.loopCharacteristics?.loopMaximum?.toString(),
    set(element, value, { setIn, objectOf }) {
      const number = /^\d+$/.test(value.trim()) ? Number(value) : undefined;
      setIn(element, objectOf(element).loopCharacteristics, { loopMaximum: number });
    },
  },
  {
    key: 'loop-before',
    section: 'repeat',
    kind: 'toggle',
    label: 'Ask before the first turn',
    help: 'It may then not be done at all.',
    on: (object) => loopKind(object) === 'standard',
    get: (object) => object.loopCharacteristics?.testBefore,
    set(element, value, { setIn, objectOf }) {
      setIn(element, objectOf(element).loopCharacteristics, { testBefore: value });
    },
  },
];
