// What was drawn and not yet taken by the server survives a page switch and a reload of this tab.

const keyOf = (name) => `redress.unsaved.${name}`;

/** Keeps an unsaved drawing in this tab. */
export function keep(name, unsaved) {
  try {
    sessionStorage.setItem(keyOf(name), JSON.stringify(unsaved));
  } catch {
    // The storage is full or forbidden: the drawing is still with the server up to the last pause.
    forget(name);
  }
}

export function forget(name) {
  sessionStorage.removeItem(keyOf(name));
}

/** Returns what was kept; nothing when the server has it by now. */
export function kept(name, xml) {
  const found = JSON.parse(sessionStorage.getItem(keyOf(name)) ?? 'null');
  return found && found.xml !== xml ? found : null;
}
