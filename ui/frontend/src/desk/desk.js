// What the editors of diagrams and of tables have in common: a file is read once, and what became
// of it goes to Python when a hand rests. Nothing is lost when the page is left before that.

import { make } from './make.js';
import { KeptFile } from './preserve.js';
import { forget, keep, kept } from './rescue.js';
import { translator } from './words.js';

const PAUSE = 700;
const NARROW = 760;

/** Returns the frame of an editor, of the class `redress-narrow` while it has little room. */
function frame(kind, style) {
  const root = make('section', { className: `redress-editor ${kind}` });
  root.setAttribute('role', 'region');
  const canvas = make('div', { className: 'redress-canvas' });
  const main = make('div', { className: 'redress-main' }, canvas);
  root.append(make('style', { textContent: style }), main);
  const view = { root, main, canvas, findings: [], followed: null, isNarrow: false };
  view.observer = new ResizeObserver(() => follow(view));
  [root, canvas].forEach((node) => view.observer.observe(node));
  return view;
}

function follow(view) {
  view.isNarrow = view.root.clientWidth < NARROW;
  view.root.classList.toggle('redress-narrow', view.isNarrow);
  view.resized?.();
}

/**
 * Makes the component of an editor: opened once for its place on a page, told what a rerun says,
 * and closed with its place.
 *
 * @param { {
 *   kind: string; style: string; height: number; alt: string;
 *   fill: (view: object, component: object) => void;
 *   decorate: (view: object, data: object) => void;
 *   goTo: (view: object, id: string) => unknown;
 * } } editor What is put into the frame, drawn upon it, and how an element is brought into sight.
 */
export function componentOf({ kind, style, height, alt, fill, decorate, goTo }) {
  const views = new WeakMap();

  function open(component) {
    const { parentElement, data } = component;
    const view = { ...frame(kind, style), translate: translator(data.words) };
    parentElement.append(view.root);
    follow(view);
    fill(view, component);
    views.set(parentElement, view);
    return view;
  }

  async function tell(view, data) {
    view.findings = data.findings ?? [];
    decorate(view, data);
    if (data.focus && data.focus.n !== view.followed) {
      view.followed = data.focus.n;
      await goTo(view, data.focus.id);
    }
    view.root.dataset.warnings = JSON.stringify(view.desk.warnings);
    view.root.dataset.rev = data.rev;
  }

  async function close(view, parentElement) {
    views.delete(parentElement);
    view.observer.disconnect();
    const closing = view.desk.close();
    view.root.remove();
    await closing;
    view.modeler.destroy();
  }

  return (component) => {
    const { parentElement, data } = component;
    const view = views.get(parentElement) ?? open(component);
    view.root.style.height = `${data.height ?? height}px`;
    view.root.setAttribute('aria-label', data.alt ?? view.translate(alt));
    view.desk.follow(component, () => tell(view, data)).then(() => {
      if (view.desk.rev === null) {
        view.root.dataset.error = view.desk.error;
      } else {
        delete view.root.dataset.error;
      }
    });
    return () => close(view, parentElement);
  };
}

/**
 * @typedef { {
 *   read: (xml: string) => Promise<string[]>;
 *   write: () => Promise<string>;
 *   shown: () => void;
 *   flush?: () => void;
 * } } Editor Reads a file and returns its warnings; writes it; learns that another one is shown;
 *   takes over what is still being typed.
 */
export class Desk {
  /** @param {Editor} editor */
  constructor(component, translate, editor) {
    Object.assign(this, { component, translate, editor, rev: null, data: component.data });
    this._queue = Promise.resolve();
    this._timer = null;
    this._awaited = null;
    this.state = make('span', { className: 'redress-state' });
    this.state.setAttribute('role', 'status');
    this.notice = make('div', { className: 'redress-notice', hidden: true });
    this._leave = () => this._rescue();
    addEventListener('pagehide', this._leave);
  }

  tell(text) {
    this.state.textContent = text && this.translate(text);
  }

