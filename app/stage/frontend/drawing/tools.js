// The bar of the drawing: classes, brush and eraser, size, undo, clear.

import { element, setText } from "../draw/elements.js";
import { CLASSES } from "../draw/theme.js";

export const SIZES = [0, 0.25, 0.5, 0.8, 1.2]; // radius of the brush; 0 sets single points
const SIZE_WORDS = ["single points", "fine", "medium", "broad", "very broad"];

export class DrawTools {
  /** act: { choose(cls), erase(), size(index), undo(), clear() } */
  constructor(root, theme, classes, act) {
    Object.assign(this, { theme, act });
    this.box = element("div", "lw-draw-tools", "", { role: "group", "aria-label": "Drawing tools" });
    this.classes = Array.from({ length: classes }, (_, cls) => this.classButton(cls));
    this.eraser = this.button("Eraser", () => act.erase(), "Removes points (key E)");
    this.box.append(this.sizeSlider());
    this.undo = this.button("Undo", () => act.undo(), "Takes the last stroke back (Ctrl+Z)");
    this.clear = this.button("Clear", () => act.clear(), "Removes all points; Undo brings them back");
    root.append(this.box);
  }

  button(text, run, title) {
    const button = element("button", "lw-player-button", text, { type: "button", title });
    button.addEventListener("click", run);
    this.box.append(button);
    return button;
  }

  classButton(cls) {
    const button = this.button("", () => this.act.choose(cls), `Draw class ${cls + 1} (key ${cls + 1})`);
    button.classList.add("lw-draw-class");
    button.setAttribute("aria-label", `Class ${cls + 1}: ${CLASSES[cls].name}`);
    button.append(element("canvas", "lw-draw-icon", "", { width: 44, height: 44 }));
    return button;
  }

  sizeSlider() {
    const label = element("label", "lw-draw-size");
    this.size = element("input", "lw-draw-range", "", {
      type: "range", min: 0, max: SIZES.length - 1, step: 1, "aria-label": "Brush size",
    });
    this.sizeWord = element("span", "lw-draw-word");
    this.size.addEventListener("input", () => this.act.size(Number(this.size.value)));
    label.append(element("span", "", "Size"), this.size, this.sizeWord);
    return label;
  }

  /** brush: { cls, size, erase } */
  draw({ cls, size, erase }, drawing) {
    this.classes.forEach((button, index) => {
      button.setAttribute("aria-pressed", String(!erase && index === cls));
      this.icon(button.firstChild, index);
    });
    this.eraser.setAttribute("aria-pressed", String(erase));
    this.size.value = size;
    this.size.setAttribute("aria-valuetext", SIZE_WORDS[size]);
    setText(this.sizeWord, SIZE_WORDS[size]);
    this.undo.disabled = !drawing.past.length;
    this.clear.disabled = !drawing.points.length;
  }

  icon(canvas, cls) {
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, 44, 44);
    this.theme.drawPoint(context, cls, 22, 22, 14);
  }
}
