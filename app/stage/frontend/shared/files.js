// Files that the browser saves.

import { element } from "../draw/elements.js";

const LONGEST_NAME = 60;
const KEPT = 10_000; // milliseconds that a file stays to be saved

/** A name from a title: small letters, digits and dashes. */
export function fileName(title) {
  const words = title.toLowerCase().normalize("NFKD").replace(/[^a-z0-9]+/g, "-");
  return `layerwarp-${words.slice(0, LONGEST_NAME)}`.replace(/^-+|-+$/g, "");
}

/** Saves a blob as a file. */
export function save(blob, name) {
  if (!blob) throw new Error("the browser made no picture");
  const anchor = element("a", "");
  anchor.href = URL.createObjectURL(blob);
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), KEPT);
}
