// Streamlit hears of a text when its field is left. This commits it after a pause in typing,
// and when the window is hidden, so that a draft never lags far behind the person.
const timers = new WeakMap();
const PAUSE = 1500;

function commit(field) {
  clearTimeout(timers.get(field));
  timers.delete(field);
  const key = { key: "Enter", code: "Enter", keyCode: 13, ctrlKey: true, bubbles: true };
  if (field.isConnected) field.dispatchEvent(new KeyboardEvent("keydown", key));
}

function typed(event) {
  const field = event.target;
  if (field.tagName !== "TEXTAREA") return;
  clearTimeout(timers.get(field));
  timers.set(field, setTimeout(commit, PAUSE, field));
}

function hidden() {
  const field = document.activeElement;
  if (document.visibilityState === "hidden" && timers.has(field)) commit(field);
}

const users = new Set();

export default function ({ parentElement }) {
  if (users.size === 0) {
    document.addEventListener("input", typed);
    document.addEventListener("visibilitychange", hidden);
  }
  users.add(parentElement);
  return () => {
    users.delete(parentElement);
    if (users.size > 0) return;
    document.removeEventListener("input", typed);
    document.removeEventListener("visibilitychange", hidden);
  };
}
