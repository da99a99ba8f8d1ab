// The last runs of a job as bars. Everything is set as text or as a number, never as markup.
function bar(run) {
  const made = document.createElement("i");
  made.className = run.failed ? "failed" : "";
  made.style.height = `${Math.min(100, Math.max(0, Number(run.height) || 0))}%`;
  return made;
}

export default function (component) {
  const { parentElement, data } = component;
  const row = parentElement.querySelector(".runs") ?? document.createElement("div");
  row.className = "runs";
  row.setAttribute("role", "img");
  row.setAttribute("aria-label", data.told);
  row.title = data.told;
  row.replaceChildren(...data.runs.map(bar));
  if (!row.isConnected) parentElement.append(row);
  return () => row.remove();
}
