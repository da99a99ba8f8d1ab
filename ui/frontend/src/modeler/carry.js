// Copying and changing the kind of an element loses nothing that its owner set, however foreign.
//
// bpmn-js copies extension elements only of namespaces whose descriptor it has loaded, and drops
// the rest without a word. Here all of them go along: ours and those of other tools.

import ModdleCopy from 'bpmn-js/lib/features/copy-paste/ModdleCopy';

class CarryingCopy extends ModdleCopy {
  constructor(eventBus, bpmnFactory, moddle) {
    super(eventBus, bpmnFactory, moddle);
    this._types = moddle;
  }

  copyElement(source, target, names, clone = false) {
    const copied = super.copyElement(source, target, names, clone);
    carryAttributes(source, copied);
    this._carryExtensions(source, copied);
    return copied;
  }

  _carryExtensions(source, target) {
    const extensions = source.extensionElements;
    const takes = target.$descriptor.properties?.some(({ name }) => name === 'extensionElements');
    if (!extensions || !takes) {
      return;
    }
    const carried = this._types.create('bpmn:ExtensionElements', { values: [] });
    carried.$parent = target;
    carryAttributes(extensions, carried);
    carried.values = (extensions.values ?? []).map((value) => this._twin(value, carried));
    target.extensionElements = carried;
  }

  _twin(element, parent) {
    const twin = element.$descriptor.isGeneric
      ? this._foreignTwin(element)
      : this._knownTwin(element);
    twin.$parent = parent;
    return twin;
  }

  _foreignTwin(element) {
    const { name, ns } = element.$descriptor;
    const { $children: children, ...told } = element;
    const own = Object.entries(told).filter(([key]) => !key.startsWith('$') || key === '$body');
    const twin = this._types.createAny(ns?.prefix ? `${ns.prefix}:${ns.localName}` : name, ns?.uri, {
      ...Object.fromEntries(own),
    });
    if (children) {
      twin.$children = children.map((child) => this._twin(child, twin));
    }
    return twin;
  }

  _knownTwin(element) {
    const twin = this._types.create(element.$type);
    carryAttributes(element, twin);
    for (const { name, isReference } of element.$descriptor.properties) {
      const value = Object.hasOwn(element, name) ? element[name] : undefined;
      if (value !== undefined) {
        twin[name] = isReference ? value : this._valueTwin(value, twin);
      }
    }
    return twin;
  }

  _valueTwin(value, parent) {
    if (Array.isArray(value)) {
      return value.map((each) => this._valueTwin(each, parent));
    }
    return value?.$type ? this._twin(value, parent) : value;
  }
}

CarryingCopy.$inject = ['eventBus', 'bpmnFactory', 'moddle'];

/** Attributes of other tools have a prefix; those of BPMN are copied by bpmn-js itself. */
function carryAttributes(source, target) {
  for (const [name, value] of Object.entries(source.$attrs ?? {})) {
    if (name.includes(':') && target.$attrs?.[name] === undefined) {
      target.$attrs[name] = value;
    }
  }
}

export default { moddleCopy: ['type', CarryingCopy] };
