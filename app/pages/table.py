"""The table of the pages, in the order of the menu."""

from layerwarp.app.pages import creases, depth_width, lessons, pieces, warp
from layerwarp.app.pages.page import Page

PAGES: dict[str, Page] = {
    page.name: page
    for page in (warp.PAGE, pieces.PAGE, creases.PAGE, depth_width.PAGE, lessons.PAGE)
}
