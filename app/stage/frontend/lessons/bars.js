// Bars beside a principle, measured on the network that is shown. Fetched where a step has them; the names are
// those of app/pages/lessons/kinds.py.

import { element } from "../draw/elements.js";
import { tellStory, weightsOf } from "../network/story.js";
import { costOf, firstGradients, movedOf } from "./layers.js";

const LEAST = 0.02; // of the bars' length, of the shortest one on a log scale

/** `title` is what is drawn; `rows(model)`: { name, value, text } of each bar; `log`: whether each line stands for ten
 *  times as much as the one before. */
const BARS = {
  gradients: {
    title: "Each layer’s gradient before the first step (each line: ten times as long)",
    log: true,
    rows: (model) => Array.from(firstGradients(model), (value, l) => ({ name: layerName(model, l), value, text: figure(value) })),
  },
  moved: {
    title: "How far each layer’s weights have moved, of their size",
    rows: (model) => movedOf(model).map((value, l) => ({ name: layerName(model, l), value, text: `${figure(value)} %` })),
  },
  blame: {
    title: "Slope of this point’s loss by the weight of each neuron’s output",
    rows: blameRows,
  },
  cost: {
    title: "Multiplications for one point",
    rows(model) {
      const { forward, slopes, blame } = costOf(model);
      const rows = [["forward: the answer", forward], ["back: slopes of the weights", slopes], ["back: to the layer before", blame]];
      return rows.map(([name, value]) => ({ name, value, text: value.toLocaleString("en") }));
    },
  },
};

const layerName = ({ net }, l) => (l < net.depth ? `layer ${l + 1}` : "output");
const figure = (value) => value.toLocaleString("en", { maximumSignificantDigits: 2 }).replace("-", "−");

/** Of the chosen point, one for each neuron of the last hidden layer. */
function blameRows(model) {
  const { point, net } = model;
  const story = tellStory(model, point, net.labels[point.index]);
  return weightsOf(story, net.depth + 1).map(({ from, gradient }) => {
    const out = story.layers[net.depth].post[from];
    return { name: `neuron ${from + 1} put out ${figure(out)}`, value: Math.abs(gradient), text: figure(gradient + 0) };
  });
}

/** A picture of bars, with a sentence for who cannot see it; of two networks A above B. */
export function drawBars(name, model) {
  const { title, rows, log } = BARS[name];
  const groups = model.other ? [["A", rows(model.other)], ["B", rows(model)]] : [["", rows(model)]];
  const scale = scaleOf(groups.flatMap(([, bars]) => bars.map(({ value }) => value)), log);
  const node = element("figure", "lw-lesson-bars", "", { role: "img" });
  node.append(element("figcaption", "", title));
  if (log) node.style.setProperty("--lw-lines", scale.decades);
  for (const [letter, bars] of groups) {
    for (const { name: words, value, text } of bars) {
      const track = element("span", "lw-lesson-track");
      const bar = element("span", "lw-lesson-bar");
      bar.style.width = `${100 * scale.share(value)}%`;
      track.append(bar);
      node.append(element("span", "", named(letter, words)), track, element("span", "lw-lesson-figure", text));
    }
  }
  const said = groups.flatMap(([letter, bars]) => bars.map(({ name: words, text }) => `${named(letter, words)} ${text}`));
  node.setAttribute("aria-label", `${title}: ${said.join(", ")}.`);
  return node;
}

const named = (letter, words) => (letter ? `${letter}, ${words}` : words);

/** `share(value)` of the bars' length, from 0 to 1, and how many `decades` it covers where it is logarithmic. */
function scaleOf(values, log) {
  const most = Math.max(...values);
  if (!log || !(most > 0)) return { share: (value) => (most > 0 ? value / most : 0), decades: 1 };
  const least = Math.min(...values.filter((value) => value > 0));
  const [low, high] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(most))];
  const decades = Math.max(high - low, 1);
  return { share: (value) => (value > 0 ? Math.max((Math.log10(value) - low) / decades, LEAST) : 0), decades };
}
