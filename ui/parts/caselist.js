// A table whose rows are links.
function line(row, head) {
  const cells = row.cells.map((text, at) => {
    const kind = row.alarming.includes(at) ? "alarming" : "";
    return element("td", { class: kind, "data-label": head[at + 1] }, text);
  });
  return element("tr", { "data-id": row.id }, complaint(row), ...cells);
}

function begin(state) {
  state.table.addEventListener("click", (event) => followed(state, event, (id) => id));
  return () => {};
}

export default function (component) {
  const { head, rows } = component.data;
  const lines = rows.map((row) => line(row, head));
  return draw(component, begin, { head: heads(head), lines }).end;
}
