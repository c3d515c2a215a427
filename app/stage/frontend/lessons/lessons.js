// Entry of the component: the list of the lessons, or the step of the one that is open.

import { element, setText } from "../draw/elements.js";
import { unpack } from "../network/bytes.js";
import { embedded, lendAddress, numberIn, pageAddress, presenting } from "../shared/address.js";
import { Component, mounted } from "../shared/component.js";
import { outlined } from "./answers.js";
import { Progress } from "./progress.js";
import { StepView } from "./step.js";

const PICTURE = 96; // pixels a side, of a lesson in the list

class Lessons extends Component {
  name = "lesson";

  build() {
    this.grid = element("div", "lw-lessons");
    this.root.append(this.grid);
    this.progress = new Progress();
    this.view = null;
  }

  /** The pictures of a step have an address of their own; this is that of the page. */
  dress() {
    this.presenting = presenting(pageAddress());
    this.root.classList.toggle("lw-bare", embedded(pageAddress()) || this.presenting);
    this.root.classList.toggle("lw-present", this.presenting);
  }

  followAddress() {
    this.dress();
  }

  /** In the presenter view keys need no focus: a remote control sends Page Up and Page Down. What has keys
   *  of its own keeps them. */
  present(event) {
    const [target] = event.composedPath();
    if (!this.presenting || !this.view || target.matches?.("input, select, canvas, .lw-input-square")) return;
    if (event.key === "PageDown") this.forward.click();
    if (event.key === "PageUp") this.back.click();
  }

  receive(bytes) {
    const { header, blocks } = unpack(bytes);
    const before = this.model;
    this.model = header;
    this.blocks = blocks;
    const same = before?.lesson && this.step === header.step && JSON.stringify(before.lesson) === JSON.stringify(header.lesson);
    if (same && this.view) return this.view.take(this.viewsOf(header.step));
    if (before?.lesson?.name === header.lesson?.name && this.step === header.step) this.moved = false; // its teacher changes it
    this.open(this.served ? header.step : stepIn(pageAddress(), header.lesson));
  }

  restyle() {
    this.view?.restyle();
  }

  /** { page, query, bytes } of every view of a step that has come, by the view's name. */
  viewsOf(step) {
    const start = `${step} `;
    const names = Object.keys(this.model.views).filter((key) => key.startsWith(start));
    return Object.fromEntries(names.map((key) => {
      const { buffer, byteOffset, byteLength } = this.blocks[this.model.views[key].block];
      return [key.slice(start.length), { ...this.model.views[key], bytes: new Uint8Array(buffer, byteOffset, byteLength) }];
    }));
  }

  open(step) {
    this.view?.remove();
    this.view = null;
    lendAddress(null);
    this.step = step;
    this.grid.replaceChildren();
    if (!this.model.lesson) return this.list();
    this.head();
    const { lesson } = this.model;
    this.view = new StepView(this.grid, lesson.steps[step - 1], this);
    this.view.take(this.viewsOf(step));
    this.foot();
    if (this.moved) this.view.question.focus({ preventScroll: true });
  }

  list() {
    const list = element("ul", "lw-lesson-list");
    for (const lesson of this.model.lessons) {
      const row = element("li", "");
      const card = element("button", "lw-lesson-card", "", { type: "button" });
      card.append(outlined(lesson.picture, PICTURE));
      const words = element("span", "lw-lesson-card-words");
      const steps = lesson.count === 1 ? "1 step" : `${lesson.count} steps`;
      const done = this.progress.answered(lesson.progress);
      const far = done ? `${done} of ${steps} answered` : steps;
      words.append(element("strong", "", lesson.title), element("span", "", lesson.question),
        element("span", "lw-lesson-hint", lesson.own ? `Your own lesson · ${far}` : far));
      card.append(words);
      card.addEventListener("click", () => this.go(lesson.name, 1));
      row.append(card);
      list.append(row);
    }
    this.grid.append(list);
  }

