// Icons of the palette. A font face is heard only from the document, not from inside a shadow root.

import icons from 'bpmn-js/dist/assets/bpmn-font/font/bpmn.woff2';

const ID = 'redress-bpmn-font';

export function loadFonts() {
  if (document.getElementById(ID) === null) {
    const sheet = document.createElement('style');
    sheet.id = ID;
    sheet.textContent = `@font-face{font-family:"bpmn";src:url(${icons}) format("woff2")}`;
    document.head.append(sheet);
  }
}
