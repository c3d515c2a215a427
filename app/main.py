"""The app: its pages and what all of them share."""

import sys
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).parents[1]
# `streamlit run app/main.py` puts app/ on the path, not the folder that holds it.
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from app import compute  # noqa: E402
from app.lessons import ASSETS, LESSONS  # noqa: E402

st.set_page_config("LayerWarp", page_icon=str(ASSETS / "logo.svg"), layout="wide")
st.logo(str(ASSETS / "logo.svg"))
st.html(ASSETS / "page.css")

pages = [
    st.Page(lesson.path, title=lesson.title, url_path=lesson.address, default=index == 0)
    for index, lesson in enumerate(LESSONS.values())
]
st.navigation(pages, position="hidden" if len(pages) == 1 else "top").run()

compute.warm_up()
