// The bar below the player: the link, the picture as a file, the full screen of the presenter view.

import { element } from "../draw/elements.js";
import { snapshot } from "../draw/snapshot.js";
import { shareLink } from "./address.js";

const LONGEST_NAME = 60;
const COPY = "Copy link";
const THANKS = 2500; // milliseconds that "Copied" stands

/** Takes from a component its `model.title`, `pictures()`, `takenLines()`, the list of marks in
 *  `legend` or `head`, and, where the picture is made of lines, `svg()`. */
export class TakeBar {
  constructor(root, component) {
    this.component = component;
    this.bar = element("div", "lw-take", "", { role: "group", "aria-label": "Take the picture along" });
    if (shareLink()) this.buildLink();
    this.button("Picture (PNG)", "Saves the picture with its caption, for a slide", () => this.savePicture());
    if (component.svg) this.button("Drawing (SVG)", "Saves the picture as lines, for print", () => this.saveDrawing());
    this.button("Full screen", "Fills the screen; Escape ends it", () => this.fillScreen()).classList.add("lw-take-screen");
    root.append(this.bar);
  }

  /** A button, and the field that takes its place where the browser lets no page write to the clipboard:
   *  on sites without encryption, as a server in a classroom often is. */
  buildLink() {
    this.copyButton = this.button(COPY, "Copies the address of this picture, as it stands", () => this.copyLink());
    this.copyButton.setAttribute("aria-live", "polite");
    this.field = element("input", "lw-take-link", "", { readonly: "", "aria-label": "Link to this picture", hidden: "" });
    this.bar.append(this.field);
  }

  async copyLink() {
    const link = shareLink();
    try {
      await navigator.clipboard.writeText(link);
    } catch { // there is none, or it is refused
      return this.offerLink(link);
    }
    this.copyButton.textContent = "Copied";
    clearTimeout(this.thanks);
    this.thanks = setTimeout(() => { this.copyButton.textContent = COPY; }, THANKS);
  }

  offerLink(link) {
    Object.assign(this.field, { value: link, hidden: false });
    this.field.focus();
    this.field.select();
  }

  button(text, help, act) {
    const button = element("button", "lw-player-button lw-take-button", text, { type: "button", title: help });
    button.addEventListener("click", () => this.component.guard(() => this.component.model && act()));
    this.bar.append(button);
    return button;
  }

  savePicture() {
    const { component } = this;
    const link = shareLink();
    const canvas = snapshot({
      pictures: component.pictures(),
      title: component.model.title,
      legend: [...(component.legend ?? component.head).querySelectorAll(".lw-legend-item:not(.lw-legend-unseen)")],
      lines: component.takenLines().filter(Boolean),
      link,
      theme: component.theme,
    });
    canvas.toBlob((blob) => component.guard(() => save(blob, `${this.fileName()}.png`)), "image/png");
  }

  saveDrawing() {
    save(new Blob([this.component.svg()], { type: "image/svg+xml" }), `${this.fileName()}.svg`);
  }

  /** Small letters, digits and dashes. */
  fileName() {
    const words = this.component.model.title.toLowerCase().normalize("NFKD").replace(/[^a-z0-9]+/g, "-");
    return `layerwarp-${words.slice(0, LONGEST_NAME)}`.replace(/^-+|-+$/g, "");
  }

  fillScreen() {
    if (document.fullscreenElement) return document.exitFullscreen();
    return this.component.root.requestFullscreen().catch((error) => this.component.fail(error));
  }
}

function save(blob, name) {
  if (!blob) throw new Error("the browser made no picture");
  const anchor = element("a", "");
  anchor.href = URL.createObjectURL(blob);
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 10_000);
}
