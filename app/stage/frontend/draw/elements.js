// Elements of the page.

/** Key -> the way it points, y up. */
export const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** A new element with a class and, if given, plain text and attributes. */
export function element(tag, className, text = "", attributes = {}) {
  const node = document.createElement(tag);
  node.className = className;
  if (text) node.textContent = text;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

/** Sets text only where it differs: an unchanged text node costs no layout. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** True when any of the names is in the Set of changed keys; no Set means everything. */
export function changed(keys, ...names) {
  return !keys || names.some((name) => keys.has(name));
}

/** A style sheet that lies beside a module, whose `import.meta` is given, to be put where it is needed. Modules of a
 *  file lie nowhere: there the page has it already; see app/stage/modules.py. */
export const styleBeside = (name, { url }) => element("link", "", "", url.startsWith("data:") ? {} : { rel: "stylesheet", href: new URL(name, url).href });
