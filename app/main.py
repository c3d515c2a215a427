"""The app: its pages and what all of them share."""

import sys
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).parents[1]
# `streamlit run app/main.py` puts app/ on the path, not the folder that holds it.
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from app import address, compute, frame  # noqa: E402
from app.lessons import BARE_STYLE, LESSONS, LOGO, STYLE  # noqa: E402

st.set_page_config("LayerWarp", page_icon=LOGO, layout="wide")
st.html(STYLE)

pages = {name: lesson.page for name, lesson in LESSONS.items()}
menu = st.container(horizontal=True, key="menu")
current = st.navigation(list(pages.values()), position="hidden")
if current.url_path != LESSONS["compare"].address:
    compute.leave_sweeps(address.visitor())
current.run()
# Streamlit's own menu drops the settings; these links take them along.
if frame.bare():
    st.html(BARE_STYLE)
else:
    st.logo(LOGO)
    for name, page in pages.items():
        menu.page_link(page, query_params=address.link(name))

compute.warm_up()
