// Of a network with a smooth activation: what it says on the lattice of its Model, as a mesh of
// triangles that stands in for the exact one. It has no fold lines.

/** The lattice of the frame that a model shows, with the fields of `buildMesh` that a picture without
 *  folds needs. Besides: `nodes` a side of the lattice, and `inputs` (2 (v + b)), the vertices as
 *  `Model.place` takes them: there is nothing straight to carry along. */
export function latticeMesh(model) {
  const { G, net, nodes, boundary, inputs } = model;
  const logits = model.layers[net.depth + 1].pre;
  const outputs = net.sizes.at(-1);
  const corners = trianglesOf(G);
  const faces = corners.length / 3;
  const places = new Float32Array(2 * nodes + boundary.points.length);
  places.set(inputs.subarray(0, 2 * nodes));
  places.set(boundary.points, 2 * nodes);
  const vertices = Float64Array.from(places);
  const edges = rimOf(G);
  return {
    frame: model.frame,
    nodes: G,
    inputs: places,
    vertices,
    vertexCount: nodes,
    corners,
    starts: Uint32Array.from({ length: faces + 1 }, (_, f) => 3 * f),
    sides: new Uint32Array(corners.length),
    edges,
    creases: new Int8Array(edges.length).fill(-1),
    parents: new Int32Array(faces).fill(-1),
    levels: new Uint32Array(net.depth + 1).fill(faces),
    areas: new Float64Array(faces).fill(((model.nodeX(1) - model.nodeX(0)) * (model.nodeY(1) - model.nodeY(0))) / 2),
    centroids: centroidsOf(vertices, corners),
    maps: mapsOf(vertices, corners, logits, outputs),
    outputs,
    boundary: Uint32Array.from(boundary.segments, (point) => nodes + point),
    complete: true,
    stoppedAt: null,
  };
}

/** The edges on the rim of the box, two nodes each. */
function rimOf(G) {
  const last = G * (G - 1);
  return Uint32Array.from(Array.from({ length: G - 1 }, (_, k) => [
    k, k + 1, last + k, last + k + 1, k * G, (k + 1) * G, (k + 1) * G - 1, (k + 2) * G - 1,
  ]).flat());
}

/** Two triangles a cell, counterclockwise. */
function trianglesOf(G) {
  const corners = new Uint32Array(6 * (G - 1) ** 2);
  let at = 0;
  for (let j = 0; j + 1 < G; j++) {
    for (let i = 0; i + 1 < G; i++, at += 6) {
      const p = j * G + i;
      corners.set([p, p + 1, p + G + 1, p, p + G + 1, p + G], at);
    }
  }
  return corners;
}

function centroidsOf(vertices, corners) {
  const centroids = new Float64Array((2 * corners.length) / 3);
  corners.forEach((v, k) => {
    const f = Math.floor(k / 3);
    centroids[2 * f] += vertices[2 * v] / 3;
    centroids[2 * f + 1] += vertices[2 * v + 1] / 3;
  });
  return centroids;
}

/** Per triangle, the affine map through the values at its corners: as in `buildMesh`. */
function mapsOf(vertices, corners, values, m) {
  const maps = new Float64Array(corners.length * m);
  for (let k = 0, row = 0; k < corners.length; k += 3, row += 3 * m) {
    const [a, b, c] = [corners[k], corners[k + 1], corners[k + 2]];
    const [x, y] = [vertices[2 * a], vertices[2 * a + 1]];
    const [bx, by] = [vertices[2 * b] - x, vertices[2 * b + 1] - y];
    const [cx, cy] = [vertices[2 * c] - x, vertices[2 * c + 1] - y];
    const area = bx * cy - by * cx;
    for (let j = 0; j < m; j++) {
      const value = values[a * m + j];
      const [toB, toC] = [values[b * m + j] - value, values[c * m + j] - value];
      const [dx, dy] = [(toB * cy - toC * by) / area, (toC * bx - toB * cx) / area];
      maps[row + j] = dx;
      maps[row + m + j] = dy;
      maps[row + 2 * m + j] = value - dx * x - dy * y;
    }
  }
  return maps;
}