  head() {
    const { lesson } = this.model;
    const head = element("nav", "lw-lesson-head", "", { "aria-label": "Steps" });
    head.append(this.button("All lessons", "Back to the list", () => this.go(null, 1)));
    head.append(element("strong", "lw-lesson-title", lesson.title));
    const dots = element("div", "lw-lesson-dots");
    lesson.steps.forEach((_, k) => {
      const word = this.progress.of(lesson.progress, k + 1);
      const dot = element("button", "lw-lesson-dot", String(k + 1), { type: "button", "aria-label": `Step ${k + 1}${word ? `, ${word}` : ""}` });
      if (k + 1 === this.step) dot.setAttribute("aria-current", "step");
      if (word) dot.dataset.done = word;
      dot.addEventListener("click", () => this.go(lesson.name, k + 1));
      dots.append(dot);
    });
    head.append(dots);
    this.grid.append(head);
  }

  foot() {
    const { lesson } = this.model;
    const foot = element("div", "lw-lesson-foot");
    this.back = this.button("Back", "To the step before", () => this.go(lesson.name, this.step - 1));
    this.back.disabled = this.step === 1;
    this.forward = this.button("", "", () => this.goOn());
    foot.append(this.back, this.forward);
    this.view.words.append(foot);
    this.sayForward();
  }

  /** A step without an answer is skipped, and stays so. */
  goOn() {
    const { lesson } = this.model;
    if (!this.view.told) this.progress.note(lesson.progress, this.step, "skipped");
    if (this.step < lesson.steps.length) return this.go(lesson.name, this.step + 1);
    this.go(lesson.next || null, 1);
  }

  sayForward() {
    const { lesson, lessons } = this.model;
    const last = this.step === lesson.steps.length;
    const following = lessons.find(({ name }) => name === lesson.next);
    const onward = !last ? "Next" : following ? `Next lesson: ${following.title}` : "All lessons";
    setText(this.forward, this.view.told ? onward : "Skip");
    this.forward.title = this.view.told ? "" : `Goes on without an answer: ${onward}`;
    this.forward.classList.toggle("lw-lesson-commit", this.view.told);
  }

  /** What was answered to the open step before; see `Progress`. */
  get given() {
    const { lesson } = this.model;
    return this.progress.answer(lesson.progress, this.step, lesson.steps[this.step - 1].question);
  }

  keep(said) {
    const { lesson } = this.model;
    this.progress.keep(lesson.progress, this.step, lesson.steps[this.step - 1].question, said);
  }

  /** The open step, as if it had not been answered. */
  askAgain() {
    this.keep(undefined);
    this.moved = true;
    this.open(this.step);
  }

  /** Of the step: it was answered so. */
  done(said) {
    const { lesson } = this.model;
    const word = "answered";
    this.progress.note(lesson.progress, this.step, word);
    this.keep(said);
    const dot = this.grid.querySelectorAll(".lw-lesson-dot")[this.step - 1];
    dot.dataset.done = word;
    this.sayForward();
  }

  /** Opens a step; a page with a server gets its pictures from there, a file holds one lesson. */
  go(lesson, step) {
    this.moved = true;
    if (this.served) return this.report({ lesson, step });
    if (lesson !== this.model.lesson?.name) return location.assign(`${lesson ?? "index"}.html`);
    history.replaceState(history.state, "", `?step=${step}`);
    this.open(step);
  }

  button(text, help, act) {
    const button = element("button", "lw-player-button", text, { type: "button", title: help });
    button.addEventListener("click", () => this.guard(act));
    return button;
  }

  remove() {
    this.view?.remove();
    lendAddress(null);
    super.remove();
  }
}

/** The step that the address of a file says, else the first. */
const stepIn = (address, lesson) => Math.min(Math.max(Math.round(numberIn(address, "step")) || 1, 1), lesson?.steps.length ?? 1);

export default mounted(Lessons);
