// Ready-made steps: in the palette, behind an element, and as what an element is changed into.

import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';
import { selfAndAllChildren } from 'diagram-js/lib/util/Elements';

import { modelOf } from './model.js';
import templates from './templates.json';

const GAP = 60;
const LOWER = 130;
const BELOW = 16;

/** Where each node of a template stands: one after the other, second ways and borders below. */
function placed(template, sizeOf) {
  const places = new Map();
  const depth = new Map();
  let x = 0;
  for (const node of template.nodes) {
    const { width, height } = sizeOf(node);
    if (node.on) {
      const host = places.get(node.on);
      places.set(node.key, { x: host.x + 0.7 * host.width - width / 2, y: host.y + host.height - height / 2, width, height });
      depth.set(node.key, LOWER);
      continue;
    }
    const from = template.flows.filter(({ to }) => to === node.key).map(({ from: key }) => key)
      .filter((key) => places.has(key));
    const before = places.get(from.at(-1));
    const isAside = from.length > 0 && template.flows.some(({ from: key, to }) =>
      key === from[0] && to !== node.key && places.has(to) && from.length === 1
      && template.nodes.findIndex((each) => each.key === to) > template.nodes.findIndex((each) => each.key === key));
    const y = (isAside ? LOWER : Math.min(...from.map((key) => depth.get(key) ?? 0), from.length ? Infinity : 0));
    const left = before ? before.x + before.width + GAP : x;
    places.set(node.key, { x: left, y: y - height / 2 + 40, width, height });
    depth.set(node.key, y);
    x = Math.max(x, left + width + GAP);
  }
  return places;
}

/** Draws a flow between two shapes so that it crosses nothing that stands between them. */
function wayBetween(source, target) {
  const middle = ({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 });
  const bottom = ({ y, height }) => y + height;
  const [from, to] = [middle(source), middle(target)];
  if (to.x < from.x) {
    const low = Math.max(bottom(source), bottom(target)) + BELOW;
    return [{ x: from.x, y: bottom(source) }, { x: from.x, y: low }, { x: to.x, y: low }, { x: to.x, y: bottom(target) }];
  }
  if (Math.abs(to.y - from.y) < 5) {
    return [{ x: source.x + source.width, y: from.y }, { x: target.x, y: to.y }];
  }
  return to.y > from.y
    ? [{ x: from.x, y: bottom(source) }, { x: from.x, y: to.y }, { x: target.x, y: to.y }]
    : [{ x: source.x + source.width, y: from.y }, { x: to.x, y: from.y }, { x: to.x, y: bottom(target) }];
}

/** The middle of all that is drawn, flows included: that is what bpmn-js places elements by. */
function middleOf(elements) {
  const points = elements.flatMap(({ waypoints, x, y, width, height }) =>
    waypoints ?? [{ x, y }, { x: x + width, y: y + height }]);
  const half = (axis) => {
    const places = points.map((point) => point[axis]);
    return (Math.min(...places) + Math.max(...places)) / 2;
  };
  return { x: half('x'), y: half('y') };
}

class Templates {
  constructor(injector, elementFactory, bpmnFactory) {
    this._injector = injector;
    this._shapes = elementFactory;
    this._objects = bpmnFactory;
  }

  _model() {
    const get = (name) => this._injector.get(name);
    return modelOf({ get, getDefinitions: () => this._injector.get('bpmnjs').getDefinitions() });
  }

  _shapeOf(node, model) {
    const object = this._objects.create(node.type, { name: node.name });
    this._describe(object, node, model);
    const kind = node.timer ? 'Timer' : node.message ? 'Message' : null;
    const shape = this._shapes.createShape({
      type: node.type,
      businessObject: object,
      ...(kind ? { eventDefinitionType: `bpmn:${kind}EventDefinition` } : {}),
    });
    if (node.cancelActivity === false) {
      object.cancelActivity = false;
    }
    if (node.timer) {
      const [definition] = object.eventDefinitions;
      definition.timeDuration = model.expression(definition, node.timer);
    }
    return shape;
  }

  _describe(object, node, model) {
    if (node.documentation) {
      object.documentation = [model.make('bpmn:Documentation', object, { text: node.documentation })];
    }
    const equipment = model.equip(object, node);
    if (equipment) {
      object.extensionElements = equipment;
    }
  }

