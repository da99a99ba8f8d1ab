// What the marks mean, in words, above the diagram.

import { SIGNED } from './marks.js';

function count(marked) {
  return Array.isArray(marked) ? marked.length : Object.keys(marked ?? {}).length;
}

function entry(sign, text) {
  const item = document.createElement('span');
  item.className = 'redress-legend-entry';
  const icon = document.createElement('span');
  icon.className = `redress-sign redress-sign-${sign}`;
  icon.setAttribute('aria-hidden', 'true');
  item.append(icon, text);
  return item;
}

/** Between two versions the words count: there a flow that leads elsewhere is part of its step. */
function wordOf(text, data, sign) {
  return data.before === undefined ? `${text}: ${count(data[sign])}` : text;
}

function loopEntry(translate) {
  const item = document.createElement('span');
  item.className = 'redress-legend-entry';
  const arc = document.createElement('span');
  arc.className = 'redress-legend-loop';
  arc.setAttribute('aria-hidden', 'true');
  item.append(arc, translate('Begun anew after'));
  return item;
}

function scaleOf({ heat, scale = '' }) {
  const entries = Object.values(heat);
  const values = entries.map(({ value }) => value);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const labelOf = (value) => entries.find((each) => each.value === value).label;
  const item = document.createElement('span');
  item.className = 'redress-legend-entry';
  const ramp = document.createElement('span');
  ramp.className = 'redress-ramp';
  ramp.setAttribute('aria-hidden', 'true');
  item.append(scale, ` ${labelOf(least)}`, ramp, labelOf(most));
  return item;
}

/** Adds a line that explains the marks; it is not there while there is nothing to explain. */
export function addLegend(root, { translate }) {
  const line = document.createElement('p');
  line.className = 'redress-legend';
  root.append(line);
  return {
    tell(data) {
      const entries = Object.entries(SIGNED)
        .filter(([sign]) => data[sign] !== undefined)
        .map(([sign, text]) => entry(sign, wordOf(translate(text), data, sign)));
      if (Object.keys(data.heat ?? {}).length > 0) {
        entries.push(scaleOf(data));
      }
      if (data.loops?.length > 0) {
        entries.push(loopEntry(translate));
      }
      line.replaceChildren(...entries);
      line.hidden = entries.length === 0;
    },
  };
}
