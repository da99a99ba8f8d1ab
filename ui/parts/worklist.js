// A list of work: what falls due when, who has it, and the keys of a mail program.
function badge(row) {
  const tone = element("span", { class: "badge " + row.tone }, row.severity);
  return element("td", { "data-label": "severity" }, row.severity ? tone : "");
}

function due(row) {
  const part = element("i", {});
  part.style.width = `${Math.min(100, Math.max(0, Number(row.used) || 0))}%`;
  const bar = element("span", { class: "bar", "aria-hidden": "true" }, part);
  const text = element("span", { title: row.due_title }, row.due);
  const kind = row.is_late ? "due late" : "due";
  const hint = row.hint ? element("span", { class: "hint", title: row.due_title }, row.hint) : null;
  return element("td", { class: kind, "data-label": "due" }, text, hint, row.due ? bar : null);
}

function assignee(row) {
  if (!row.assignee) {
    return element("td", { "data-label": "assignee" }, element("span", { class: "quiet" }, "Unassigned"));
  }
  const initial = element("span", { class: "initial", "aria-hidden": "true" }, [...row.assignee][0].toUpperCase());
  return element("td", { "data-label": "assignee" }, initial, row.assignee);
}

function action(row) {
  if (!row.can_claim) return element("td", { class: "action" });
  const attributes = { type: "button", class: "claim", "aria-label": `Claim ${row.title}` };
  return element("td", { class: "action" }, element("button", attributes, "Claim"));
}

function line(row, selected) {
  const called = row.called ? element("span", { class: "called" }, row.called) : null;
  const step = element("td", { "data-label": "step" }, row.step, called);
  const made = element("tr", { "data-id": row.id }, complaint(row), badge(row), step, due(row), assignee(row), action(row));
  if (row.id === selected) made.setAttribute("aria-selected", "true");
  return made;
}

function heading(names) {
  const action = element("span", { class: "unseen" }, "Action");
  return [...heads(names), element("th", { scope: "col" }, action)];
}

function clicked(state, event) {
  const what = event.target.closest("button.claim") ? "claim" : "open";
  followed(state, event, (id) => ({ id, what }));
}

function isElsewhere(state, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  const target = event.composedPath()[0];
  if (state.table.contains(target)) return false;
  // Keys pressed on the empty page are for the list; those of another control are its own.
  return Boolean(target.closest?.("button, a, input, textarea, select, [role=dialog], [contenteditable=true]"));
}

function pressed(state, event) {
  const steps = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };
  const step = steps[event.key];
  if (!step || isElsewhere(state, event)) return;
  const links = [...state.table.querySelectorAll("a.open")];
  const here = links.indexOf(focusedLine(state)?.querySelector("a.open"));
  if (here < 0 && event.key.startsWith("Arrow")) return; // Arrows scroll the page until then.
  event.preventDefault();
  links[here < 0 ? 0 : Math.min(links.length - 1, Math.max(0, here + step))]?.focus();
}

function focusedLine(state) {
  return state.table.getRootNode().activeElement?.closest?.("tr[data-id]") ?? null;
}

function begin(state) {
  const press = (event) => pressed(state, event);
  state.table.addEventListener("click", (event) => clicked(state, event));
  document.addEventListener("keydown", press);
  return () => document.removeEventListener("keydown", press);
}

export default function (component) {
  const { data, parentElement } = component;
  const before = instances.get(parentElement);
  const focused = before && focusedLine(before)?.dataset.id;
  const lines = data.rows.map((row) => line(row, data.selected));
  const state = draw(component, begin, { head: heading(data.head), lines });
  const again = [...state.table.querySelectorAll("tr[data-id]")].find((row) => row.dataset.id === focused);
  again?.querySelector("a.open")?.focus({ preventScroll: true });
  return state.end;
}
