// One step: the question, the committed answer, then what happens, both together.

import { element } from "../draw/elements.js";
import { lendAddress } from "../shared/address.js";
import { prefersReducedMotion } from "../shared/player.js";
import { canRebend, dialName } from "../warp/dial.js";
import { ANSWERS } from "./answers.js";
import { measured } from "./measures.js";
import { modelOf } from "./models.js";

const STAGES = {
  warp: async () => (await import("../warp/warp.js")).default,
  creases: async () => (await import("../creases/creases.js")).default,
  pieces: async () => (await import("../pieces/pieces.js")).default,
};
const SWEEP_SECONDS = 5;
const DIGITS = { maximumSignificantDigits: 6 };
const ON_PAD = ["place", "draw", "graph", "outline"];
const ELSEWHERE = "Where would your answer be true?";

export class StepView {
  /** step: as the server says it; host: has theme, guard(act), fail(error), presenting, given: what was answered
   *  before, if anything, done(answer), which hears of an answer, and askAgain(). */
  constructor(root, step, host) {
    Object.assign(this, { step, host, views: {}, waiting: [], stages: [], told: false, gone: false });
    this.root = element("div", "lw-lesson-step");
    this.words = element("form", "lw-lesson-words");
    this.pictures = element("div", "lw-lesson-pictures");
    this.question = element("h2", "lw-lesson-question", step.question, { tabindex: "-1" });
    this.answers = element("div", "lw-lesson-answer");
    this.result = element("div", "lw-lesson-result", "", { "aria-live": "polite", tabindex: "-1" });
    this.submit = element("button", "lw-player-button lw-lesson-commit", "That is my prediction", { type: "submit", disabled: "" });
    this.words.append(this.question, this.answers, this.submit, this.result);
    this.root.append(this.words, this.pictures);
    root.append(this.root);
    this.words.addEventListener("submit", (event) => {
      event.preventDefault();
      this.commit();
    });
    this.answer = new ANSWERS[step.answer]();
    this.answer.build(this.answers, step, () => this.changed());
    this.onPad = ON_PAD.includes(step.answer);
    this.pictures.classList.toggle("lw-lesson-free", Boolean(step.away));
    const tells = (...names) => names.some((name) => step.measure === name || step.principle.includes(`{${name}}`));
    this.pictures.classList.toggle("lw-lesson-quadratic", tells("quadratic"));
    this.pictures.classList.toggle("lw-lesson-matrix", tells("area", "stretch"));
    this.ask().catch((error) => this.host.fail(error));
  }

  /** Pictures of views by name, { page, query, bytes }: those that have come so far. */
  take(views) {
    this.views = views;
    const waiting = this.waiting.splice(0);
    for (const { name, resolve } of waiting) this.need(name).then(resolve);
  }

  need(name) {
    return new Promise((resolve) => {
      if (this.views[name]) resolve(this.views[name]);
      else this.waiting.push({ name, resolve });
    });
  }

  async ask() {
    const view = await this.need("view");
    if (this.gone) return;
    if (this.onPad) {
      const place = element("div", "lw-lesson-pad");
      this.pictures.append(place);
      this.answer.place(place, this.host.theme, view);
    } else {
      await this.still(view);
    }
    if (this.host.given !== undefined && !this.gone) await this.recall();
  }

  /** What was answered before stands again, with what came of it. */
  async recall() {
    this.answer.give(this.host.given);
    await this.commit(true);
    if (!this.told || this.gone) return;
    const again = element("button", "lw-player-button", "Answer again", { type: "button", title: "Asks once more, as if it had not been answered" });
    again.addEventListener("click", () => this.host.askAgain());
    this.result.append(again);
  }

  /** The picture as its link says, without what the network answers, and without a way to find out. */
  async still(view) {
    if (await this.mount(view, true)) this.keepSecret(this.stages[0], true);
  }

