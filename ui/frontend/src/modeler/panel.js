// The properties panel: what can be set on the selected element, and what is wrong with it.

import { make } from '../desk/make.js';
import { FIELDS, SECTIONS } from './fields.js';
import { controlOf } from './inputs.js';
import { modelOf } from './model.js';

const OURS = /^redress:/;
const OPEN_FIRST = new Set(['general', 'person', 'approval', 'automatic', 'event', 'way']);

export class Panel {
  constructor(view) {
    this.view = view;
    this.translate = view.translate;
    this.model = modelOf(view.modeler);
    this.root = make('aside', { className: 'redress-panel' });
    this.root.setAttribute('aria-label', this.translate('Properties'));
    this.pending = new Set();
    this.controls = [];
    this.shape = '';
    this.closed = new Map();
    const draw = () => this.draw();
    // Nothing is returned to the bus: it would take that for the answer of all listeners.
    // The elements of a file that is read anew are others, though they have the same ids.
    view.modeler.on('import.done', () => {
      this.shape = '';
    });
    view.modeler.on(['selection.changed', 'commandStack.changed', 'import.done', 'root.set'], () => {
      queueMicrotask(draw);
    });
  }

  /** Shows or hides it; on a narrow screen it lies below the drawing. */
  toggle(isShown = this.root.hidden) {
    this.root.hidden = !isShown;
    this.toggled(isShown);
    this._keepInSight();
  }

  /** What is chosen stays in sight while the panel takes room from the drawing. */
  _keepInSight() {
    const { isNarrow, desk, modeler } = this.view;
    if (isNarrow && desk.rev !== null && !this.root.hidden) {
      requestAnimationFrame(() => {
        const [chosen] = modeler.get('selection').get();
        modeler.get('canvas').resized();
        if (chosen) {
          modeler.get('canvas').scrollToElement(chosen, 40);
        }
      });
    }
  }

  /** Takes over what is typed and not yet written. */
  flush() {
    this.pending.forEach((flush) => flush());
  }

  /** Returns what the panel is about: one element, or the whole diagram where nothing is chosen. */
  _element() {
    const chosen = this.view.modeler.get('selection').get();
    const element = chosen.length === 1 ? chosen[0] : this.view.modeler.get('canvas').getRootElement();
    return chosen.length > 1 ? null : element?.labelTarget ?? element;
  }

  draw() {
    if (this.view.desk.rev === null || !this.view.modeler.getDefinitions()) {
      return;
    }
    const element = this._element();
    const object = element && this.model.objectOf(element);
    const fields = object?.$type ? FIELDS.filter((field) => field.on(object, this.model)) : [];
    const shape = JSON.stringify([
      element?.id, object?.$type, fields.map(({ key }) => key), this._strays(object, fields),
      this.view.findingsOf(object?.id).map(({ sentence }) => sentence),
    ]);
    if (shape !== this.shape) {
      this.shape = shape;
      this._build(element, object, fields);
    }
    this.controls.forEach(({ refresh }) => refresh());
  }

  _build(element, object, fields) {
    const typed = this.root.querySelector(':focus')?.closest('[data-field]')?.dataset.field;
    const isSame = this.element === element;
    if (!isSame) {
      this.flush();
      this._keepInSight();
    }
    this.element = element;
    this.pending.clear();
    this.controls = [];
    const sections = SECTIONS
      .map((section) => this._section(section, element, fields))
      .filter(Boolean);
    this.root.replaceChildren(
      this._head(object), ...this._findings(object), ...sections, ...this._others(element, object, fields),
    );
    if (isSame && typed) {
      this.root.querySelector(`[data-field="${typed}"] :is(input, select, textarea)`)?.focus();
    }
  }

  _head(object) {
    const kind = object ? this._kindOf(object) : this.translate('Several elements');
    const id = object?.id ? make('code', { textContent: object.id }) : '';
    const close = make('button', { type: 'button', className: 'redress-close', textContent: '\u00d7' });
    close.setAttribute('aria-label', this.translate('Close the properties'));
    close.addEventListener('click', () => this.toggle(false));
    return make('header', {}, make('p', { className: 'redress-kind', textContent: kind }), id, close);
  }

  _kindOf({ $type }) {
    const words = $type.replace('bpmn:', '').replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
    return this.translate(words.charAt(0).toUpperCase() + words.slice(1));
  }

  _findings(object) {
    const found = this.view.findingsOf(object?.id);
    if (found.length === 0) {
      return [];
    }
    const items = found.map(({ severity, sentence }) => {
      const item = make('li', { textContent: sentence });
      item.dataset.severity = severity;
      return item;
    });
    return [make('ul', { className: 'redress-found' }, ...items)];
  }

  _section({ key, title }, element, fields) {
    const own = fields.filter(({ section }) => section === key);
    if (own.length === 0) {
      return null;
    }
    const controls = own.map((field) => this._control(field, element));
    this.controls.push(...controls);
    const section = make(
      'details', { open: !(this.closed.get(key) ?? !OPEN_FIRST.has(key)) },
      make('summary', { textContent: this.translate(title) }), ...controls.map(({ node }) => node),
    );
    section.addEventListener('toggle', () => this.closed.set(key, !section.open));
    return section;
  }

  _control(field, element) {
    const { model } = this;
    const object = () => model.objectOf(element);
    return controlOf({ ...field, check: field.checkOn?.(object()) ?? field.check }, {
      id: `redress-${field.key}`,
      translate: this.translate,
      pending: this.pending,
      options: () => this._options(field),
      get: () => field.get(object(), model),
      set: (value) => field.set(element, value, model, this.view.choices),
    });
  }

  _options({ offered, choices, more }) {
    const told = (offered ?? this.view.choices[choices] ?? [])
      .map(({ value, title }) => ({ value, title: offered ? this.translate(title) : title }));
    const known = new Set(told.map(({ value }) => value));
    return [...told, ...(more?.(this.model) ?? []).filter(({ value }) => !known.has(value))];
  }

  /** Our attributes that mean nothing on this kind of element; it may have been another kind. */
  _strays(object, fields) {
    if (!object?.$type) {
      return [];
    }
    const shown = new Set(fields.map(({ key }) => key));
    const step = Object.keys(this.model.step(object)).filter((name) => !shown.has(name));
    const hasGate = this.model.gate(object) && !shown.has('gate');
    return hasGate ? [...step, 'gate'] : step;
  }

  _others(element, object, fields) {
    const nodes = this._strays(object, fields).map((name) => this._stray(name, element, object));
    const foreign = (object?.extensionElements?.values ?? [])
      .filter(({ $type }) => !OURS.test($type)).map(({ $type }) => $type);
    if (foreign.length > 0) {
      const text = this.translate('Kept for other tools: {names}', { names: [...new Set(foreign)].join(', ') });
      nodes.push(make('p', { className: 'redress-help', textContent: text }));
    }
    return nodes.length > 0 ? [make('div', { className: 'redress-others' }, ...nodes)] : [];
  }

  _stray(name, element, object) {
    const value = name === 'gate' ? '' : this.model.step(object)[name];
    const remove = make('button', { type: 'button', textContent: this.translate('Remove') });
    remove.addEventListener('click', () => (name === 'gate'
      ? this.model.toggleGate(element, false) : this.model.writeStep(element, name, undefined)));
    const text = this.translate('“{name}” is set ({value}), but means nothing on this kind of element.', { name, value });
    return make('p', { className: 'redress-stray' }, text, ' ', remove);
  }
}
