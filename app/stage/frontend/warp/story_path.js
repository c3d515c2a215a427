// The chain rule for one weight, in numbers: the factors along a way of the loss back to it.

import { element, setText } from "../draw/elements.js";
import { formatDigits } from "../network/numbers.js";
import { factorWords, pathHead, pathIntroduction, pathSum } from "./story_words.js";

export class StoryPath {
  constructor(root) {
    this.head = element("h4", "lw-story-name");
    this.introduction = element("p", "lw-story-line");
    this.factors = element("ol", "lw-story-path");
    this.sum = element("p", "lw-story-line");
    root.append(this.head, this.introduction, this.factors, this.sum);
  }

  /** Of a weight and its strongest path, see network/story.js. */
  draw(model, story, edge, path) {
    setText(this.head, pathHead(model, edge));
    setText(this.introduction, pathIntroduction(path));
    const tiles = path.factors.map((factor) => tile(formatDigits(factor.value), factorWords(model, story, factor)));
    tiles.push(tile(formatDigits(path.product), { name: "product", detail: path.count > 1 ? "of this path" : "∂loss/∂w" }, "lw-story-product"));
    this.factors.replaceChildren(...tiles);
    setText(this.sum, pathSum(model, story, edge, path));
  }
}

function tile(number, { name, detail }, kind = "lw-story-factor") {
  const node = element("li", kind);
  node.append(element("strong", "", number), element("span", "", name), element("small", "", detail));
  return node;
}