  /** Out of reach, too: the numbers of a point, or a key that leads through the layers, would tell. */
  keepSecret({ place, component }, secret) {
    place.classList.toggle("lw-lesson-asking", secret);
    place.toggleAttribute("inert", secret);
    component.addressLeads = false; // nothing plays by itself
    for (const one of component.versus?.both ?? [component]) {
      one.store.secret = secret;
      if (one.player.model) one.drawAll?.();
    }
  }

  /** Builds the component of a view's page; null if the step was left meanwhile. */
  async mount(view, secret = false) {
    const place = element("div", "lw-lesson-stage");
    place.toggleAttribute("inert", secret);
    this.pictures.append(place);
    const render = await STAGES[view.page]();
    if (this.gone) return null;
    lendAddress(`${view.query}${this.host.presenting ? "&present=1" : ""}`, { secret, ...pointsSpokenOf(this.step) });
    const show = () => render({ data: view.bytes, parentElement: place });
    show();
    const component = render.of(place);
    component.addressLeads = false; // nothing plays by itself
    this.stages.push({ place, show, component });
    // A network built by hand fetches what it needs first, and so do two side by side.
    const ready = () => component.player.model && (!component.beside.length || component.versus?.guest?.model);
    while (!this.gone && !ready() && component.error.hidden) await new Promise(requestAnimationFrame);
    return this.gone ? null : component;
  }

  changed() {
    if (!this.told) this.submit.disabled = !this.answer.ready;
  }

  /** From now on the answer stands; recalled: that it is one of before. */
  async commit(recalled = false) {
    if (this.told || !this.answer.ready) return;
    this.told = true;
    this.answer.fix();
    this.submit.hidden = true;
    this.root.classList.add("lw-lesson-told");
    this.result.append(element("p", "lw-lesson-hint", "The network is still in training …"));
    try {
      await this.reveal(recalled);
    } catch (error) {
      this.host.fail(error);
    }
  }

  async reveal(recalled) {
    const view = await this.need(this.step.reveal ? "reveal" : "view");
    const model = modelOf(view);
    const { words, right } = await this.answer.tell(model);
    const principle = await filled(this.step.principle, model);
    if (this.gone) return;
    this.result.replaceChildren(
      element("p", "lw-lesson-gap", words),
      element("p", "lw-lesson-principle", principle),
    );
    await this.addBars(this.result, model);
    if (this.gone) return;
    if (this.step.answer === "choose" && !right) this.offerElsewhere();
    this.host.done(this.answer.said);
    const stage = await this.shown(view);
    if (stage) play(stage, this.step.play, recalled);
    if (stage && this.step.away) this.result.append(awayFrom(this.step.away, stage));
    if (recalled) return;
    this.result.focus({ preventScroll: true });
    this.bring(this.result);
  }

  /** What is measured, in bars, where the step has some. */
  async addBars(root, model) {
    if (!this.step.bars) return;
    const { drawBars } = await import("./bars.js");
    if (!this.gone) root.append(drawBars(this.step.bars, model));
  }

  /** The stage of what is revealed: the one that is there, where it is of the same view. */
  async shown(view) {
    const [there] = this.stages;
    if (there && !this.step.reveal) {
      this.keepSecret(there, false);
      return there.component;
    }
    if (there) this.drop(there);
    return this.mount(view);
  }

  drop(stage) {
    stage.component.remove();
    stage.place.remove();
    this.stages.splice(this.stages.indexOf(stage), 1);
  }

  offerElsewhere() {
    const { chosen } = this.answer;
    const { never } = this.step.options[chosen];
    if (never) return this.result.append(element("p", "lw-lesson-never", `Why not: ${never}`));
    const button = element("button", "lw-player-button", ELSEWHERE, { type: "button" });
    button.addEventListener("click", () => {
      button.remove();
      this.showElsewhere(chosen).catch((error) => this.host.fail(error));
    });
    this.result.append(button);
  }