  /** Makes the shapes and flows of a template, beginning at a point. */
  make(template, at = { x: 0, y: 0 }, only = null) {
    const model = this._model();
    const nodes = template.nodes.filter(({ key }) => !only || only.includes(key));
    const flows = template.flows.filter(({ from, to }) => [from, to].every((end) => nodes.some(({ key }) => key === end)));
    const shapes = new Map(nodes.map((node) => [node.key, this._shapeOf(node, model)]));
    const places = placed({ ...template, nodes, flows }, ({ key }) => shapes.get(key));
    for (const { key, on } of nodes) {
      const { x, y } = places.get(key);
      Object.assign(shapes.get(key), { x: at.x + x, y: at.y + y - 40 });
      if (on) {
        shapes.get(key).host = shapes.get(on);
      }
    }
    const lines = flows.map((flow) => this._flowOf(flow, shapes, model));
    return { shapes, lines, elements: [...shapes.values(), ...lines] };
  }

  _flowOf({ from, to, name, condition }, shapes, model) {
    const [source, target] = [shapes.get(from), shapes.get(to)];
    const object = this._objects.create('bpmn:SequenceFlow', { name });
    if (condition) {
      object.conditionExpression = model.expression(object, condition);
    }
    return this._shapes.createConnection({
      type: 'bpmn:SequenceFlow', businessObject: object, source, target, waypoints: wayBetween(source, target),
    });
  }

  /** Says what can be said only of what stands: messages, borders, and the usual way out. */
  refer(template, shapes) {
    const model = this._model();
    for (const { from, to } of template.flows.filter(({ isDefault }) => isDefault)) {
      const [source, target] = [shapes.get(from), shapes.get(to)];
      const flow = source?.outgoing.find((line) => line.target === target);
      if (flow) {
        model.set(source, { default: getBusinessObject(flow) });
      }
    }
    for (const { key, message, on } of template.nodes) {
      const shape = shapes.get(key);
      if (on && shape) {
        this._injector.get('modeling').updateAttachment(shape, shapes.get(on));
      }
      if (message && shape) {
        const [definition] = getBusinessObject(shape).eventDefinitions;
        model.setIn(shape, definition, { messageRef: model.root(shape, 'bpmn:Message', message) });
      }
    }
  }

  /** Moves what stands behind an element to the right. */
  _makeRoom(source, width) {
    const space = this._injector.get('spaceTool');
    const all = selfAndAllChildren(this._injector.get('canvas').getRootElement(), true);
    const start = source.x + source.width;
    const { movingShapes, resizingShapes } = space.calculateAdjustments(all, 'x', width, start);
    space.makeSpace(movingShapes, resizingShapes, { x: width, y: 0 }, 'e', start);
  }

  /** Puts a template behind an element and connects the two; where one way goes on, between. */
  append(source, template) {
    const ways = source.outgoing.filter((line) => is(line, 'bpmn:SequenceFlow'));
    const onward = ways.length === 1 ? ways[0] : null;
    const modeling = this._injector.get('modeling');
    // Where there is a step to return to, an approval needs no drafting of its own.
    const returns = template.id === 'approval' && is(source, 'bpmn:Activity');
    const only = returns ? ['approve', 'approved', 'go'] : null;
    const first = returns ? 'approve' : template.first;
    this._model().together(() => {
      const at = { x: source.x + source.width + GAP, y: source.y + source.height / 2 };
      const { shapes, elements } = this.make(template, at, only);
      if (onward) {
        const ends = [...shapes.values()].map(({ x, width }) => x + width);
        this._makeRoom(source, Math.max(...ends) - source.x - source.width);
      }
      modeling.createElements(elements, middleOf(elements), source.parent);
      modeling.connect(source, shapes.get(first), { type: 'bpmn:SequenceFlow' });
      if (returns) {
        const waypoints = wayBetween(shapes.get('approved'), source);
        const back = modeling.connect(shapes.get('approved'), source, { type: 'bpmn:SequenceFlow', waypoints });
        modeling.updateProperties(back, { name: 'No, returned' });
        modeling.updateProperties(shapes.get('approved'), { default: getBusinessObject(back) });
      }
      if (onward) {
        const last = shapes.get(template.last);
        modeling.reconnectStart(onward, last, { x: last.x + last.width / 2, y: last.y + last.height / 2 });
        modeling.layoutConnection(onward);
      }
      this.refer(template, shapes);
      this._injector.get('selection').select(shapes.get(template.main ?? first));
    });
  }

