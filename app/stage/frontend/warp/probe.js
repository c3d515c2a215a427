// The probe of the space at which the stage rests: its straight cut, and how well that does.

import { formatPercent } from "../network/numbers.js";
import { separators } from "../network/separators.js";

const DASH = [3, 5];

export class Probe {
  constructor(picture) {
    this.picture = picture;
  }

  /** The layer after which the stage rests, where its space is probed; else -1. */
  layer() {
    const { model, store } = this.picture;
    const layer = Math.round(store.u);
    const rests = store.probe && Math.abs(store.u - layer) < 1e-3 && layer <= model.net.depth;
    return rests && model.isProbed(layer) ? layer : -1;
  }

  words() {
    const layer = this.layer();
    if (layer < 0) return "";
    const { model } = this.picture;
    const { exact, nClasses, sizes, depth } = model.net;
    const right = formatPercent(model.probe(layer).right);
    if (this.maps(layer).every(([x, y, z]) => x === 0 && y === 0 && z === 0) && exact[layer]) {
      return `Probe (logistic regression): all points are in one place, so there is nothing to cut. One answer for all gets ${right} of them right.`;
    }
    const how = exact[layer] ? "dotted" : `in all ${sizes[layer]} dimensions, where what overlaps here may lie apart`;
    const [cut, get] = nClasses > 2 ? ["straight cuts", "get"] : ["a straight cut", "gets"];
    const own = layer === depth ? ` ${this.ownWords(right)}` : "";
    return `Probe: ${cut} fitted to ${placeOf(model.net, layer)} (logistic regression, ${how}) ${get} ${right} of the training points right${this.besideWords(layer)}.${own}`;
  }

  /** The same in the input, or from there behind the last layer. */
  besideWords(layer) {
    const { model } = this.picture;
    const other = layer === 0 ? model.net.depth : 0;
    return other !== layer && model.isProbed(other) ? `; fitted to ${placeOf(model.net, other)}, ${formatPercent(model.probe(other).right)}` : "";
  }

  /** Of the network's own cut in the last space, beside a probe that gets `probed` right. */
  ownWords(probed) {
    const { model } = this.picture;
    const [own, share] = [model.told().right, model.probe(model.net.depth).right];
    const [cut, get] = model.net.nClasses > 2 ? ["cuts", "get"] : ["cut", "gets"];
    const why = own > share && formatPercent(own) !== probed
      ? ", more: a probe is fitted to a loss with a penalty on large weights, not to the number of errors" : "";
    return `The network's own ${cut} here ${get} ${formatPercent(own)}${why}.`;
  }

  /** In a space that is drawn as it is. */
  draw() {
    const layer = this.layer();
    if (layer < 0 || !this.picture.model.net.exact[layer]) return;
    const { context, camera, theme, model } = this.picture;
    const [x, y, z, , , radius] = camera.extentAt(model, layer + 1, 0);
    for (const polygon of separators(this.maps(layer), model.net.pictureDims[layer], [x, y, z], radius)) {
      this.picture.cut.trace(camera.pixelsOf(polygon));
      if (polygon.length > 2) {
        Object.assign(context, { fillStyle: theme.text, globalAlpha: 0.1 });
        context.fill();
      }
      context.setLineDash(DASH);
      this.picture.stroke(theme.text, 3, 1, "butt");
      context.setLineDash([]);
    }
  }

  /** An affine function [x, y, z, 1] a class. */
  maps(layer) {
    const { width } = this.picture.model.layers[layer];
    return this.picture.model.probe(layer).maps.map((map) => [0, 1, 2].map((k) => (k < width ? map[k] : 0)).concat(map[width]));
  }
}

const placeOf = ({ lifted }, layer) => (layer > 0 ? `the output of layer ${layer}` : lifted ? "the lifted inputs" : "the input");
