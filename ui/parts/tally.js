// Names with their numbers; a line is a button. Everything is set as text, never as markup.
const instances = new WeakMap();

function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

function bar(line) {
  const filled = element("i", {});
  filled.style.width = `${Math.min(100, Math.max(0, Number(line.part) || 0))}%`;
  return element("span", { class: "bar", "aria-hidden": "true" }, filled);
}

function texts(line, noun) {
  const note = element("span", { class: line.is_alarming ? "note alarming" : "note" }, line.note);
  return [
    element("span", { class: "title" }, line.title),
    line.note ? note : null,
    element("span", { class: "number" }, line.number.toLocaleString("en"), element("span", { class: "unseen" }, ` ${noun}`)),
    bar(line),
  ];
}

function row(line, data) {
  const opens = data.can_open && line.number > 0;
  const attributes = opens ? { type: "button", class: "line", "data-id": line.id } : { class: "line" };
  return element("li", {}, element(opens ? "button" : "div", attributes, ...texts(line, data.noun)));
}

function mount(parent) {
  const list = element("ul", {});
  const state = { list, component: null };
  list.addEventListener("click", (event) => {
    const line = event.target.closest("button[data-id]");
    if (line) state.component.setTriggerValue("chosen", line.dataset.id);
  });
  parent.append(list);
  state.end = () => {
    list.remove();
    instances.delete(parent);
  };
  return state;
}

export default function (component) {
  const { parentElement, data } = component;
  if (!instances.has(parentElement)) instances.set(parentElement, mount(parentElement));
  const state = instances.get(parentElement);
  state.component = component;
  const find = (id) => [...state.list.querySelectorAll("button")].find((line) => line.dataset.id === id);
  const focused = state.list.getRootNode().activeElement?.dataset?.id;
  state.list.setAttribute("aria-label", data.caption);
  state.list.replaceChildren(...data.lines.map((line) => row(line, data)));
  if (focused) find(focused)?.focus({ preventScroll: true });
  return state.end;
}
