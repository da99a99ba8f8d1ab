// Sent with each page; the viewer itself is fetched once and then kept by the browser.
let viewer;
const load = () => {
  viewer ??= import(new URL("@VIEWER@", document.baseURI).href);
  return viewer;
};
export default function (component) {
  let close;
  let isClosed = false;
  load().then(
    (module) => { if (!isClosed) close = module.default(component); },
    () => {
      viewer = undefined;
      const said = "This could not be loaded. Reload the page.";
      component.parentElement.textContent = component.data?.words?.[said] ?? said;
    },
  );
  return () => {
    isClosed = true;
    close?.();
  };
}
