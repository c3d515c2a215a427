// Which stages the play shows: a stand-in until network/motions.js says so.

const LEAST_ANGLE = (10 * Math.PI) / 180;
const LEAST_FACTOR = 1.2;

/** Whether the eye would notice a stage of a layer. */
export function worthPlaying(model, layer, name) {
  const path = model.net.path(model.frame, layer);
  if (name === "turn") return Math.abs(path[15]) >= LEAST_ANGLE;
  if (name !== "stretch") return true;
  const factors = [...path.subarray(9, 9 + model.net.pictureDims[layer - 1])].map(Math.abs);
  return factors.some((factor) => factor > LEAST_FACTOR || factor < 1 / LEAST_FACTOR);
}
