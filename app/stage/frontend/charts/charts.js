// The bar of charts that Plotly draws, which no component does: the link, the chart in sight as a
// slide, and in the presenter view the way from one to the next.

import { element } from "../draw/elements.js";
import { presenting } from "../shared/address.js";
import { addCopyLink, fillScreen, takeBar, takeButton } from "../shared/copy_link.js";
import { step } from "./steps.js";

const CHART = ".js-plotly-plot";
const SAVES = ".modebar-btn"; // the one button that a chart has of its own
const bars = new WeakMap();

/** What Streamlit calls after every run of the page: the bar is built once for each parent element. */
export default ({ data, parentElement }) => {
  if (!bars.has(parentElement)) bars.set(parentElement, new Bar(parentElement));
  const bar = bars.get(parentElement);
  bar.asked = new TextDecoder().decode(data?.slice(0, -4)); // the last four count openings
  return () => {
    if (parentElement.isConnected) return;
    bar.remove();
    bars.delete(parentElement);
  };
};

class Bar {
  constructor(parent) {
    this.root = element("div", "lw-stage");
    this.bar = takeBar();
    this.error = element("p", "lw-error", "", { role: "alert", hidden: "" });
    this.listening = new AbortController();
    if (presenting()) this.addSteps();
    else this.addFiles();
    this.root.append(this.error, this.bar);
    parent.append(this.root);
  }

  addFiles() {
    addCopyLink(this.bar, (act) => this.guard(act));
    const help = "Saves the chart in sight with its words, for a slide";
    this.bar.append(takeButton("Picture (PNG)", help, () => this.guard(() => this.save(inSight()))));
    // A chart's own button would save it without a word of what it shows.
    this.listen("click", (event) => {
      if (!event.target.closest?.(SAVES)) return;
      event.stopImmediatePropagation();
      this.guard(() => this.save(event.target.closest(CHART)));
    }, { capture: true });
  }

  addSteps() {
    const keys = { PageDown: 1, PageUp: -1 };
    for (const [text, way] of [["Back", -1], ["Next", 1]]) {
      const help = `${way > 0 ? "The next" : "The last"} answer (${way > 0 ? "Page Down" : "Page Up"})`;
      this.bar.append(takeButton(text, help, () => step(way)));
    }
    this.bar.append(takeButton("Full screen", "Fills the screen; Escape ends it", () => this.guard(() => fillScreen(document.documentElement))));
    this.listen("keydown", (event) => {
      if (!keys[event.key] || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      step(keys[event.key]);
    });
  }

  listen(name, act, options = {}) {
    window.addEventListener(name, act, { ...options, signal: this.listening.signal });
  }

  async save(chart) {
    if (!chart) return;
    const { saveSlide } = await import("./slide.js");
    await saveSlide(chart, this.asked, this.root);
  }

  async guard(act) {
    this.error.hidden = true;
    try {
      await act();
    } catch (error) {
      this.error.textContent = `This did not work: ${error.message}`;
      this.error.hidden = false;
    }
  }

  remove() {
    this.listening.abort();
    this.root.remove();
  }
}

/** The chart of which most is in the window. */
function inSight() {
  const seen = (chart) => {
    const { top, bottom, width } = chart.getBoundingClientRect();
    return width * Math.max(0, Math.min(bottom, window.innerHeight) - Math.max(top, 0));
  };
  return [...document.querySelectorAll(CHART)].reduce((best, chart) => (best && seen(best) >= seen(chart) ? best : chart), null);
}
