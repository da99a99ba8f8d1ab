// Sends files one after the other, as they are, and says what became of each.
const instances = new WeakMap();

function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function size(bytes) {
  return bytes < 2 ** 20 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 2 ** 20).toFixed(1)} MB`;
}

function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function named(name) {
  return "attachment; filename*=UTF-8''" + encodeURIComponent(name).replace(/['()*]/g, (sign) => "%" + sign.charCodeAt(0).toString(16));
}

function question(asked) {
  const choices = Object.entries(asked.choices).map(([value, title]) => element("option", { value }, title));
  return element("label", {}, asked.label, element("select", { name: asked.name }, ...choices));
}

/** The line of one file: its name, how far it is, and what became of it. */
function line(file) {
  const bar = element("progress", { max: "1", value: "0", "aria-label": `Sending ${file.name}` });
  const said = element("span", { class: "said" }, size(file.size));
  const made = element("li", {}, element("span", { class: "name" }, file.name), bar, said);
  const say = (kind, text) => {
    made.className = kind;
    said.textContent = text;
    if (kind) bar.remove();
  };
  return { file, key: newKey(), made, say, move: (part) => (bar.value = part) };
}

function reason(request) {
  try {
    return JSON.parse(request.responseText).detail || "It was refused.";
  } catch {
    return request.status ? "It was refused." : "The connection broke. Send it again.";
  }
}

function send(entry, address, proof) {
  return new Promise((settle) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("X-Redress-Proof", proof);
    request.setRequestHeader("Content-Disposition", named(entry.file.name));
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("Idempotency-Key", entry.key);
    request.upload.onprogress = (event) => {
      entry.move(event.lengthComputable ? event.loaded / event.total : 0);
      if (event.loaded === event.total) entry.say("", "is being looked into");
    };
    request.onload = () => settle(request.status < 300 ? "" : reason(request));
    request.onerror = () => settle(reason(request));
    request.send(entry.file);
  });
}

async function sendAll(state) {
  const { data } = state.component;
  const answers = new FormData(state.form);
  const asked = [...data.questions.map((each) => each.name)].map((name) => [name, answers.get(name)]);
  if (data.switch.name) asked.push([data.switch.name, String(answers.get(data.switch.name) === "on")]);
  const address = asked.length ? `${data.path}?${new URLSearchParams(asked)}` : data.path;
  let arrived = 0;
  for (const entry of state.waiting.splice(0)) {
    const refusal = entry.file.size > data.largest ? `It is larger than ${size(data.largest)}.` : await send(entry, address, data.proof);
    entry.say(refusal ? "refused" : "done", refusal || "arrived");
    arrived += refusal ? 0 : 1;
  }
  return arrived;
}

function choose(state, files) {
  const chosen = state.component.data.isOne ? [...files].slice(0, 1) : [...files];
  if (!chosen.length || state.isSending) return;
  state.waiting = chosen.map(line);
  state.list.replaceChildren(...state.waiting.map((entry) => entry.made));
  state.button.disabled = false;
  state.button.focus();
}

async function submit(state, event) {
  event.preventDefault();
  if (!state.waiting.length || state.isSending) return;
  state.isSending = true;
  state.button.disabled = true;
  const arrived = await sendAll(state);
  state.isSending = false;
  state.input.value = "";
  if (arrived) state.component.setTriggerValue("arrived", arrived);
}

function zone(state) {
  const text = element("span", {}, element("b", {}, state.component.data.isOne ? "Choose a file" : "Choose files"), " or drop them here");
  const made = element("label", { class: "zone" }, text, element("small", {}, state.component.data.hint), state.input);
  const over = (event, is) => {
    event.preventDefault();
    made.classList.toggle("over", is);
  };
  made.addEventListener("dragover", (event) => over(event, true));
  made.addEventListener("dragleave", (event) => over(event, false));
  made.addEventListener("drop", (event) => {
    over(event, false);
    choose(state, event.dataTransfer.files);
  });
  return made;
}

function mount(component) {
  const { data, parentElement } = component;
  const input = element("input", { type: "file" });
  input.multiple = !data.isOne;
  const button = element("button", { type: "submit" }, data.button);
  button.disabled = true;
  const list = element("ul", { role: "status", "aria-label": "Files" });
  const state = { component, input, button, list, waiting: [], isSending: false };
  const questions = element("div", { class: "questions" }, ...data.questions.map(question));
  const box = element("input", { type: "checkbox", name: data.switch.name });
  const extra = data.switch.name ? [element("label", { class: "switch" }, box, data.switch.label)] : [];
  state.form = element("form", {}, zone(state), list, ...(data.questions.length ? [questions] : []), ...extra, button);
  input.addEventListener("change", () => choose(state, input.files));
  state.form.addEventListener("submit", (event) => submit(state, event));
  parentElement.append(state.form);
  state.end = () => {
    state.form.remove();
    instances.delete(parentElement);
  };
  return state;
}

export default function (component) {
  const { parentElement } = component;
  if (!instances.has(parentElement)) instances.set(parentElement, mount(component));
  const state = instances.get(parentElement);
  state.component = component;
  return state.end;
}
