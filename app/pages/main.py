"""The script that Streamlit runs: the menu, the page, and what all pages share."""

import streamlit as st

from layerwarp.app.pages.depth_width.grid import USUAL_GRID
from layerwarp.app.pages.layout import BARE_STYLE, LOGO, STYLE
from layerwarp.app.pages.table import PAGES
from layerwarp.app.session import address, following, frame
from layerwarp.app.work import compute

following.begin()
st.set_page_config("LayerWarp", page_icon=LOGO, layout="wide")
st.html(STYLE)

routed = {name: page.routed for name, page in PAGES.items()}
menu = st.container(horizontal=True, key="menu")
st.navigation(list(routed.values()), position="hidden").run()
# Streamlit's own menu drops the settings; these links take them along.
if frame.bare():
    st.html(BARE_STYLE)
else:
    st.logo(LOGO)
    for name, page in routed.items():
        menu.page_link(page, query_params=address.menu_link(PAGES[name]))

following.leave_the_rest()
compute.warm_up(USUAL_GRID.shapes)
