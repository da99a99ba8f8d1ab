// A table whose rows are links. Everything is set as text, never as markup.
const instances = new WeakMap();

function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function line(row, head) {
  const title = element("span", { class: "title" }, row.title);
  const about = element("span", { class: "about" }, row.about);
  const cells = row.cells.map((text, at) => {
    const kind = row.alarming.includes(at) ? "alarming" : "";
    return element("td", { class: kind, "data-label": head[at + 1] }, text);
  });
  const first = element("td", {}, element("a", { href: row.href }, title, about));
  return element("tr", { "data-id": row.id }, first, ...cells);
}

function clicked(state, event) {
  const row = event.target.closest("tr[data-id]");
  if (!row) return;
  const isForNewTab = event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0;
  if (isForNewTab && event.target.closest("a")) return;
  event.preventDefault();
  state.component.setTriggerValue("chosen", row.dataset.id);
}

function mount(parent) {
  const table = element("table", {});
  const state = { table, component: null };
  table.addEventListener("click", (event) => clicked(state, event));
  parent.append(table);
  state.end = () => {
    table.remove();
    instances.delete(parent);
  };
  return state;
}

export default function (component) {
  const { parentElement, data } = component;
  if (!instances.has(parentElement)) instances.set(parentElement, mount(parentElement));
  const state = instances.get(parentElement);
  state.component = component;
  const heads = data.head.map((name) => element("th", { scope: "col" }, name));
  state.table.replaceChildren(
    element("caption", {}, data.caption),
    element("thead", {}, element("tr", {}, ...heads)),
    element("tbody", {}, ...data.rows.map((row) => line(row, data.head))),
  );
  return state.end;
}
