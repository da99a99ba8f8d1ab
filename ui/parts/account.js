// The account menu and the watch that leads back to the sign-in when the session is over.
const instances = new WeakMap();
const PAUSE = 30000;

function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

async function watch() {
  if (document.visibilityState !== "visible") return;
  let status = 0;
  try {
    status = (await fetch("/session", { cache: "no-store" })).status;
  } catch {
    return; // The server does not answer; Streamlit says so itself.
  }
  if (status === 401) {
    const here = location.pathname + location.search;
    location.assign("/login" + (here === "/" ? "" : "?next=" + encodeURIComponent(here)));
  }
}

function mount(parent) {
  const timer = setInterval(watch, PAUSE);
  document.addEventListener("visibilitychange", watch);
  addEventListener("focus", watch);
  const line = new MutationObserver(watch); // A socket that was shut is how the end shows first.
  const app = document.querySelector("[data-testid=stApp]");
  if (app) line.observe(app, { attributeFilter: ["data-test-connection-state"] });
  const root = element("div", { class: "account" });
  parent.append(root);
  const end = () => {
    clearInterval(timer);
    line.disconnect();
    document.removeEventListener("visibilitychange", watch);
    removeEventListener("focus", watch);
    root.remove();
    instances.delete(parent);
  };
  return { root, end };
}

export default function ({ parentElement, data }) {
  if (!instances.has(parentElement)) instances.set(parentElement, mount(parentElement));
  const { root, end } = instances.get(parentElement);
  const token = element("input", { type: "hidden", name: "token", value: data.token });
  const button = element("button", { type: "submit" }, "Sign out");
  root.replaceChildren(
    element("span", { class: "initial", "aria-hidden": "true" }, data.initial),
    element("span", { class: "who" }, data.name, element("small", {}, data.roles)),
    element("form", { method: "post", action: "/logout" }, token, button),
  );
  return end;
}
