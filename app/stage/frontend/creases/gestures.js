// Mouse, fingers and keys on the pictures of a mesh.

import { ARROWS } from "../draw/elements.js";
import { placeOn } from "../draw/surface.js";
import { turnByDrag, turnByKey } from "../shared/turn.js";

const CLICK_PIXELS = 4;
const WHEEL = 0.0016; // zoom a pixel of the wheel, as an exponent of e
const KEY_STEP = 0.1; // input units a press of an arrow key moves the chosen point
const KEY_PAN = 0.1; // of the side of the picture a press of Alt and an arrow key

function listen(canvas, guard, handlers) {
  for (const [name, act] of Object.entries(handlers)) {
    canvas.addEventListener(name, (event) => guard(() => act(event)), { passive: false });
  }
}

/** Drag, wheel with Ctrl, pinch, double click and keys look around; a click or a tap chooses a piece. commit()
 *  is called after each. */
export function listenToPlane(plane, { guard, choose, chosen, commit }) {
  const { canvas, surface } = plane;
  const fingers = new Map();
  let moved = 0;
  const lift = (event) => fingers.delete(event.pointerId);
  listen(canvas, guard, {
    pointerdown(event) {
      if (fingers.size === 0) moved = 0;
      fingers.set(event.pointerId, placeOn(surface, event));
      canvas.setPointerCapture(event.pointerId);
    },
    pointermove(event) {
      const before = fingers.get(event.pointerId);
      if (!before) return;
      const now = placeOn(surface, event);
      moved += Math.abs(now.x - before.x) + Math.abs(now.y - before.y);
      if (moved < CLICK_PIXELS) return;
      if (fingers.size === 2) pinch(plane, [...fingers.entries()].find(([id]) => id !== event.pointerId)[1], before, now);
      else plane.pan(now.x - before.x, now.y - before.y);
      fingers.set(event.pointerId, now);
    },
    pointerup(event) {
      const { x, y } = placeOn(surface, event);
      if (fingers.size === 1 && moved < CLICK_PIXELS) choose(plane.inputAt(x, y));
      lift(event);
      commit();
    },
    pointercancel: lift,
    wheel(event) {
      if (!event.ctrlKey && !event.metaKey) return; // the page scrolls
      event.preventDefault();
      const { x, y } = placeOn(surface, event);
      const pixels = event.deltaMode === 0 ? event.deltaY : 30 * event.deltaY;
      plane.zoomBy(Math.exp(-WHEEL * pixels), x, y);
      commit();
    },
    dblclick() {
      plane.fit();
      commit();
    },
    keydown(event) {
      if (event.ctrlKey || event.metaKey || !press(plane, event, choose, chosen)) return;
      event.preventDefault();
      event.stopPropagation();
      commit();
    },
  });
}

/** One finger stays, another moves: the distance zooms, the middle pans. */
function pinch(plane, still, before, now) {
  const apart = (finger) => Math.max(Math.hypot(finger.x - still.x, finger.y - still.y), 1);
  plane.zoomBy(apart(now) / apart(before), (still.x + before.x) / 2, (still.y + before.y) / 2);
  plane.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
}

/** Whether the key meant the plane. */
function press(plane, event, choose, chosen) {
  const { key } = event;
  if (event.altKey) return panByKey(plane, key);
  if (key === "+" || key === "=") plane.zoomBy(1.3);
  else if (key === "-") plane.zoomBy(1 / 1.3);
  else if (key === "0") plane.fit();
  else if (key === "Escape") choose(null);
  else if (key in ARROWS) step(plane, ARROWS[key], event.shiftKey ? 5 : 1, choose, chosen());
  else return false;
  return true;
}

/** Alt and an arrow key look further that way. Whether the key meant the plane. */
function panByKey(plane, key) {
  if (!(key in ARROWS)) return false;
  const [right, up] = ARROWS[key];
  const { width, height } = plane.surface;
  const pixels = KEY_PAN * Math.min(width, height);
  plane.pan(-right * pixels, up * pixels);
  return true;
}

/** Moves the chosen point; the view follows it. */
function step(plane, [dx, dy], times, choose, from) {
  const { view, box } = plane;
  const size = (times * KEY_STEP) / view.zoom;
  const start = from ?? { x: view.x, y: view.y };
  const point = {
    x: Math.min(Math.max(start.x + dx * size, box[0]), box[1]),
    y: Math.min(Math.max(start.y + dy * size, box[2]), box[3]),
  };
  choose(from ? point : start);
  const { x, y } = plane.pixelAt(point);
  const { width, height } = plane.surface;
  if (x < 0 || y < 0 || x > width || y > height) plane.look({ ...view, x: point.x, y: point.y });
}

/** A picture in space turns with the pointer and with keys; a double click turns it back; then commit()
 *  is called. */
export function listenToTurns(carried, guard, commit) {
  const { canvas, camera, surface } = carried;
  let last = null;
  const turned = () => {
    carried.store.touch("turn");
    commit();
  };
  listen(canvas, guard, {
    pointerdown(event) {
      last = placeOn(surface, event);
      if (camera.solid > 0) canvas.setPointerCapture(event.pointerId);
    },
    pointermove(event) {
      if (!last || camera.solid === 0) return;
      const now = placeOn(surface, event);
      turnByDrag(camera, now.x - last.x, now.y - last.y);
      carried.store.touch("turn");
      last = now;
    },
    pointerup() {
      last = null;
      if (camera.solid > 0) commit();
    },
    pointercancel() { last = null; },
    pointerleave(event) {
      if (!canvas.hasPointerCapture(event.pointerId)) last = null;
    },
    dblclick() {
      camera.reset();
      turned();
    },
    keydown(event) { turnByKey(camera, event, turned); },
  });
}
