// Buttons above the diagram, where they cover nothing of it and never the watermark.

import { showCurrent, showWhole, stepZoom } from './zoom.js';

const BUTTONS = [
  ['Larger', '+', (view) => stepZoom(view, 1)],
  ['Smaller', '\u2212', (view) => stepZoom(view, -1)],
  ['Show all', 'All', showWhole],
  ['Show the current step', 'Current', showCurrent],
];

export function addControls(view) {
  const bar = document.createElement('div');
  bar.className = 'redress-controls';
  for (const [title, text, act] of BUTTONS) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = view.translate(text);
    button.title = view.translate(title);
    button.setAttribute('aria-label', view.translate(title));
    button.addEventListener('click', () => act(view));
    bar.append(button);
  }
  view.root.insertBefore(bar, view.canvas);
}
