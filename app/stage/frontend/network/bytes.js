// The bytes that the server sends to a component: a JSON header and float32 blocks.

/** { header, blocks: name -> Float32Array } of what app/stage/blocks.py joins. */
export function unpack(bytes) {
  const buffer = bytes.slice().buffer;
  const length = buffer.byteLength > 4 ? new DataView(buffer).getUint32(0, true) : 0;
  if (!length || 4 + length > buffer.byteLength) throw new Error("the network did not arrive whole");
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  if (header.version !== 1) throw new Error(`it reads payload version 1, not ${header.version}`);
  const values = new Float32Array(buffer, (4 + length + 3) & ~3);
  const blocks = {};
  let at = 0;
  for (const { name, shape } of header.blocks) {
    const size = shape.reduce((product, side) => product * side, 1);
    blocks[name] = values.subarray(at, (at += size));
  }
  if (at !== values.length) throw new Error("the network did not arrive whole");
  return { header, blocks };
}

/** Fields of the header and blocks in one object, their names in camelCase. */
export function unpackFields(bytes) {
  const { header, blocks } = unpack(bytes);
  const camelCase = (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
  return Object.fromEntries(Object.entries({ ...header, ...blocks }).map(([name, value]) => [camelCase(name), value]));
}
