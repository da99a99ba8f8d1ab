// What an owner can set, in an owner's words, and on which elements it means something.

import { allowance, competences, expression, script, share } from './checks.js';
import { CALLED, EVENT_FIELDS, LOOP_FIELDS } from './events.js';

const HUMAN = ['bpmn:UserTask', 'bpmn:ManualTask'];
const WORKS = ['bpmn:ServiceTask', 'bpmn:SendTask'];
const CONDITIONAL = ['bpmn:ExclusiveGateway', 'bpmn:InclusiveGateway', 'bpmn:ComplexGateway', 'bpmn:Activity'];

const any = (...types) => (object, { is }) => types.some((type) => is(object, type));
const human = any(...HUMAN);
const node = any('bpmn:FlowNode');
const work = (object, model) => any(...WORKS)(object, model)
  || (any('bpmn:ThrowEvent')(object, model)
    && object.eventDefinitions?.some(({ $type }) => $type === 'bpmn:MessageEventDefinition'));
const waits = any(
  ...HUMAN, 'bpmn:ReceiveTask', 'bpmn:Event', 'bpmn:EventBasedGateway', ...WORKS, 'bpmn:SubProcess',
  'bpmn:CallActivity',
);

/** An attribute of `redress:step`. */
function step(key, told) {
  return {
    key,
    ...told,
    get: (object, model) => model.step(object)[key],
    set: (element, value, model) => model.writeStep(element, key, value),
  };
}

/** An attribute of `redress:gate`; it is there while the step is an approval. */
function gate(key, told) {
  return {
    key: `gate-${key}`,
    ...told,
    on: (object, model) => human(object, model) && Boolean(model.gate(object)),
    get: (object, model) => model.gate(object)?.[key],
    set: (element, value, model) => model.writeGate(element, key, value),
  };
}

const isFlow = any('bpmn:SequenceFlow');
const chooses = (object, model) => isFlow(object, model)
  && CONDITIONAL.some((type) => model.is(object.sourceRef, type));

export const SECTIONS = [
  { key: 'general', title: 'General' },
  { key: 'person', title: 'Who does it, and by when' },
  { key: 'approval', title: 'Approval' },
  { key: 'automatic', title: 'What the machine does' },
  { key: 'event', title: 'What it waits for or sets off' },
  { key: 'way', title: 'When this way is taken' },
  { key: 'repeat', title: 'How often' },
  { key: 'public', title: 'What the complainant reads' },
  { key: 'record', title: 'What it counts as' },
];

