// Every text of the editor passes through one table, which Python hands in; English is built in.

/** Returns `translate(text, replacements)` as bpmn-js calls it. */
export function translator(words = {}) {
  return (text, replacements = {}) =>
    (words[text] ?? text).replace(/{([^}]+)}/g, (_, name) => replacements[name] ?? `{${name}}`);
}
