// From where pictures in space are looked at until somebody turns them: never along the sheet's edge.

import { readoutOf } from "./readout.js";

export const USUAL = { yaw: -0.55, pitch: 0.42 };
const ABOVE_PLANE = { yaw: 0, pitch: -1.15 }; // x1 goes right, x2 away, the third input goes up
const ENOUGH = 0.6; // of the largest area: then the usual side is good enough
const YAWS = 8; // of the half turn; the other half sees the same from behind
const PITCHES = [0.42, -0.42, 1, -1];
const CELLS = 16; // a side, of which the area is made up

/** { yaw, pitch }: the usual ones, unless the input lattice, as the spaces of the shown frame have it,
 *  is seen too much from its edge there; then where the worst of the spaces is seen best. */
export function standpoint(model) {
  const sheets = solidLayers(model).map((layer) => faceAreas(model, model.pictures[layer].post));
  if (!sheets.length) return USUAL;
  const usual = model.net.lifted && model.net.dimensionsOf(0) === 3 ? ABOVE_PLANE : USUAL;
  const looks = [usual];
  for (const pitch of PITCHES) {
    for (let k = 0; k < YAWS; k++) looks.push({ yaw: USUAL.yaw + ((k - YAWS / 2) * Math.PI) / YAWS, pitch });
  }
  const seen = sheets.map((faces) => looks.map((look) => areaSeen(faces, look)));
  const largest = seen.map((areas) => Math.max(...areas) || 1);
  const worst = looks.map((_, k) => Math.min(...seen.map((areas, s) => areas[k] / largest[s])));
  return worst[0] >= ENOUGH ? usual : looks[worst.indexOf(Math.max(...worst))];
}

/** Layers whose finished pictures are in space and are not looked at along the cut. */
function solidLayers({ net, frame }) {
  const layers = net.pictureDims.map((_, layer) => layer).filter((layer) => net.pictureDims[layer] === 3);
  return layers.filter((layer) => layer <= net.depth || net.ending !== "cut" || ![1, 2].includes(readoutOf(net, frame).rank));
}

/** Twice the vector area (3) of each of CELLS * CELLS faces of the lattice in a picture. */
function faceAreas({ G }, picture) {
  const node = (row, column) => 3 * (Math.round((row * (G - 1)) / CELLS) * G + Math.round((column * (G - 1)) / CELLS));
  const areas = [];
  for (let row = 0; row < CELLS; row++) {
    for (let column = 0; column < CELLS; column++) {
      const [a, b, c, d] = [node(row, column), node(row, column + 1), node(row + 1, column + 1), node(row + 1, column)];
      const [p, q] = [[c, a], [d, b]].map(([to, from]) => [0, 1, 2].map((k) => picture[to + k] - picture[from + k]));
      areas.push([p[1] * q[2] - p[2] * q[1], p[2] * q[0] - p[0] * q[2], p[0] * q[1] - p[1] * q[0]]);
    }
  }
  return areas;
}

/** What faces take up together, seen from far away. */
function areaSeen(faces, { yaw, pitch }) {
  const [x, y, z] = [-Math.sin(yaw) * Math.cos(pitch), Math.sin(pitch), Math.cos(yaw) * Math.cos(pitch)];
  return faces.reduce((sum, face) => sum + Math.abs(face[0] * x + face[1] * y + face[2] * z), 0);
}
