// Keys on the picture of the page "Pieces": a pen while points are drawn, else a place to read.

import { setText } from "../draw/elements.js";
import { plainNumber } from "./tools.js";
import { placeWords } from "./words.js";

const STEP = 0.02; // of the picture's width
const LARGE = 5; // steps of the pen with Shift

/** What a key does on the picture of `pieces`, as a function; undefined where it does nothing there. */
export function keyAction(pieces, event) {
  if (event.altKey || event.ctrlKey || event.metaKey) return undefined;
  const { own, drawing } = pieces.store;
  return own && drawing ? penAction(pieces, event) : readAction(pieces, event);
}

/** What keys do on the picture, for those who hear it. */
export function keyWords({ net, hasNetwork }, draws, movable) {
  if (draws) return "Arrow keys move a pen, with Shift by larger steps. Enter places a point, or removes the one that is there.";
  if (!hasNetwork) return "";
  const scrubs = net.scrub && net.frameCount > 1 ? " Without Shift they move the slider below the picture." : "";
  const hinges = movable ? " The Tab key leads on to the hinges, which arrow keys move." : "";
  return `Shift and the left or right arrow key read the numbers at another place; Escape ends that.${scrubs}${hinges}`;
}

/** Arrows move the pen, Enter places a point or removes it. */
function penAction(pieces, { key, shiftKey }) {
  const { store, model: { net }, picture, spoken } = pieces;
  const { x, y } = store.hover ?? { x: (net.low + net.high) / 2, y: 0 };
  const step = STEP * (shiftKey ? LARGE : 1) * (net.high - net.low);
  const to = (dx, dy) => () => {
    pieces.point({ x: x + dx, y: Math.min(Math.max(y + dy, -1), 1), inside: true, inMain: true });
    setText(spoken, `Pen at x = ${plainNumber(store.hover.x)}, y = ${plainNumber(store.hover.y)}`);
  };
  const touch = () => pieces.touch({ px: picture.x(x), py: picture.y(y), x, y });
  return {
    ArrowLeft: to(-step, 0), ArrowRight: to(step, 0), ArrowUp: to(0, step), ArrowDown: to(0, -step), Enter: touch,
  }[key];
}

/** Shift and an arrow move the place that is read, Escape ends the reading. */
function readAction(pieces, { key, shiftKey }) {
  const { store, model, spoken } = pieces;
  const { low, high } = model.net;
  const by = shiftKey ? { ArrowLeft: -1, ArrowRight: 1 }[key] : undefined;
  if (!by) return key === "Escape" && store.pinned ? () => pieces.keep(null) : undefined;
  const x = (store.hover?.x ?? (low + high) / 2) + by * STEP * (high - low);
  return () => {
    pieces.point({ x, y: 0, inside: true, inMain: false });
    pieces.keep(store.hover);
    if (model.hasNetwork) setText(spoken, placeWords(model, store.hover.x).join(". "));
  };
}
