// Saves a diagram without losing what bpmn-js does not understand.
//
// bpmn-js reads a file into its own model and writes the model anew: comments, attributes at their
// default, spellings of figures, unknown elements and prefixes of other tools are gone. Here the
// file itself is kept. What it became by being read and written at once (*untouched*) is compared
// with what it is now (*edited*), and only what differs between these two is changed in the file.

const XMLNS = 'http://www.w3.org/2000/xmlns/';
const DI = 'http://www.omg.org/spec/BPMN/20100524/DI';
const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

function parse(xml) {
  const parsed = new DOMParser().parseFromString(xml, 'application/xml');
  if (parsed.querySelector('parsererror')) {
    throw new Error('This is no well-formed XML.');
  }
  return parsed;
}

/** Elements by their id; an id that stands twice names nobody. */
function byId(root) {
  const found = new Map();
  for (const element of [root, ...root.getElementsByTagName('*')]) {
    const id = element.getAttribute('id');
    if (id !== null) {
      found.set(id, found.has(id) ? null : element);
    }
  }
  return found;
}

const nameOf = (element) => `{${element.namespaceURI ?? ''}}${element.localName}`;
const childrenOf = (element) => [...element.children];

/** Only text that stands in no child; space around it is that of the layout. */
function textOf(element) {
  return [...element.childNodes]
    .filter(({ nodeType }) => nodeType === Node.TEXT_NODE || nodeType === Node.CDATA_SECTION_NODE)
    .map(({ data }) => data)
    .join('')
    .trim();
}

function attributesOf(element) {
  const own = [...element.attributes].filter(({ namespaceURI }) => namespaceURI !== XMLNS);
  return new Map(own.map((each) => [`{${each.namespaceURI ?? ''}}${each.localName}`, each]));
}

/** Pairs the children of two versions of an element that have no id of their own. */
function pairInOrder(one, other, isSame, pairs) {
  const [rest, left] = [[...one], [...other]];
  for (const child of one) {
    const twin = left.find((each) => isSame(child, each));
    if (twin) {
      pairs.set(child, twin);
      rest.splice(rest.indexOf(child), 1);
      left.splice(left.indexOf(twin), 1);
    }
  }
  rest.slice(0, left.length).forEach((child, at) => pairs.set(child, left[at]));
}

function grouped(elements) {
  const groups = new Map();
  for (const element of elements) {
    groups.set(nameOf(element), [...(groups.get(nameOf(element)) ?? []), element]);
  }
  return groups;
}

/** Returns where the longest run of rising numbers stands; null is part of none. */
function longestRise(ranks) {
  const ends = [];
  const before = new Map();
  ranks.forEach((rank, at) => {
    if (rank === null) {
      return;
    }
    const found = ends.findIndex((end) => ranks[end] >= rank);
    const length = found === -1 ? ends.length : found;
    before.set(at, ends[length - 1]);
    ends[length] = at;
  });
  const run = new Set();
  for (let at = ends.at(-1); at !== undefined; at = before.get(at)) {
    run.add(at);
  }
  return run;
}

class Merge {
  constructor(file, untouched, edited) {
    this.file = file;
    this.untouched = { root: untouched.documentElement, ids: byId(untouched.documentElement) };
    this.edited = { root: edited.documentElement, ids: byId(edited.documentElement) };
    this.ids = byId(file.documentElement);
    this.places = new Map();
  }

  run() {
    this._locate(this.untouched.root, this.file.documentElement);
    this._merge(this.untouched.root, this.edited.root);
    return this.file;
  }

  /** Notes where in the file each element of the untouched version stands. */
  _locate(element, place) {
    this.places.set(element, place);
    const groups = grouped(childrenOf(place));
    for (const [name, twins] of grouped(childrenOf(element))) {
      const places = groups.get(name) ?? [];
      const unnamed = places.filter((each) => !this._known(each, this.untouched.ids));
      for (const twin of twins) {
        const named = this._known(twin, this.ids) && this.ids.get(twin.getAttribute('id'));
        const found = named || unnamed.shift();
        if (found) {
          this._locate(twin, found);
        }
      }
    }
  }

  _known(element, ids) {
    const id = element.getAttribute('id');
    return id !== null && Boolean(ids.get(id));
  }

