"""What has the focus is seen to have it: one ring of 3 pixels, on every kind of control."""

from playwright.sync_api import Page

# Kinds of what can have the focus, and what has it without a ring of 3 pixels that can be seen.
RINGS = """
() => {
  const around = (node) => (node ? [node, ...around(node.parentElement)] : []);
  const style = (node) => getComputedStyle(node);
  const hidden = (node) => style(node).clip !== "auto" || style(node).clipPath !== "none"
    || Number(style(node).opacity) < 0.1;
  const ringed = (node) => style(node).outlineStyle === "solid"
    && style(node).outlineWidth === "3px" && !around(node).some(hidden);
  const found = { kinds: new Set(), bare: [] };
  const focusable = "a, button, input, select, summary, textarea, [tabindex]";
  const look = (root) => {
    for (const host of root.querySelectorAll("div")) if (host.shadowRoot) look(host.shadowRoot);
    for (const node of root.querySelectorAll(focusable)) {
      if (node.tabIndex < 0 || node.disabled || !node.getClientRects().length) continue;
      node.focus();
      if (!node.matches(":focus-visible")) continue;
      found.kinds.add(node.type === "range" ? "range" : node.localName);
      const rings = around(node).slice(0, 6).filter(ringed).length;
      if (rings !== 1) found.bare.push(`${rings} rings: ${node.outerHTML.slice(0, 120)}`);
    }
  };
  look(document.body);
  return { kinds: [...found.kinds], bare: found.bare };
}
"""
KINDS = {"a", "button", "input", "range", "summary"}  # on every page


def check_rings(page: Page, kinds: set[str]) -> None:
    """Move the focus to everything that can have it, of these kinds, too, and look at its ring."""
    page.keyboard.press("Tab")  # from here on the focus counts as moved by key
    found = page.evaluate(RINGS)
    assert found["bare"] == []
    assert KINDS | kinds <= set(found["kinds"])
