// What every table of complaints has in common. Everything is set as text, never as markup.
const instances = new WeakMap();

function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** The first cell: a link to the case. */
function complaint(row) {
  const title = element("span", { class: "title" }, row.title);
  const about = element("span", { class: "about" }, row.about);
  const note = row.note ? element("span", { class: "note" }, row.note) : null;
  return element("td", {}, element("a", { href: row.href, class: "open" }, title, " ", about, note));
}

/** Follows a click that opens a line; a click for a new tab is left to the browser. */
function followed(state, event, chosen) {
  const line = event.target.closest("tr[data-id]");
  if (!line) return;
  const isForNewTab = event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0;
  if (isForNewTab && event.target.closest("a")) return;
  event.preventDefault();
  state.component.setTriggerValue("chosen", chosen(line.dataset.id));
}

/** Draws the table, which is kept beside its parent from one run to the next. */
function draw(component, begin, { head, lines }) {
  const { parentElement, data } = component;
  if (!instances.has(parentElement)) instances.set(parentElement, mount(parentElement, begin));
  const state = instances.get(parentElement);
  state.component = component;
  state.table.replaceChildren(
    element("caption", {}, data.caption),
    element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...lines),
  );
  return state;
}

function mount(parent, begin) {
  const table = element("table", {});
  const state = { table, component: null };
  const stop = begin(state);
  parent.append(table);
  state.end = () => {
    stop();
    table.remove();
    instances.delete(parent);
  };
  return state;
}

function heads(names) {
  return names.map((name) => element("th", { scope: "col" }, name));
}