  /** Returns, for each child of an untouched element, what became of it; moved ones included. */
  _pairs(untouched, edited) {
    const pairs = new Map();
    const isFree = (element) => this._twinOf(element) === null;
    const olds = grouped(childrenOf(untouched).filter((each) => !this._isShared(each)));
    const news = grouped(childrenOf(edited).filter(isFree));
    for (const [name, children] of olds) {
      pairInOrder(children, news.get(name) ?? [], (one, other) => one.isEqualNode(other), pairs);
    }
    for (const child of childrenOf(edited)) {
      const twin = this._twinOf(child);
      if (twin) {
        pairs.set(twin, child);
      }
    }
    return pairs;
  }

  /** Tells whether an id names one element before and after the edit. */
  _isShared(element) {
    return this._known(element, this.untouched.ids) && this._known(element, this.edited.ids);
  }

  /** Returns what an edited element was before, wherever it stood; null where no id tells. */
  _twinOf(element) {
    return this._isShared(element) ? this.untouched.ids.get(element.getAttribute('id')) : null;
  }

  _merge(untouched, edited) {
    let place = this.places.get(untouched);
    if (nameOf(untouched) !== nameOf(edited)) {
      place = this._rename(place, edited);
      this.places.set(untouched, place);
    }
    this._mergeAttributes(place, untouched, edited);
    if (textOf(untouched) !== textOf(edited)) {
      this._setText(place, textOf(edited));
    }
    this._mergeChildren(place, untouched, edited);
    return place;
  }

  _mergeAttributes(place, untouched, edited) {
    const [olds, news] = [attributesOf(untouched), attributesOf(edited)];
    for (const [name, { namespaceURI, localName }] of olds) {
      if (!news.has(name)) {
        place.removeAttributeNS(namespaceURI, localName);
      }
    }
    for (const [name, attribute] of news) {
      if (olds.get(name)?.value !== attribute.value) {
        this._setAttribute(place, attribute);
      }
    }
  }

  _setAttribute(place, { namespaceURI, localName, value, ownerElement }) {
    const isType = namespaceURI === XSI && localName === 'type';
    place.setAttributeNS(
      namespaceURI,
      namespaceURI ? this._qualified(place, namespaceURI, localName, ownerElement, true) : localName,
      isType ? this._typeIn(place, value, ownerElement) : value,
    );
  }

  /** Says the type of an element with the prefix that the file has for it. */
  _typeIn(place, value, from) {
    const [local, prefix] = value.split(':').reverse();
    const namespace = from.lookupNamespaceURI(prefix ?? null);
    return namespace ? this._qualified(place, namespace, local, from) : value;
  }

  /** Returns a name with the prefix of the file; a prefix that it lacks is declared at its root. */
  _qualified(place, namespace, local, from, isAttribute = false) {
    const root = this.file.documentElement;
    const around = place.isConnected ? place : root;
    const known = around.lookupPrefix(namespace);
    if (known) {
      return `${known}:${local}`;
    }
    if (!isAttribute && around.lookupNamespaceURI(null) === namespace) {
      return local;
    }
    const wanted = from.lookupPrefix(namespace) ?? 'ns';
    let prefix = wanted;
    for (let n = 1; root.lookupNamespaceURI(prefix) !== null; n += 1) {
      prefix = `${wanted}${n}`;
    }
    root.setAttributeNS(XMLNS, `xmlns:${prefix}`, namespace);
    return `${prefix}:${local}`;
  }

  _setText(place, text) {
    [...place.childNodes]
      .filter(({ nodeType }) => nodeType === Node.TEXT_NODE || nodeType === Node.CDATA_SECTION_NODE)
      .forEach((node) => node.remove());
    place.prepend(this.file.createTextNode(text));
  }

  _mergeChildren(place, untouched, edited) {
    const pairs = this._pairs(untouched, edited);
    for (const child of childrenOf(untouched)) {
      const isKept = pairs.has(child) || this._isShared(child);
      if (!isKept) {
        this._remove(this.places.get(child));
      }
    }
    const twins = new Map([...pairs].map(([old, now]) => [now, old]));
    const now = childrenOf(edited).map((child) => {
      const twin = twins.get(child);
      if (twin && this.places.has(twin)) {
        return this._merge(twin, child);
      }
      // What bpmn-js added by reading and nobody has touched is none of the file's business.
      return twin?.isEqualNode(child) ? null : this._make(place, child);
    });
    this._arrange(place, untouched, childrenOf(edited), now, twins);
  }