export const FIELDS = [
  {
    key: 'name',
    section: 'general',
    kind: 'area',
    rows: 2,
    label: 'Name',
    help: 'What people call it: a verb and a noun for a step, a question for a gateway.',
    on: () => true,
    get: (object, { is }) => (is(object, 'bpmn:TextAnnotation') ? object.text : object.name),
    set(element, value, { set, objectOf, is }) {
      const isText = is(objectOf(element), 'bpmn:TextAnnotation');
      set(element, { [isText ? 'text' : 'name']: value || undefined });
    },
  },
  {
    key: 'lane-role',
    section: 'general',
    kind: 'pick',
    choices: 'roles',
    label: 'Role of this lane',
    none: 'No role',
    help: 'A lane named after a role gives it to all its steps that say none of their own.',
    on: any('bpmn:Lane'),
    get: (object) => (object.name ?? '').trim().toLowerCase().replaceAll(/[ -]/g, '_'),
    set: (element, value, { set }, { roles = [] }) => {
      set(element, { name: roles.find((role) => role.value === value)?.title });
    },
    isQuiet: true,
  },
  {
    key: 'documentation',
    section: 'general',
    kind: 'area',
    rows: 4,
    label: 'Instructions',
    help: 'What whoever does it should know. Shown on the page of the step.',
    on: (object, { is }) => is(object, 'bpmn:BaseElement') && !is(object, 'bpmn:TextAnnotation'),
    get: (object) => object.documentation?.[0]?.text,
    set(element, value, { set, make, objectOf }) {
      const [, ...others] = objectOf(element).documentation ?? [];
      const told = value ? [make('bpmn:Documentation', objectOf(element), { text: value })] : [];
      set(element, { documentation: [...told, ...others] });
    },
  },
  {
    key: 'executable',
    section: 'general',
    kind: 'toggle',
    label: 'This process is run',
    help: 'Off for a pool that only shows what others do.',
    on: (object, { is }) => is(object, 'bpmn:Process')
      || (is(object, 'bpmn:Participant') && Boolean(object.processRef)),
    get: (object) => (object.processRef ?? object).isExecutable,
    set(element, value, { setIn, objectOf }) {
      const object = objectOf(element);
      setIn(element, object.processRef ?? object, { isExecutable: value });
    },
  },
  step('role', {
    section: 'person',
    kind: 'picks',
    choices: 'roles',
    label: 'Roles',
    add: 'Add a role …',
    help: 'Whoever has one of them can take the step. Without one, the lane decides.',
    on: human,
  }),
  step('form', {
    section: 'person',
    kind: 'pick',
    choices: 'forms',
    label: 'Form',
    help: 'What is filled in to complete the step.',
    on: human,
  }),
  step('competence', {
    section: 'person',
    kind: 'line',
    choices: 'competences',
    offers: true,
    label: 'Competences',
    help: 'What it takes besides a role, with commas between. Only people who have all of them take the step.',
    check: competences,
    on: human,
  }),
  step('due', {
    section: 'person',
    kind: 'line',
    label: 'Due within',
    help: 'Such as 2 working days, 4 working hours or 28 days, from when the step begins.',
    check: allowance,
    on: human,
  }),
  step('warn', {
    section: 'person',
    kind: 'line',
    label: 'Warn after',
    help: 'The share of that time after which a warning is given, such as 0.8.',
    check: share,
    on: human,
  }),
  step('escalateTo', {
    section: 'person',
    kind: 'pick',
    choices: 'roles',
    label: 'When late, tell',
    none: 'Nobody',
    help: 'The role that is told when the step is late.',
    on: human,
  }),
  {
    key: 'gate',
    section: 'approval',
    kind: 'toggle',
    label: 'This step is an approval',
    help: 'Somebody approves what was drafted, or returns it with reasons.',
    on: human,
    get: (object, model) => Boolean(model.gate(object)),
    set: (element, value, model) => model.toggleGate(element, value),
  },
  gate('role', {
    section: 'approval',
    kind: 'pick',
    choices: 'roles',
    label: 'Approved by',
    required: true,
    help: 'The role that may approve.',
  }),
  gate('fourEyes', {
    section: 'approval',
    kind: 'toggle',
    label: 'Four eyes',
    help: 'Whoever drafted it may not approve it.',
  }),
  gate('limitDecision', {
    section: 'approval',
    kind: 'pick',
    choices: 'decisions',
    label: 'Limits of authority',
    help: 'The decision table that says up to which amount this role may approve.',
  }),
  step('operation', {
    section: 'automatic',
    kind: 'pick',
    choices: 'operations',
    label: 'Operation',
    help: 'What Redress does here by itself, such as sending a letter.',
    on: work,
  }),
  step('decision', {
    section: 'automatic',
    kind: 'pick',
    choices: 'decisions',
    label: 'Decision table',
    help: 'The table that is asked; its answers are variables from here on.',
    on: any('bpmn:BusinessRuleTask'),
  }),
  {
    key: 'script',
    section: 'automatic',
    kind: 'area',
    rows: 4,
    label: 'Sets',
    help: 'One assignment a line, such as: stage = 2.',
    check: script,
    on: any('bpmn:ScriptTask'),
    get: (object) => object.script,
    set: (element, value, { set }) => set(element, { script: value || undefined }),
  },
  CALLED,
  ...EVENT_FIELDS,
  {
    key: 'default',
    section: 'way',
    kind: 'toggle',
    label: 'Taken when no other condition holds',
    help: 'One of the ways out should be this one, so that a case never stops here.',
    on: chooses,
    get: (object) => object.sourceRef.default === object,
    set(element, value, { together, set, setIn, objectOf }) {
      const flow = objectOf(element);
      together(() => {
        setIn(element, flow.sourceRef, { default: value ? flow : undefined });
        if (value) {
          set(element, { conditionExpression: undefined });
        }
      });
    },
  },
  {
    key: 'condition',
    section: 'way',
    kind: 'area',
    rows: 2,
    label: 'Condition',
    help: 'One line, such as: severity >= 4 and vulnerable.',
    check: expression,
    on: (object, model) => chooses(object, model) && object.sourceRef.default !== object,
    get: (object) => object.conditionExpression?.body,
    set(element, value, { set, objectOf, expression: written }) {
      set(element, { conditionExpression: written(objectOf(element), value.trim()) });
    },
  },
  ...LOOP_FIELDS,
  step('publicStatus', {
    section: 'public',
    kind: 'pick',
    choices: 'statuses',
    label: 'Status',
    none: 'As before',
    help: 'What the complainant reads as the state of the complaint meanwhile.',
    on: waits,
  }),
  step('publicHint', {
    section: 'public',
    kind: 'area',
    rows: 2,
    label: 'What happens now',
    help: 'A sentence for the complainant, in plain words.',
    on: waits,
  }),
  step('clause', {
    section: 'record',
    kind: 'line',
    choices: 'clauses',
    offers: true,
    label: 'Clause of ISO 10002',
    help: 'The clause that the step answers to, such as 7.4; auditors find it by that.',
    on: node,
  }),
  step('milestone', {
    section: 'record',
    kind: 'pick',
    choices: 'milestones',
    label: 'Milestone',
    help: 'What the case has reached when the step is passed; figures count it.',
    on: node,
  }),
];
