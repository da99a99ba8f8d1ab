// Some words of the libraries pass through no translation; they are told anew where they appear.

const ATTRIBUTES = ['title', 'aria-label'];

/** What token simulation says, in its own parts of the page. */
export const SIMULATION = {
  inside: '[class^="bts-"], [class*=" bts-"]',
  said: new Set([
    'Add pause point', 'Close', 'Finished', 'Found unsupported elements', 'No Entries', 'Not supported',
    'Pause Simulation', 'Play Simulation', 'Play/Pause Simulation', 'Process canceled', 'Process finished',
    'Process started', 'Remove pause point', 'Reset Simulation', 'Set Sequence Flow',
    'Set animation speed = Fast', 'Set animation speed = Normal', 'Set animation speed = Slow',
    'Simulation Log', 'Toggle Simulation Log', 'Token Simulation', 'Trigger Event',
  ]),
};

/** What the heads of tables say. */
export const TABLES = { inside: 'th', said: new Set(['Move Input', 'Move Output']) };

class Retold {
  constructor({ inside, said }, translate) {
    Object.assign(this, { inside, said, translate });
  }

  /** What is drawn or typed is the owner's; only the parts of the library are told anew. */
  tell(node) {
    const around = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    for (const part of around?.closest?.(this.inside) ? [around] : around?.querySelectorAll?.(this.inside) ?? []) {
      const walker = document.createTreeWalker(part, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
      for (let each = walker.currentNode; each; each = walker.nextNode()) {
        this._retell(each);
      }
    }
  }

  _retell(node) {
    if (node.nodeType === Node.TEXT_NODE) {
      this._say(node.data, (other) => {
        node.data = other;
      });
      return;
    }
    for (const name of ATTRIBUTES.filter((each) => node.hasAttribute(each))) {
      this._say(node.getAttribute(name), (other) => node.setAttribute(name, other));
    }
  }

  /** What stays as it is is not set: that would be heard as a change, for ever. */
  _say(told, set) {
    const text = told.trim();
    const other = this.said.has(text) ? this.translate(text) : text;
    if (other !== text) {
      set(told.replace(text, () => other));
    }
  }
}

/** Follows what a library says inside `root`; English needs nothing. */
export function retell(root, library, translate, words = {}) {
  if (Object.keys(words).length === 0) {
    return;
  }
  const retold = new Retold(library, translate);
  const observer = new MutationObserver((changes) => {
    changes.forEach(({ target, addedNodes }) => [target, ...addedNodes].forEach((node) => retold.tell(node)));
  });
  observer.observe(root, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES,
  });
  retold.tell(root);
}