  /** Lets somebody put a template anywhere. */
  drag(event, template) {
    const { elements, shapes } = this.make(template);
    this._injector.get('create').start(event, elements, { hints: { redress: { template, shapes } } });
  }

  /** Gives an element the kind and the properties of a template. */
  change(element, template) {
    const node = template.nodes.find(({ key }) => key === (template.main ?? template.first));
    this._model().together(() => {
      const changed = is(element, node.type) && getBusinessObject(element).$type === node.type
        ? element : this._injector.get('bpmnReplace').replaceElement(element, { type: node.type });
      const object = getBusinessObject(changed);
      const model = this._model();
      for (const [name, value] of Object.entries(node.step ?? {})) {
        model.writeStep(changed, name, value);
      }
      for (const [name, value] of Object.entries(node.gate ?? {})) {
        model.writeGate(changed, name, value);
      }
      if (!object.name) {
        model.set(changed, { name: node.name });
      }
      this._injector.get('selection').select(changed);
    });
  }
}
Templates.$inject = ['injector', 'elementFactory', 'bpmnFactory'];

/** The list of ready-made steps, wherever it opens. */
class Menu {
  constructor(popupMenu, palette, contextPad, templatesOfRedress, translate, eventBus, canvas) {
    Object.assign(this, { popupMenu, templates: templatesOfRedress, translate, canvas });
    palette.registerProvider(this);
    contextPad.registerProvider(this);
    popupMenu.registerProvider('redress-create', { getPopupMenuEntries: () => this._entries((event, template) => this.templates.drag(event, template)) });
    popupMenu.registerProvider('redress-append', { getPopupMenuEntries: (element) => this._entries((_event, template) => this.templates.append(element, template)) });
    popupMenu.registerProvider('bpmn-replace', { getPopupMenuEntries: (element) => this._changes(element) });
    // What is dragged from the palette names its messages once it has been put down.
    eventBus.on('create.end', 100, ({ context }) => {
      const told = context.hints?.redress;
      if (told && [...told.shapes.values()].every(({ parent }) => parent)) {
        this.templates.refer(told.template, told.shapes);
      }
    });
  }

  _entries(act) {
    return Object.fromEntries(templates.map((template) => [`redress-${template.id}`, {
      label: this.translate(template.title),
      description: this.translate(template.help),
      group: { id: 'redress', name: this.translate('Ready-made steps') },
      action: (event) => {
        this.popupMenu.close();
        act(event, template);
      },
    }]));
  }

  _changes(element) {
    return is(element, 'bpmn:Task') ? this._entries((_event, template) => this.templates.change(element, template)) : {};
  }

  _open(kind, target, event) {
    const { x = 100, y = 100 } = event.originalEvent ?? event;
    this.popupMenu.open(target, kind, { x, y, cursor: { x, y } }, { title: this.translate('Ready-made steps'), search: false });
  }

  getPaletteEntries() {
    return {
      'redress-templates': {
        group: 'redress',
        className: 'redress-ready-made',
        title: this.translate('Ready-made steps'),
        action: { click: (event) => this._open('redress-create', this.canvas.getRootElement(), event) },
      },
    };
  }

  getContextPadEntries(element) {
    if (!is(element, 'bpmn:FlowNode') || is(element, 'bpmn:EndEvent') || element.labelTarget) {
      return {};
    }
    return {
      'redress-append': {
        group: 'model',
        className: 'redress-ready-made',
        title: this.translate('Append a ready-made step'),
        action: { click: (event) => this._open('redress-append', element, event) },
      },
    };
  }
}
Menu.$inject = ['popupMenu', 'palette', 'contextPad', 'templatesOfRedress', 'translate', 'eventBus', 'canvas'];

export default {
  __init__: ['redressMenu'],
  templatesOfRedress: ['type', Templates],
  redressMenu: ['type', Menu],
};
