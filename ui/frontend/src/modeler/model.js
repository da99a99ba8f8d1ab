// Reading and writing what an owner sets on an element. Each write is one step of undo.

import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';

/** Runs several commands as one step of undo. */
class Together {
  preExecute({ work }) {
    work();
  }
}

class Registration {
  constructor(commandStack) {
    commandStack.registerHandler('redress.together', Together);
  }
}
Registration.$inject = ['commandStack'];

export const togetherModule = { __init__: ['redressTogether'], redressTogether: ['type', Registration] };

/** Returns the functions by which a panel reads and writes a diagram. */
export function modelOf(modeler) {
  const service = (name) => modeler.get(name);
  const factory = service('bpmnFactory');

  const together = (work) => service('commandStack').execute('redress.together', { work });
  const set = (element, properties) =>
    service('modeling').updateModdleProperties(element, getBusinessObject(element), properties);
  const setIn = (element, part, properties) =>
    service('modeling').updateModdleProperties(element, part, properties);

  function make(type, parent, properties = {}) {
    const made = factory.create(type, properties);
    made.$parent = parent;
    return made;
  }

  function extension(object, type) {
    return object.extensionElements?.values?.find(({ $type }) => $type === type);
  }

  /** Replaces one of our extensions by what `properties` says; null takes it away. */
  function extended(object, type, properties) {
    const old = object.extensionElements;
    const others = (old?.values ?? []).filter(({ $type }) => $type !== type);
    if (properties === null && others.length === 0) {
      return undefined;
    }
    const made = make('bpmn:ExtensionElements', object, { values: [] });
    Object.assign(made.$attrs, old?.$attrs);
    const ours = properties === null ? [] : [make(type, made, properties)];
    made.values = type === 'redress:Step' ? [...ours, ...others] : [...others, ...ours];
    return made;
  }

  function told(part) {
    const { $type, $attrs, ...own } = part ?? {};
    const known = Object.entries(own).filter(([key]) => !key.startsWith('$'));
    return Object.fromEntries([...known, ...Object.entries(part?.$attrs ?? {})]);
  }

  function write(element, type, name, value) {
    const object = getBusinessObject(element);
    const now = told(extension(object, type));
    const isEmpty = value === undefined || value === '' || value === false;
    const { [name]: _dropped, ...others } = now;
    const properties = isEmpty ? others : { ...others, [name]: value };
    const isGone = isEmpty && type === 'redress:Step' && Object.keys(properties).length === 0;
    set(element, { extensionElements: extended(object, type, isGone ? null : properties) });
  }

  return {
    together,
    set,
    setIn,
    make,
    objectOf: getBusinessObject,
    is,
    definitions: () => modeler.getDefinitions(),
    step: (object) => told(extension(object, 'redress:Step')),
    gate: (object) => extension(object, 'redress:Gate') && told(extension(object, 'redress:Gate')),
    writeStep: (element, name, value) => write(element, 'redress:Step', name, value),
    writeGate: (element, name, value) => write(element, 'redress:Gate', name, value),
    toggleGate(element, isOn) {
      const object = getBusinessObject(element);
      const properties = isOn ? { role: 'approver', fourEyes: true } : null;
      set(element, { extensionElements: extended(object, 'redress:Gate', properties) });
    },
    /** Sets step and gate of an element at once, for ready-made steps. */
    equip(object, { step, gate }) {
      const values = [];
      const made = make('bpmn:ExtensionElements', object, { values });
      if (step) {
        values.push(make('redress:Step', made, step));
      }
      if (gate) {
        values.push(make('redress:Gate', made, gate));
      }
      return values.length > 0 ? made : undefined;
    },
    /** Returns an expression as BPMN writes it; nothing for an empty text. */
    expression(parent, body) {
      return body ? make('bpmn:FormalExpression', parent, { body }) : undefined;
    },
    /** Returns the messages, signals, errors or escalations of the file. */
    roots: (type) => (modeler.getDefinitions().rootElements ?? []).filter((root) => is(root, type)),
    /** Returns the root element of this name; makes it where the file has none. */
    root(element, type, name) {
      const definitions = modeler.getDefinitions();
      const found = this.roots(type).find((root) => root.name === name);
      if (found) {
        return found;
      }
      const code = { 'bpmn:Error': 'errorCode', 'bpmn:Escalation': 'escalationCode' }[type];
      const made = make(type, definitions, { name, ...(code ? { [code]: name } : {}) });
      const rootElements = [...definitions.rootElements, made];
      setIn(element, definitions, { rootElements });
      return made;
    },
  };
}