  /** Puts children where the edited version has them; those that kept their order stay. */
  _arrange(place, untouched, edited, places, twins) {
    const order = new Map(childrenOf(untouched).map((child, at) => [child, at]));
    const ranks = edited.map((child, at) => (
      places[at]?.parentNode === place ? order.get(twins.get(child)) ?? null : null
    ));
    const staying = longestRise(ranks);
    const seen = new Map();
    let last = null;
    edited.forEach((child, at) => {
      const here = places[at];
      if (here === null) {
        return;
      }
      if (!staying.has(at)) {
        this._insert(place, here, seen.get(nameOf(child)) ?? last);
      }
      seen.set(nameOf(child), here);
      last = here;
    });
  }

  /** Inserts an element after another, or before all, in a line of its own. */
  _insert(place, element, after) {
    if (element.parentNode) {
      this._remove(element);
    }
    const lead = (after ?? place.firstElementChild)?.previousSibling;
    const isSpace = lead?.nodeType === Node.TEXT_NODE && lead.data.trim() === '';
    const space = isSpace ? [lead.cloneNode()] : [];
    if (after) {
      after.after(...space, element);
    } else if (place.firstElementChild) {
      place.firstElementChild.before(element, ...space);
    } else {
      place.append(element);
    }
  }

  /** Takes an element out together with the line that it stood in. */
  _remove(element) {
    if (!element) {
      return;
    }
    const lead = element.previousSibling;
    if (lead?.nodeType === Node.TEXT_NODE && lead.data.trim() === '') {
      lead.remove();
    }
    element.remove();
  }

  /** Makes an element that the file has not, with the prefixes of the file. */
  _make(place, edited) {
    const { namespaceURI, localName } = edited;
    const name = namespaceURI
      ? this._qualified(place, namespaceURI, localName, edited) : localName;
    const made = this.file.createElementNS(namespaceURI, name);
    for (const attribute of attributesOf(edited).values()) {
      this._setAttribute(made, attribute);
    }
    for (const node of edited.childNodes) {
      const isElement = node.nodeType === Node.ELEMENT_NODE;
      made.append(isElement ? this._within(place, node) : this.file.importNode(node));
    }
    return made;
  }

  /** Returns what stands in an element that is new: what was elsewhere in the file, or new too. */
  _within(place, node) {
    const twin = this._twinOf(node);
    if (!this.places.has(twin)) {
      return this._make(place, node);
    }
    if (node.namespaceURI !== DI) {
      return this._merge(twin, node);
    }
    // bpmn-js counts from another corner in a diagram of its own: places are all taken from it.
    this._remove(this.places.get(twin));
    this.places.delete(twin);
    return this._make(place, node);
  }

  /** Gives an element another kind; what belongs to other tools goes along. */
  _rename(place, edited) {
    const { namespaceURI, localName } = edited;
    const name = this._qualified(place, namespaceURI, localName, edited);
    const made = this.file.createElementNS(namespaceURI, name);
    const kept = attributesOf(edited);
    for (const attribute of [...place.attributes]) {
      if (attribute.namespaceURI !== null || kept.has(`{}${attribute.localName}`)) {
        made.setAttributeNS(attribute.namespaceURI, attribute.name, attribute.value);
      }
    }
    made.append(...place.childNodes);
    place.replaceWith(made);
    return made;
  }
}

/** Keeps a file while it is edited. */
export class KeptFile {
  /**
   * @param {string} xml The file as it came.
   * @param {string} untouched What bpmn-js writes when nothing was edited yet.
   */
  constructor(xml, untouched) {
    this._xml = xml;
    this._untouched = untouched;
    this._file = parse(xml);
  }

  /** Returns the file with the edits in it, and nothing else changed. */
  with(edited) {
    if (edited === this._untouched) {
      return this._xml;
    }
    const merged = new Merge(
      this._file.cloneNode(true), parse(this._untouched), parse(edited),
    ).run();
    const written = new XMLSerializer().serializeToString(merged);
    return DECLARATION + written.replace(/^<\?xml[^>]*\?>\s*/, '');
  }
}
