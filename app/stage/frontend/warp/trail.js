// The way of the pinned point through the layers, up to where it is now.

const PLACES_A_LAYER = 12;

const inputs = new WeakMap(); // point -> its place as an array, for `model.place` to know again

/** Draws it with the camera that the picture has now. */
export function drawTrail(picture) {
  const { pinned, u } = picture.store;
  const { start } = picture.model.net;
  if (!pinned || u <= start) return;
  const { context, theme } = picture;
  const count = Math.ceil((u - start) * PLACES_A_LAYER) + 1;
  const { pixels } = walk(picture, pinned, u, count);
  context.beginPath();
  for (let k = 0; k < count; k++) context.lineTo(pixels[2 * k], pixels[2 * k + 1]);
  context.lineJoin = "round";
  picture.stroke(theme.background, 5, 0.8);
  picture.stroke(theme.text, 2, 0.9);
}

/** The picture's memory with `count` places of the point, from the input on. */
function walk(picture, point, u, count) {
  const { model, camera } = picture;
  const { start } = model.net;
  const trail = picture.memory("trail", count);
  if (!inputs.has(point)) inputs.set(point, new Float32Array([point.x, point.y]));
  for (let k = 0; k < count; k++) {
    const place = trail.positions.subarray(3 * k, 3 * k + 3);
    model.place(inputs.get(point), start + ((u - start) * k) / (count - 1), place);
  }
  camera.project(trail.positions, trail.pixels, trail.nearness);
  return trail;
}
