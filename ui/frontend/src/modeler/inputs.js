// The controls of the properties panel. Each has a node, and follows the diagram by `refresh`.

import { make } from '../desk/make.js';

const PAUSE = 450;

/** Calls `work` when typing pauses, and at once when `flush` is called. */
function later(work, pending) {
  let timer = null;
  const flush = () => {
    if (timer !== null) {
      clearTimeout(timer);
      timer = null;
      work();
    }
  };
  pending.add(flush);
  return {
    flush,
    soon() {
      clearTimeout(timer);
      timer = setTimeout(flush, PAUSE);
    },
  };
}

/** A text of one line or several; what is wrong with it is said at once. */
function text(field, context, tag) {
  const input = make(tag, { id: context.id, className: 'redress-input' });
  if (tag === 'textarea') {
    input.rows = field.rows ?? 3;
  } else {
    input.type = 'text';
    input.autocomplete = 'off';
  }
  const commit = () => {
    if (input.value !== (context.get() ?? '')) {
      context.set(input.value);
    }
  };
  const saving = later(commit, context.pending);
  input.addEventListener('input', () => {
    context.complain(field.check?.(input.value.trim()) ?? '');
    if (!field.isWhole) {
      saving.soon();
    }
  });
  input.addEventListener('change', () => {
    saving.soon();
    saving.flush();
  });
  const nodes = [input];
  if (field.offers) {
    input.setAttribute('list', `${context.id}-offers`);
    const list = make('datalist', { id: `${context.id}-offers` });
    context.options().forEach(({ value, title }) => {
      list.append(make('option', { value, label: title }));
    });
    nodes.push(list);
  }
  return {
    node: make('div', {}, ...nodes),
    input,
    refresh() {
      if (input.getRootNode().activeElement !== input) {
        input.value = context.get() ?? '';
      }
      context.complain(field.check?.(input.value.trim()) ?? '');
    },
  };
}

/** One of several; a value that nobody knows stays, and is marked. */
function pick(field, context) {
  const select = make('select', { id: context.id, className: 'redress-input' });
  select.addEventListener('change', () => context.set(select.value));
  return {
    node: select,
    input: select,
    refresh() {
      const now = context.get() ?? '';
      const options = context.options();
      const isKnown = now === '' || options.some(({ value }) => value === now);
      const shown = [
        ...(field.required ? [] : [{ value: '', title: context.translate(field.none ?? 'None') }]),
        ...options,
        ...(isKnown ? [] : [{ value: now, title: now }]),
      ];
      select.replaceChildren(...shown.map(({ value, title }) => make('option', { value, textContent: title })));
      select.value = now;
      context.complain(isKnown ? '' : context.translate('“{value}” is not known here.', { value: now }));
    },
  };
}

/** Any number of several, separated by commas in the file. */
function picks(field, context) {
  const chosen = make('ul', { className: 'redress-chips' });
  const select = make('select', { id: context.id, className: 'redress-input' });
  const values = () => (context.get() ?? '').split(',').map((each) => each.trim()).filter(Boolean);
  select.addEventListener('change', () => context.set([...values(), select.value].join(',')));
  const titleOf = (value) => context.options().find((each) => each.value === value)?.title ?? value;
  const chip = (value) => {
    const title = titleOf(value);
    const remove = make('button', { type: 'button', textContent: '\u00d7' });
    remove.setAttribute('aria-label', context.translate('Remove {title}', { title }));
    remove.addEventListener('click', () => {
      context.set(values().filter((each) => each !== value).join(','));
    });
    return make('li', {}, title, remove);
  };
  return {
    node: make('div', {}, chosen, select),
    input: select,
    refresh() {
      const now = values();
      chosen.replaceChildren(...now.map(chip));
      chosen.hidden = now.length === 0;
      const left = context.options().filter(({ value }) => !now.includes(value));
      const add = { value: '', title: context.translate(field.add ?? 'Add …') };
      select.replaceChildren(...[add, ...left].map(({ value, title }) => make('option', { value, textContent: title })));
      select.value = '';
      select.disabled = left.length === 0;
      const known = new Set(context.options().map(({ value }) => value));
      const unknown = now.find((value) => !known.has(value));
      context.complain(unknown ? context.translate('“{value}” is not known here.', { value: unknown }) : field.check?.(now.join(',')) ?? '');
    },
  };
}

function toggle(field, context) {
  const box = make('input', { type: 'checkbox', id: context.id });
  box.addEventListener('change', () => context.set(box.checked));
  return {
    node: box,
    input: box,
    refresh() {
      box.checked = Boolean(context.get());
    },
  };
}

const KINDS = {
  line: (field, context) => text(field, context, 'input'),
  area: (field, context) => text(field, context, 'textarea'),
  pick,
  picks,
  toggle,
};

/** Returns the control of a field with its label, its help and what is wrong with its value. */
export function controlOf(field, context) {
  const problem = make('p', { className: 'redress-problem', id: `${context.id}-problem`, hidden: true });
  const help = make('p', { className: 'redress-help', id: `${context.id}-help`, textContent: context.translate(field.help) });
  let marked = null;
  const complain = (sentence) => {
    problem.textContent = context.translate(sentence);
    problem.hidden = sentence === '';
    marked?.setAttribute('aria-invalid', String(sentence !== ''));
  };
  const control = KINDS[field.kind](field, { ...context, complain });
  marked = control.input;
  marked.setAttribute('aria-describedby', `${context.id}-help ${context.id}-problem`);
  const label = make('label', { htmlFor: context.id, textContent: context.translate(field.label) });
  const isToggle = field.kind === 'toggle';
  const head = isToggle ? make('div', { className: 'redress-toggle' }, control.node, label) : label;
  const node = make('div', { className: 'redress-field' }, head, ...(isToggle ? [] : [control.node]), problem, help);
  node.dataset.field = field.key;
  return { node, refresh: control.refresh };
}
