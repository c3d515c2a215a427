"""What is written reads on its ground (4.5 to 1), marks are seen (3 to 1), in light and dark."""

import pytest

from tests.browser.driving import imported, open_warp, wait_trained
from tests.browser.focus import check_rings
from tests.browser.test_pieces import open_line

TEXT, MARK = 4.5, 3.0
# Text nodes of the page and of the component, with their colors as they come out on their grounds.
WRITTEN = """
async () => {
  const numbers = (text) => {
    const context = Object.assign(document.createElement("canvas"), { width: 1, height: 1 })
      .getContext("2d", { willReadFrequently: true });
    Object.assign(context, { fillStyle: text });
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const over = ([r, g, b, a], under) => [r, g, b].map((part, i) => part * a + under[i] * (1 - a));
  const parent = (node) => node.parentElement ?? node.getRootNode().host;
  const ground = (node) => {
    const color = getComputedStyle(node ?? document.querySelector(".stApp")).backgroundColor;
    return node ? over(numbers(color), ground(parent(node))) : numbers(color).slice(0, 3);
  };
  const own = (node) => Number(getComputedStyle(node).opacity);
  const opacity = (node) => (node ? own(node) * opacity(parent(node)) : 1);
  const light = (color) => color.map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
  const found = {};
  const look = (root) => {
    for (const node of root.querySelectorAll("*")) {
      if (node.shadowRoot) look(node.shadowRoot);
      const texts = [...node.childNodes].filter(({ nodeType }) => nodeType === 3);
      const words = texts.map((text) => text.data.trim()).join("");
      const box = node.getBoundingClientRect();
      const style = getComputedStyle(node);
      const off = node.closest(":disabled, [aria-disabled=true], [disabled], .lw-hidden")
        || node.closest("style, script, option")
        || node.closest("label")?.querySelector(":disabled")
        || node.closest('[data-testid="stSliderThumbValue"]'); // stands above the thumb, not on it
      const seen = box.width >= 2 && style.visibility !== "hidden" && opacity(node) >= 0.1;
      if (!words || !seen || off) continue;
      if (style.fontFamily.includes("Material")) continue; // icons by name
      const below = ground(node);
      const [r, g, b, alpha] = numbers(style.color);
      const color = over([r, g, b, alpha * opacity(node)], below);
      const [low, high] = [light(color), light(below)].sort((x, y) => x - y);
      const ratio = (high + 0.05) / (low + 0.05);
      const name = `${node.localName}.${node.className}: ${words.slice(0, 30)}`;
      found[name] = Math.round(100 * ratio) / 100;
    }
  };
  look(document.body);
  return found;
}
"""
PAIRS = """
const [colors, themes, tools] = [COLORS, THEMES, TOOLS];
const accent = getComputedStyle(canvas).getPropertyValue("--st-primary-color").trim();
const { theme } = picture;
const network = { sizes: [1, 8, 1] };
const marks = Array.from({ length: 8 }, (_, j) => tools.colorOf(theme, network, 0, j));
const against = (name, first, second) => [name, colors.contrast(first, second)];
return {
  text: [
    against("axis numbers", theme.soft, theme.background),
    against("words of the chosen neuron", theme.mark, theme.background),
    ...marks.map((color, j) => against(`numeral on hinge ${j + 1}`, colors.inkOn(color), color)),
    ...marks.map((_, j) => tools.textColorOf(theme, network, 0, j))
      .map((color, j) => against(`number of line ${j + 1}`, color, theme.background)),
  ],
  marks: [
    against("ring of the focus", accent, theme.background),
    against("rim of the target", tools.bandColors(theme)[0], theme.background),
    ...marks.map((color, j) => against(`line ${j + 1}`, color, theme.background)),
    ...themes.CLASSES
      .map(({ name }, cls) => against(name, themes.edgeOf(theme, cls), theme.background)),
  ],
};
"""

# Three files have this name.
TOOLS = """await import(performance.getEntriesByType("resource")
  .find((entry) => entry.name.includes("/pieces/tools.js")).name)"""


@pytest.fixture(params=["light", "dark"])
def scheme(request, page):
    page.emulate_media(color_scheme=request.param)
    return request.param


def low(found, least):
    return {what: ratio for what, ratio in found.items() if ratio < least}


def test_all_that_is_written_and_drawn_can_be_seen(page, server, scheme):
    open_warp(page, server, "data=circles&layers=1&neurons=2&t=1")  # with a primary button
    wait_trained(page)
    found = page.evaluate(WRITTEN)
    print(scheme, len(found), "texts, the lowest:", sorted(found.values())[:5])
    assert low(found, TEXT) == {}
    check_rings(page, {"canvas", "select"})
    line = open_line(page, server, "mode=hand")
    found = page.evaluate(WRITTEN)
    assert len(found) > 30
    assert low(found, TEXT) == {}
    check_drawn(page, line, scheme)


def check_drawn(page, line, scheme):
    """All that is drawn can be seen."""
    check_rings(page, {"canvas"})
    script = PAIRS.replace("TOOLS", TOOLS)
    for word, file in {"COLORS": "colors.js", "THEMES": "theme.js"}.items():
        script = script.replace(word, imported(file))
    found = line.ask(script)
    for kind, pairs in found.items():
        for what, ratio in pairs:
            print(f"{scheme} {kind}: {what} {ratio:.2f}")
    assert low(dict(found["text"]), TEXT) == {}
    assert low(dict(found["marks"]), MARK) == {}
