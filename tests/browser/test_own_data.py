"""Own data in the browser: drawn, trained, kept by reload and link; and nothing of it is HTML."""

from playwright.sync_api import Page, expect

from layerwarp.app.link.kinds.own import SAMPLE
from tests.browser.driving import PATIENCE, Stage, address, open_warp, wait_trained, wait_until
from tests.browser.watching import wait_idle

HTML = "<img src=x onerror=window.injected=true>"
WORDS = (
    "return [model.net.title, model.net.sizes, Array.from(model.net.labels),"
    " Array.from(model.net.points, (value) => Math.round(value * 1e4))]"
)


class Drawing(Stage):
    """The canvas in the dialog."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.canvas = page.locator("canvas.lw-draw-canvas")

    def ask(self, script, argument=None):
        """JavaScript that knows ``drawing`` and ``store``."""
        look = f"const {{ drawing, store }} = canvas.layerwarp; {script}"
        return self.canvas.evaluate(f"(canvas, argument) => {{ {look} }}", argument)

    def open(self, button: str) -> None:
        """Press the button beside the menu, and start with an empty canvas."""
        self.page.get_by_role("button", name=button, exact=True).click()
        self.canvas.wait_for(timeout=PATIENCE * 1000)
        self.page.get_by_text("An empty canvas").click()
        wait_until(self.page, lambda: self.ask("return !drawing.points.length"), "an empty canvas")

    def tool(self, name: str):
        """A button of the tools."""
        return self.page.locator(".lw-draw").get_by_role("button", name=name)

    def stroke(self, places) -> None:
        """Draw along places, in shares of the canvas."""
        self.canvas.scroll_into_view_if_needed()
        box = self.canvas.bounding_box()
        assert box is not None
        at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
        self.page.mouse.move(*at[0])
        self.page.mouse.down()
        for place in at[1:]:
            self.page.mouse.move(*place, steps=3)
        self.page.mouse.up()

    @property
    def count(self) -> int:
        """Points on the canvas."""
        return int(self.ask("return drawing.points.length"))


def test_what_is_drawn_is_trained_and_lives_in_the_link(browser, page, watch, server):
    open_warp(page, server, "t=0&steps=200&neurons=4")
    drawing = Drawing(page)
    drawing.open("Own")
    use = drawing.tool("Use these points")
    expect(use).to_be_disabled()
    drawing.stroke([(0.2, 0.2), (0.2, 0.8)])
    drawing.tool("Class 3").click()
    drawing.stroke([(0.8, 0.2), (0.8, 0.8), (1.1, 0.8), (0.8, 0.8)])
    drawn = drawing.count
    assert drawing.ask("return drawing.points.every(([x]) => x < drawing.side)"), "heaped up"
    drawing.tool("Eraser").click()
    drawing.stroke([(0.2, 0.2), (0.3, 0.2)])
    assert drawing.count < drawn
    drawing.tool("Undo").click()
    assert drawing.count == drawn
    drawing.canvas.focus()
    for key in ("1", "ArrowUp", "Space"):
        page.keyboard.press(key)
    assert drawing.count > drawn
    page.keyboard.press("Control+z")
    assert drawing.count == drawn
    use.click()

    stage = Stage(page)
    shows = "model.net.title.startsWith('Your own points')"
    stage.wait_for(shows, "the drawn points")
    wait_trained(page)
    assert address(page)["data"] == "own"
    assert drawing.canvas.count() == 0
    before = stage.ask(WORDS)
    assert 0 < len(before[2]) < drawn
    assert set(before[2]) == {0, 1}

    page.reload()
    stage.wait()
    stage.wait_for(shows, "the points after a reload")
    wait_trained(page)
    assert stage.ask(WORDS) == before
    with browser.new_context() as other:
        fresh = other.new_page()
        fresh.goto(page.url)
        seen = Stage(fresh)
        seen.wait()
        wait_trained(fresh)
        assert seen.ask(WORDS) == before
    assert watch.errors == []


def test_a_table_is_looked_at_before_it_is_used_and_is_no_html(page, watch, server):
    open_warp(page, server, "t=0&steps=200&neurons=4")
    page.get_by_role("button", name="Own", exact=True).click()
    page.get_by_role("radio", name="Upload").click()
    table = SAMPLE.read_text().replace("features", HTML) + f"{HTML},1,face\n"
    choose = page.get_by_test_id("stFileUploaderDropzoneInput")
    choose.set_input_files(
        {"name": f"{HTML}.csv", "mimeType": "text/csv", "buffer": table.encode()}
    )
    expect(page.get_by_text("row 130:")).to_be_visible(timeout=PATIENCE * 1000)
    wait_idle(page, PATIENCE)
    assert page.locator("img[src=x], [onerror]").count() == 0
    assert page.evaluate("() => window.injected") is None
    drawing = Drawing(page)
    wait_until(page, lambda: drawing.count == 128, "the table's points on the canvas")
    drawing.tool("Use these points").click()
    Stage(page).wait_for("model.net.title.startsWith('Your own points')", "the table's points")
    assert "xy" not in address(page)  # they are the sample's own, which a link need not say
    assert page.locator("img[src=x], [onerror]").count() == 0
    assert watch.errors == []
