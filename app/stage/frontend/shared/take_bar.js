// The bar below the player: the link, the picture as a file, the full screen of the presenter view.

import { shareLink } from "./address.js";
import { addCopyLink, fillScreen, takeBar, takeButton } from "./copy_link.js";
import { fileName, save } from "./files.js";

/** Takes from a component its `model.title` or `takenTitle()`, `pictures()`, `takenLines()`, the list of marks in
 *  `legend` or `head`, and, where the picture is made of lines, `svg()`. */
export class TakeBar {
  constructor(root, component) {
    this.component = component;
    this.bar = takeBar();
    addCopyLink(this.bar, (act) => component.guard(act), () => component.conductor.comeToRest());
    this.button("Picture (PNG)", "Saves the picture with its caption, for a slide", () => this.savePicture().catch((error) => component.fail(error)));
    if (component.svg) this.button("Drawing (SVG)", "Saves the picture as lines, for print", () => this.saveDrawing()).classList.add("lw-take-lines");
    this.button("Full screen", "Fills the screen; Escape ends it", () => fillScreen(component.root).catch((error) => component.fail(error))).classList.add("lw-take-screen");
    root.append(this.bar);
  }

  button(text, help, act) {
    const button = takeButton(text, help, () => this.component.guard(() => this.component.model && act()));
    this.bar.append(button);
    return button;
  }

  /** What draws it is fetched when it is asked for. */
  async savePicture() {
    const { component } = this;
    component.conductor.comeToRest();
    const { snapshot } = await import("../draw/snapshot.js");
    component.guard(() => this.saveSnapshot(snapshot));
  }

  saveSnapshot(snapshot) {
    const { component } = this;
    const link = shareLink();
    const canvas = snapshot({
      pictures: component.pictures(),
      title: component.takenTitle?.() ?? component.model.title,
      legend: [...(component.legend ?? component.head).querySelectorAll(".lw-legend-item:not(.lw-legend-unseen)")],
      lines: component.takenLines().filter(Boolean),
      link,
      theme: component.theme,
    });
    canvas.toBlob((blob) => component.guard(() => save(blob, `${fileName(component.model.title)}.png`)), "image/png");
  }

  saveDrawing() {
    save(new Blob([this.component.svg()], { type: "image/svg+xml" }), `${fileName(this.component.model.title)}.svg`);
  }
}
