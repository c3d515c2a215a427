// The page's address: what it says of the picture, of its frame and of locks, and what is written.

// Of links; of the server, too. A link with parameters that says none is of the first.
const VERSION = "2";
// The names of the server's table of parameters: what else stands in an address (other sites add their
// own to links) says nothing of the page.
export const PARAMETERS = [
  "data", "points", "noise", "seed", "xy", "net", "matrix", "inputs", "layers", "neurons", "widths", "act", "opt",
  "lr", "batch", "l2", "steps", "start", "init", "view", "axes", "versus", "t", "lift", "s", "folds", "color", "over", "x1",
  "x2", "yaw", "pitch", "unit", "probe", "bend", "cx", "cy", "zoom", "only", "hide", "present", "target", "formula",
  "interval", "own", "mode", "hand", "build", "shift", "best", "k", "m", "curve", "d1", "d2", "w1", "w2",
  "seeds", "measure", "goal", "equal", "panel", "case", "budget", "deep", "lesson", "step", "text",
];

// What stands in for the page's address to pictures within a lesson, or null, and what they may tell.
let lent = null;
let terms = {};

/** Gives pictures an address of their own, as a query; with null they have the page's again. `secret`: whether they
 *  begin without what the network answers; `ownPoints`, `newPoints`: whether they may say how many are right of the
 *  points that it learned from, and of new ones. */
export function lendAddress(query, { secret = false, ownPoints = false, newPoints = false } = {}) {
  lent = query === null ? null : new URLSearchParams(query);
  terms = { secret, ownPoints, newPoints };
}

/** Within a lesson, where every percentage says of which points it is: { secret, ownPoints, newPoints }, as lent; else
 *  null. */
export const lessonTerms = () => lent && terms;

export const pageAddress = () => new URLSearchParams(location.search);
export const readAddress = () => lent ?? pageAddress();

/** A number of the address; NaN where it says nothing usable. */
export const numberIn = (address, name) => Number(address.get(name)?.trim() || NaN);

export const embedded = (address = readAddress()) => address.get("embed")?.toLowerCase() === "true";
export const presenting = (address = readAddress()) => address.get("present") === "1";

/** Whether a link with locks leaves a parameter free. */
export function isFree(name) {
  const only = readAddress().get("only");
  return only === null || only.toLowerCase().split("-").includes(name);
}

/** The version that the address is read as; see app/link/parameters.py. */
export function addressVersion() {
  const address = readAddress();
  return Number(isBare(address) ? VERSION : address.get("v") ?? 1);
}

/** Whether the address says nothing: such a page opens with a play. */
export const opensBare = () => isBare(readAddress());

/** Puts the view into the address without a new entry in the history: Back is for settings.
 *  A value of null leaves its name out; the order is that of the server, which would take another
 *  one for news. */
export function rewriteAddress(view) {
  if (lent) return;
  const address = new URL(location.href);
  if (isBare(address.searchParams)) address.searchParams.append("v", VERSION);
  for (const [name, value] of Object.entries(view)) {
    address.searchParams.delete(name);
    if (value !== null) address.searchParams.append(name, value);
  }
  history.replaceState(history.state, "", address);
}

/** Whether an address says nothing of the page: such a one means the defaults of the newest version. */
const isBare = (address) => !address.has("v") && !PARAMETERS.some((name) => address.has(name));

/** The address for people, without what frames the picture; empty where it is no address of the web. */
export function shareLink() {
  const address = new URL(location.href);
  // Said aloud: without what goes, nothing might be left that tells an old link from a bare one.
  if (!isBare(address.searchParams) && !address.searchParams.has("v")) address.searchParams.append("v", "1");
  const framing = (name) => name === "present" || (name !== "v" && !PARAMETERS.includes(name));
  for (const name of [...address.searchParams.keys()].filter(framing)) address.searchParams.delete(name);
  return /^https?:$/.test(address.protocol) ? address.href : "";
}