  async showElsewhere(chosen) {
    const view = await this.need(`truth${chosen}`);
    if (this.gone) return;
    this.pictures.append(element("h3", "lw-lesson-elsewhere", `Here it is true: ${this.step.options[chosen].text}`));
    await this.addBars(this.pictures, modelOf(view));
    const stage = await this.mount(view);
    if (stage) this.bring(stage.root);
  }

  /** Scrolls no further than until a part is in sight. */
  bring(part) {
    part.scrollIntoView({ block: "nearest", behavior: prefersReducedMotion() ? "auto" : "smooth" });
  }

  restyle() {
    this.answer.pad?.restyle();
    for (const { show } of this.stages) show();
  }

  remove() {
    this.gone = true;
    for (const { component } of this.stages) component.remove();
    this.root.remove();
  }
}

/** A principle with its numbers, each measured on the network that is shown: {right}, or on network A of two:
 *  {other right}. */
async function filled(text, model) {
  let out = "";
  for (const [k, part] of text.split(/\{([\w ]+)\}/).entries()) {
    const [name, other] = part.split(" ").reverse();
    out += k % 2 ? (await measured(name, other ? model.other : model)).toLocaleString("en", DIGITS).replace("-", "−") : part;
  }
  return out;
}

/** What can be played with in a file, and the way to the app for the rest. */
function awayFrom({ names, link }, { name, model: { net } }) {
  const node = element("p", "lw-lesson-hint lw-lesson-away", sayHere(name, net));
  if (!names) return node;
  const a = element("a", "", "open it in LayerWarp", { href: link, target: "_blank", rel: "noopener noreferrer" });
  node.append(` To change ${names}, it has to be ${net.byHand || net.handBuilt ? "worked out" : "trained"} anew, which a file cannot: `, a, ` (it has to run at ${new URL(link).host}).`);
  return node;
}

function sayHere(name, net) {
  if (name === "picture") return net.handBuilt ? "Play with it: drag the hinges, move the sliders." : "Play with it: scrub the training, read the numbers at a place.";
  if (name !== "stage") return "Play with it: scrub folds and training, zoom in.";
  if (net.byHand) return "Play with it: drag the tips of the arrows, type numbers, scrub the layers.";
  return `Play with it: scrub layers and training${canRebend(net) ? `, or choose “${dialName(net)}” and change that` : ""}.`;
}

/** Of which points a step speaks as right or wrong, those that the network learned from or new ones: of others
 *  nothing is told there, which another step may ask. */
function pointsSpokenOf({ question, measure, principle }) {
  const text = `${question} ${principle} {${measure}}`;
  return { ownPoints: /\bright\b/.test(text), newPoints: /\btest\}|new (points|ones)/.test(text) };
}

/** Plays what is revealed: the way through all layers, through the first alone, the training, or the bend
 *  from none to all of it; at rest, its end. */
function play(stage, what, atRest) {
  const { store, conductor } = stage;
  if (atRest) return restAt(stage, what);
  if (what === "layers") store.set({ u: 0 });
  if (what === "training") store.set({ frame: 0 });
  if (what === "layers" || what === "training") conductor.play(what);
  if (what === "layer") sweep(store, "u");
  if (what === "bend") sweep(store, "bend");
}

/** Where a play ends: of two networks, that of the one that leads through the layers. */
function restAt(stage, what) {
  if (what === "layer" || what === "bend") stage.store.set({ [what === "layer" ? "u" : "bend"]: 1 });
  if (what !== "layers" || stage.name !== "stage") return;
  const { store, model } = stage.versus?.leader("layers") ?? stage;
  store.set({ u: model.net.depth + 1 });
}

/** Moves a number of the store from 0 to 1, unless a hand moves it meanwhile. */
function sweep(store, name) {
  const start = performance.now();
  let last = 0;
  const move = (now) => {
    if (store[name] !== last) return;
    last = prefersReducedMotion() ? 1 : Math.min((now - start) / 1000 / SWEEP_SECONDS, 1);
    store.set({ [name]: last });
    if (last < 1) requestAnimationFrame(move);
  };
  store.set({ [name]: 0, playing: false });
  requestAnimationFrame(move);
}
