// "Copy link": the address of the picture for people, into the clipboard or offered to be copied.

import { element } from "../draw/elements.js";
import { shareLink } from "./address.js";

const COPY = "Copy link";
const THANKS = 2500; // milliseconds that "Copied" stands

/** Adds the button, and the field that takes its place where the browser lets no page write to the
 *  clipboard: on sites without encryption, as a server in a classroom often is. Nothing where the
 *  address is none of the web. rest(): brings a play to rest, so that the address holds its place. */
export function addCopyLink(bar, guard, rest = () => {}) {
  if (!shareLink()) return;
  let thanks = 0;
  const button = takeButton(COPY, "Copies the address of this picture, as it stands", () => guard(copy));
  button.setAttribute("aria-live", "polite");
  const field = element("input", "lw-take-link", "", { readonly: "", "aria-label": "Link to this picture", hidden: "" });
  bar.append(button, field);

  async function copy() {
    rest();
    const link = shareLink();
    try {
      await navigator.clipboard.writeText(link);
    } catch { // there is none, or it is refused
      return offer(link);
    }
    button.textContent = "Copied";
    clearTimeout(thanks);
    thanks = setTimeout(() => { button.textContent = COPY; }, THANKS);
  }

  function offer(link) {
    Object.assign(field, { value: link, hidden: false });
    field.focus();
    field.select();
  }
}

/** The bar below a picture. */
export const takeBar = () => element("div", "lw-take", "", { role: "group", "aria-label": "Take the picture along" });

/** An element fills the screen, or ends that; settles when it does. */
export const fillScreen = async (node) => (document.fullscreenElement ? document.exitFullscreen() : node.requestFullscreen());

/** A button of the bar below a picture. */
export function takeButton(text, help, act) {
  const button = element("button", "lw-player-button lw-take-button", text, { type: "button", title: help });
  button.addEventListener("click", act);
  return button;
}
