// The bytes that the server sends to a component: a JSON header and float32 blocks.

/** The parts of bytes in which several such follow each other: each says itself where it ends. */
export function split(bytes) {
  const parts = [];
  let start = 0;
  do {
    const { header, length } = headerOf(bytes.subarray(start));
    const sizes = header.blocks.map(({ shape }) => shape.reduce((product, side) => product * side, 1));
    const end = start + blocksFrom(length) + 4 * sizes.reduce((sum, size) => sum + size, 0);
    parts.push(bytes.subarray(start, end));
    start = end;
  } while (start < bytes.length);
  return parts;
}

const blocksFrom = (length) => (4 + length + 3) & ~3;

function headerOf(bytes) {
  const length = bytes.length > 4 ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true) : 0;
  if (!length || 4 + length > bytes.length) throw new Error("the network did not arrive whole");
  return { header: JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))), length };
}

/** { header, blocks: name -> Float32Array } of what app/stage/blocks.py joins. */
export function unpack(bytes) {
  const { header, length } = headerOf(bytes);
  if (header.version !== 1) throw new Error(`it reads payload version 1, not ${header.version}`);
  const values = new Float32Array(bytes.slice().buffer, blocksFrom(length));
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
