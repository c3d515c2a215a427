// The network of a view, as the link of the view says: what is measured and drawn with an answer.

import { split } from "../network/bytes.js";
import { Model, decode } from "../network/model.js";
import { nearest } from "../network/numbers.js";
import { LineModel, lineModelOf } from "../pieces/model.js";
import { numberIn } from "../shared/address.js";

/** Page of a view -> its network of the bytes, where the address says. */
const MODELS = { warp: planeModelOf, creases: planeModelOf, pieces: lineModelOf };

/** The network of a view { page, query, bytes }. */
export const modelOf = ({ page, query, bytes }) => MODELS[page](bytes, new URLSearchParams(query));

/** "plane" or "line": on which kind of page a network is shown, as app/pages/lessons/kinds.py has it. */
export const familyOf = (model) => (model instanceof LineModel ? "line" : "plane");

/** At the training step that the address says; `unit`: { layer, index } of the neuron and `point` the place that it
 *  chooses, `other`: the other network, where there are two. */
function planeModelOf(bytes, address) {
  const [layer, number] = (address.get("unit") ?? "").split("-").map(Number);
  const unit = number ? { layer, index: number - 1 } : null;
  const place = { x: numberIn(address, "x1"), y: numberIn(address, "x2") };
  const [own, other] = split(bytes).slice(0, 2).map((part) => {
    const model = placed(new Model(decode(part)), numberIn(address, "s"));
    return Object.assign(model, { unit, point: model.net.placeAt(place) });
  });
  if (other) other.other = own;
  return Object.assign(own, { other });
}

const placed = (model, step) => (Number.isNaN(step) ? model : model.setFrame(nearest(model.net.steps, step)));
