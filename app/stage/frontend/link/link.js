// "Copy link" alone, below a picture that no component draws.

import { element } from "../draw/elements.js";
import { addCopyLink } from "../shared/copy_link.js";

/** What Streamlit calls after every run of the page: the bar is built once for each parent element. */
export default ({ parentElement }) => {
  if (parentElement.querySelector(".lw-stage")) return;
  const root = element("div", "lw-stage");
  const bar = element("div", "lw-take", "", { role: "group", "aria-label": "Take the picture along" });
  addCopyLink(bar, (act) => act());
  root.append(bar);
  parentElement.append(root);
};
