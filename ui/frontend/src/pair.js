// Two versions of a diagram beside each other: what is seen of one is seen of the other.

import { closeView, openView, updateView } from './view.js';
import { around, boxOf } from './zoom.js';

// The other side moves with each step of a move, not after its end.
const TOGETHER = { deferUpdate: false };
const SIDES = ['before', 'after'];

function openSide(pair, side, page) {
  const place = document.createElement('div');
  place.className = 'redress-side';
  const title = document.createElement('p');
  title.className = 'redress-side-title';
  place.append(title);
  pair.root.append(place);
  return { title, view: openView(place, page, TOGETHER) };
}

export function openPair(frame, page) {
  const root = document.createElement('div');
  root.className = 'redress-pair';
  frame.append(root);
  const pair = { root, isFollowing: false };
  for (const side of SIDES) {
    pair[side] = openSide(pair, side, page);
  }
  const views = SIDES.map((side) => pair[side].view);
  views.forEach((view) => {
    view.outline = () => aroundBoth(views);
    view.interest = () => aroundDifferences(views);
  });
  lead(pair.before.view, pair.after.view, pair);
  lead(pair.after.view, pair.before.view, pair);
  return pair;
}

/** What is seen at first has room for the larger of the two. */
function aroundBoth(views) {
  const boxes = views
    .filter(({ viewer }) => viewer.getDefinitions() !== undefined)
    .map(({ viewer }) => viewer.get('canvas').viewbox().inner);
  return around(boxes);
}

/** Where they differ; nothing while one of them is not there yet. */
function aroundDifferences(views) {
  if (views.some(({ rev, data }) => rev === null || data === undefined)) {
    return null;
  }
  const boxes = views.flatMap(({ viewer, data: { added = [], removed = [], changed = {} } }) => {
    const registry = viewer.get('elementRegistry');
    const drawn = [...added, ...removed, ...Object.keys(changed)].map((id) => registry.get(id));
    return drawn.filter((each) => each?.parent).map(boxOf);
  });
  return boxes.length > 0 ? around(boxes) : null;
}

/** Shows of the second what is seen of the first; both frames have one size. */
function lead(first, second, pair) {
  first.viewer.on('canvas.viewbox.changed', ({ viewbox: { x, y, scale } }) => {
    if (pair.isFollowing || first.rev === null || second.rev === null) {
      return;
    }
    pair.isFollowing = true;
    const { clientWidth, clientHeight } = second.canvas;
    second.viewer.get('canvas').viewbox({
      x, y, width: clientWidth / scale, height: clientHeight / scale,
    });
    second.moved = first.moved;
    pair.isFollowing = false;
  });
}

export async function updatePair(pair, { before, titles = {}, alt, focus, ...data }) {
  const changed = data.changed ?? {};
  const told = {
    before: { xml: before, rev: data.revBefore, removed: data.removed, changed },
    after: { xml: data.xml, rev: data.rev, added: data.added, changed },
  };
  for (const side of SIDES) {
    pair[side].title.textContent = titles[side];
    await updateView(pair[side].view, { ...told[side], alt: `${alt}: ${titles[side]}` });
  }
  if (focus) {
    // What is gone is looked for in the version that had it.
    const has = (side) => pair[side].view.viewer.get('elementRegistry').get(focus.id);
    const side = has('after') ? 'after' : 'before';
    await updateView(pair[side].view, {
      ...told[side], alt: `${alt}: ${titles[side]}`, focus,
    });
  }
}

export function closePair(pair) {
  SIDES.forEach((side) => closeView(pair[side].view));
}
