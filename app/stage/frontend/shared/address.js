// The page's address: what it says of the picture, of its frame and of locks, and what is written.

export const readAddress = () => new URLSearchParams(location.search);

/** A number of the address; NaN where it says nothing usable. */
export const numberIn = (address, name) => Number(address.get(name)?.trim() || NaN);

export const embedded = () => readAddress().get("embed")?.toLowerCase() === "true";
export const presenting = () => readAddress().get("present") === "1";

/** Whether a link with locks leaves a parameter free. */
export function isFree(name) {
  const only = readAddress().get("only");
  return only === null || only.toLowerCase().split("-").includes(name);
}

/** Puts the view into the address without a new entry in the history: Back is for settings.
 *  A value of null leaves its name out; the order is that of the server, which would take another
 *  one for news. */
export function rewriteAddress(view) {
  const address = new URL(location.href);
  for (const [name, value] of Object.entries(view)) {
    address.searchParams.delete(name);
    if (value !== null) address.searchParams.append(name, value);
  }
  history.replaceState(history.state, "", address);
}

/** The address for people, without what frames the picture; empty where it is no address of the web. */
export function shareLink() {
  const address = new URL(location.href);
  for (const name of ["embed", "embed_options", "present"]) address.searchParams.delete(name);
  return /^https?:$/.test(address.protocol) ? address.href : "";
}
