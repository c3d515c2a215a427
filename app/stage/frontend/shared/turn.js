// How a hand turns a picture in space: the same on every page.

import { ARROWS } from "../draw/elements.js";

const ROTATION = 0.008; // radians a pixel
const KEY_TURN = 0.1; // radians a press of Alt and an arrow key

export const TURN_KEYS = "Alt and an arrow turns a picture in space, Alt and 0 turns it back.";

/** The camera turned by a drag of (dx, dy) pixels. */
export const turnByDrag = (camera, dx, dy) => camera.rotate(dx * ROTATION, dy * ROTATION);

/** Alt and an arrow key turn a picture in space as the pointer does, Alt and 0 as a double click.
 *  Whether the key meant the picture; `turned()` is called where it has one in space. */
export function turnByKey(camera, event, turned) {
  const back = event.code === "Digit0"; // with Alt, its key is another on a Mac
  if (!event.altKey || !(event.key in ARROWS || back)) return false;
  event.preventDefault(); // Alt and an arrow go back in some browsers
  event.stopPropagation();
  if (camera.solid === 0) return true;
  const [right, up] = ARROWS[event.key] ?? [0, 0];
  if (back) camera.reset();
  else camera.rotate(KEY_TURN * right, -KEY_TURN * up);
  turned();
  return true;
}