  /** Says that something was edited; it is sent when nothing more comes for a moment. */
  touched() {
    if (this.rev !== null) {
      this.tell('Not saved yet');
      clearTimeout(this._timer);
      this._timer = setTimeout(() => this._send(), PAUSE);
    }
  }

  /** Follows what Python says, one thing after the other; then `work` is done. */
  follow(component, work) {
    this.component = component;
    this._queue = this._queue
      .then(() => this._update(component.data))
      .then(work)
      .catch((error) => this._explain(error));
    return this._queue;
  }

  /** Ends; begun before anything is taken down, so that nothing is lost. */
  async close() {
    removeEventListener('pagehide', this._leave);
    clearTimeout(this._timer);
    await this._rescue();
  }

  async _update(data) {
    this.data = data;
    await this._load(data);
    if (this._awaited !== null && data.saved >= this._awaited) {
      this._awaited = null;
      this.tell(this._timer === null ? 'Saved' : 'Not saved yet');
    }
  }

  async _load(data) {
    if (this.rev === data.rev) {
      return;
    }
    const unsaved = await this._unsent() ?? kept(data.name, data.xml);
    const isNext = unsaved && (unsaved.digest === data.digest || unsaved.sent === data.xml);
    await this._read(isNext ? unsaved.xml : data.xml);
    this.rev = data.rev;
    this._sent = data.xml;
    this._awaited = null;
    this.notice.hidden = true;
    forget(data.name);
    this.tell('');
    this.editor.shown();
    if (isNext) {
      this._post(unsaved.xml);
    } else if (unsaved) {
      this._offer(unsaved);
    }
  }

  /** Returns what was still on its way when another version came; nothing at all otherwise. */
  async _unsent() {
    if (this.rev === null || this._timer === null) {
      return null;
    }
    return { xml: await this._written(), sent: null, digest: null };
  }

  async _read(xml) {
    this.rev = null;
    clearTimeout(this._timer);
    this._timer = null;
    this.warnings = await this.editor.read(xml);
    this._file = new KeptFile(xml, await this.editor.write());
  }

  async _written() {
    return this._file.with(await this.editor.write());
  }

  async _send() {
    clearTimeout(this._timer);
    this._timer = null;
    const xml = await this._written();
    if (xml === this._sent) {
      this.tell(this._awaited === null ? 'Saved' : 'Saving …');
    } else {
      this._post(xml);
    }
  }

  _post(xml) {
    this._sent = xml;
    this._awaited = Date.now();
    this.tell('Saving …');
    const { digest: base } = this.data;
    this.component.setStateValue('edited', { xml, n: this._awaited, rev: this.rev, base });
  }

  async _rescue() {
    if (this.rev === null) {
      return;
    }
    this.editor.flush?.();
    if (this._timer !== null || this._awaited !== null) {
      const { name, digest } = this.data;
      keep(name, { xml: await this._written(), digest, sent: this._sent });
    }
  }

  /** Asks what becomes of changes that were made here before somebody else saved. */
  _offer(unsaved) {
    const button = (label, act) => {
      const made = make('button', { type: 'button', textContent: this.translate(label) });
      made.addEventListener('click', () => {
        this.notice.hidden = true;
        act();
      });
      return made;
    };
    this.notice.replaceChildren(
      this.translate('Changes made here were not saved, and the draft was changed meanwhile.'),
      button('Use mine', () => this._takeUp(unsaved)),
      button('Leave them', () => {}),
    );
    this.notice.hidden = false;
  }

  async _takeUp(unsaved) {
    const { rev } = this;
    await this._read(unsaved.xml);
    this.rev = rev;
    this.editor.shown();
    this._post(unsaved.xml);
  }

  _explain(error) {
    this.rev = null;
    this.error = error.message;
    this.notice.textContent = this.translate('This file cannot be opened: {reason}', { reason: error.message });
    this.notice.hidden = false;
  }
}
