// A table of documents. Files are only ever handed out as attachments.
function fileName(file) {
  if (!file.href) return element("span", { class: "title" }, file.name);
  return element("a", { href: file.href, download: file.name, class: "title" }, file.name);
}

function aside(text, kind) {
  return text ? element("span", { class: kind }, text) : null;
}

function others(line) {
  if (!line.others.length) return null;
  const listed = line.others.map((file) => element("li", {}, fileName(file), aside(file.about, "about"), aside(file.finding, "finding")));
  const word = line.others.length === 1 ? "1 other file" : `${line.others.length} other files`;
  return element("details", {}, element("summary", {}, word), element("ul", {}, ...listed));
}

function documentCell(line) {
  const none = { name: "The original is closed to you, and there is no redacted copy yet.", href: "", about: "", finding: "" };
  const file = line.file ?? none;
  const badges = line.badges.map(([text, tone]) => element("span", { class: "badge " + tone }, text));
  const head = element("div", { class: "head" }, fileName(file), ...badges);
  return element("td", {}, head, aside(file.about, "about"), aside(file.finding, "finding"), aside(line.about, "note"), others(line));
}

function action(line, name) {
  if (!line.can_change) return element("td", { class: "action" });
  const attributes = { type: "button", "data-number": line.number, "aria-label": `Change ${name}` };
  return element("td", { class: "action" }, element("button", attributes, "Change"));
}

function row(line) {
  const number = element("td", { class: "number", "data-label": "No." }, String(line.number));
  const name = line.file?.name ?? `document ${line.number}`;
  return element("tr", {}, number, documentCell(line), action(line, name));
}

function begin(state) {
  state.table.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-number]");
    if (button) state.component.setTriggerValue("chosen", Number(button.dataset.number));
  });
  return () => {};
}

export default function (component) {
  const unseen = element("span", { class: "unseen" }, "Action");
  const head = [...heads(["No.", "Document"]), element("th", { scope: "col" }, unseen)];
  return draw(component, begin, { head, lines: component.data.lines.map(row) }).end;
}
