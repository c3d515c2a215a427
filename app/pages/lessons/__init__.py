"""The page "Lessons": a question, a committed prediction, the reveal, one sentence."""

from layerwarp.app.link.parameters import FRAME, LESSON, LESSON_TEXT
from layerwarp.app.pages.page import Page

PAGE = Page(
    name="lessons",
    address="lessons",
    title="Lessons",
    heading="Predict, see, understand",
    family="lessons",
    names=(*FRAME, *LESSON, LESSON_TEXT),
    sets=LESSON,
    examples={},
)
