// Finds meshes beside the page, so that it never stalls.

import { buildMesh } from "./mesh.js";

self.onmessage = ({ data: { id, network } }) => {
  try {
    const mesh = buildMesh(network, (progress) => self.postMessage({ id, progress }));
    self.postMessage({ id, mesh }, buffersOf(mesh));
  } catch (error) {
    self.postMessage({ id, failure: error.message });
  }
};

function buffersOf(mesh) {
  const arrays = [...Object.values(mesh), ...mesh.active, ...mesh.factors];
  for (const { pre, post } of mesh.placed) arrays.push(pre, post);
  return arrays.filter((value) => ArrayBuffer.isView(value)).map((array) => array.buffer);
}
