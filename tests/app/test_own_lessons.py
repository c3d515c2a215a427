"""A lesson of one's own: written, changed, in a file, in a link; and broken in every way."""

import zlib
from dataclasses import replace
from random import Random
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layerwarp.app.experiments import lesson_text
from layerwarp.app.experiments.lesson_text import read_lesson, whole_text, write_lesson
from layerwarp.app.experiments.packing import SHORT, is_kept, pack, unpack
from layerwarp.app.experiments.safe_text import escaped, plain
from layerwarp.app.link.parameters import LOCKABLE, MOST_STEPS, parse
from layerwarp.app.pages import share
from layerwarp.app.pages.lessons import editing, editor, own, payload, static
from layerwarp.app.pages.lessons.kinds import KINDS, PLAYS
from layerwarp.app.pages.lessons.lesson import VIEWED, Lesson, Option, View
from layerwarp.app.pages.lessons.reading import SENTENCE_END, TAG, LessonError, lessons, read
from layerwarp.app.pages.lessons.writing import fields_of, write
from layerwarp.app.pages.table import PAGES
from layerwarp.app.session.draft import Draft
from layerwarp.app.session.widgets import section_key
from tests.app.pages import button, header, open_page, words

VIEWS = [f"{name}?v=2" for name in VIEWED] + ["warp?v=2&layers=1&matrix=1_0_0_1_0_0&t=0.5"]


def fields(*steps, **changes):
    return {**own.NEW, "steps": list(steps), **changes}


def begun(kind):
    """The step that a kind begins with, on a view that it can be asked of."""
    for view in VIEWS:
        step = {"view": view, "answer": kind, **KINDS[kind].begins}
        try:
            read(write(fields(step)), "test")
        except LessonError:
            continue
        return step
    raise AssertionError(f"a step of kind {kind} begins with what cannot be read")


# What is written is read again.


def is_text(text):
    return bool(text) and plain(text) == text and not TAG.search(text) and "{" not in text


def texts(most, sentences=1):
    """Plain texts, with what TOML marks among their letters."""
    letters = st.characters(exclude_categories=["C", "Z"]) | st.sampled_from(" \"'\\#=[],é😀")
    lines = st.text(letters, min_size=1, max_size=most).map(str.strip).filter(is_text)
    return lines.filter(lambda text: len(SENTENCE_END.findall(text)) <= sentences)


BY_HAND = "v=2&data=circles&matrix=1_0.4_-0.3_1_0_0&act=relu"  # whatever is asked of the plane
views = st.sampled_from([View("warp", f"{BY_HAND}&t=0.5"), View("creases", BY_HAND)])
places = st.floats(-1, 1)
corners = st.lists(st.tuples(places, places), min_size=2, max_size=4).map(tuple)
no, nothing, none = st.just(False), st.just(""), st.just(None)
outlines = st.just(()) | corners
wrong = st.builds(Option, texts(120), no, outlines, views, nothing) | st.builds(
    Option, texts(120), no, outlines, none, texts(280)
)
right = st.builds(Option, texts(120), st.just(True), outlines, none, nothing)


@st.composite
def steps(draw):
    """A step of any kind of the table, every field of it drawn that is drawn freely."""
    step = read(write(fields(begun(draw(st.sampled_from(list(KINDS)))))), "test").steps[0]
    changes = {"question": draw(texts(280, 2)), "principle": draw(texts(280, 2))}
    if step.options:
        others = draw(st.lists(wrong, min_size=1, max_size=4))
        changes["options"] = tuple(draw(st.permutations([draw(right), *others])))
    if step.answer == "number":
        low, way = draw(st.floats(-1e5, 1e5) | st.integers(-9, 9)), draw(st.integers(1, 99))
        asked = {"low": low, "high": low + way, "step": draw(st.sampled_from([1, 0.5]))}
        changes["asked"] = {**step.asked, **asked}
    if step.view.page == "warp":
        changes["view"] = draw(st.just(step.view) | views)
        changes["reveal"] = draw(st.none() | views)
        changes["play"] = draw(st.sampled_from(["", *sorted(set(PLAYS) - {"training"})]))  # by hand
    changes["only"] = tuple(draw(st.lists(st.sampled_from(LOCKABLE), max_size=3)))
    return replace(step, **changes)


made = st.builds(
    Lesson,
    st.just("test"),
    texts(60),
    texts(280, 2),
    st.lists(steps(), min_size=1, max_size=3).map(tuple),
    st.lists(corners, max_size=2).map(tuple),
    st.sampled_from(["", "bend"]),
)


@settings(max_examples=60)
@given(made)
def test_a_lesson_that_is_written_is_read_again(lesson):
    assert read(write(fields_of(lesson)), "test") == lesson


@pytest.mark.parametrize("name", lessons())
def test_ours_are_written_and_fit_into_a_link(name):
    source = write(fields_of(lessons()[name]))
    assert read(source, name) == lessons()[name]
    text = write_lesson(name, source)
    assert len(text) <= SHORT
    assert not is_kept(text)
    assert own.find(text) == (replace(lessons()[name], own=True), "")


# What a teacher does.


@pytest.mark.parametrize("kind", KINDS)
def test_a_step_of_every_kind_begins_with_what_can_be_played(kind):
    assert KINDS[kind].label
    assert read(write(fields(begun(kind))), "test").steps[0].answer == kind


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_begins_with_a_step(view):
    step = read(write(fields(own.begin(view))), "test").steps[0]
    assert str(step.view) == view
    assert step.answer == ("number" if VIEWED[step.view.page].family == "plane" else step.answer)


def test_pages_say_whose_views_can_be_steps():
    assert {page.name for page in PAGES.values() if page.taught} == set(VIEWED)


@pytest.mark.parametrize("before", KINDS)
@pytest.mark.parametrize("after", KINDS)
def test_a_step_of_one_kind_becomes_one_of_another(before, after):
    lesson = fields(begun(before) | {"question": "My words?"})
    editing.put(("steps", 0, "answer"), after, 1, lesson)
    (step,) = lesson["steps"]
    wanted = {"view", "question", "principle", "answer", *KINDS[after].begins}
    assert set(step) == wanted
    assert step["question"] == "My words?"
    expected = KINDS[after].begins["principle"]
    assert step["principle"] == expected


OPTIONS = ("steps", 0, "options")
TEXT, RIGHT, NEVER = {"text": "a"}, {"right": True}, {"never": editing.NEVER}
CHOSEN = [
    # Path from the answers on, what is said -> the answers, of a right and a wrong one
    ((0, "text"), "b", [{"text": "b", **RIGHT}, {"text": "w", "never": "n."}]),
    ((2, "text"), "c", [{**TEXT, **RIGHT}, {"text": "w", "never": "n."}, {"text": "c", **NEVER}]),
    ((1, "text"), "", [{**TEXT, **RIGHT}]),
    (("right",), 1, [{**TEXT, **NEVER}, {"text": "w", **RIGHT}]),
    (("right",), 0, [{**TEXT, **RIGHT}, {"text": "w", "never": "n."}]),
    ((1, "never"), "m.", [{**TEXT, **RIGHT}, {"text": "w", "never": "m."}]),
    ((1, "never"), "warp?v=2", [{**TEXT, **RIGHT}, {"text": "w", "truth": "warp?v=2"}]),
    ((1, "truth"), "never?", [{**TEXT, **RIGHT}, {"text": "w", "never": "never?"}]),
]


@pytest.mark.parametrize(("path", "said", "options"), CHOSEN)
def test_answers_to_choose_are_changed(path, said, options):
    step = {"options": [{**TEXT, **RIGHT}, {"text": "w", "never": "n."}]}
    editing.put((*OPTIONS, *path), said, 1, {"steps": [step]})
    assert step["options"] == options


@pytest.mark.parametrize(
    ("change", "after", "opened"),
    [
        ((editing.move, 0, 1), "bac", 2),
        ((editing.move, 2, -1), "acb", 2),
        ((editing.copy, 1), "abbc", 3),
        ((editing.remove, 0), "bc", 1),
        ((editing.remove, 2), "ab", 2),
    ],
)
def test_steps_change_their_places(change, after, opened):
    lesson = {"steps": list("abc")}
    act, *given = change
    assert act(*given, lesson) == opened
    assert "".join(lesson["steps"]) == after


@pytest.mark.parametrize(
    ("words_", "name"),
    [("Three folds!", "three-folds"), ("../a/b", "a-b"), ("<b>", "b"), ("", "lesson"), ("é", "é")],
)
def test_a_name_of_a_file_is_harmless(words_, name):
    assert own.name_of(words_) == name
    assert len(own.name_of(words_ * 99).encode()) <= 4 * lesson_text.LONGEST_NAME


class Teacher:
    """A teacher at the page Lessons."""

    def __init__(self, monkeypatch, *views, **query):
        self.draft = Draft(waiting=list(views))
        monkeypatch.setattr("layerwarp.app.session.draft.mine", lambda: self.draft)
        self.page = open_page("lessons", **query)

    def add(self, view):
        """On another page; then the page Lessons is opened again."""
        self.draft.add(view)
        self.run()

    def run(self):
        self.page.run()
        assert not self.page.exception

    def press(self, label):
        next(b for b in self.page.button if label in (b.label, b.help)).click().run()
        assert not self.page.exception

    def say(self, label, value):
        inputs = [*self.page.text_input, *self.page.number_input]
        next(i for i in inputs if i.label == label).set_value(value).run()
        assert not self.page.exception

    def choose(self, label, value):
        next(i for i in self.page.selectbox if i.label == label).set_value(value).run()
        assert not self.page.exception

    @property
    def lesson(self):
        return own.find(self.draft.text)[0]

    @property
    def questions(self):
        """Of the steps in the draft, which the address has too."""
        assert "".join(self.page.query_params["text"]) == self.draft.text
        return [step.question for step in self.lesson.steps]


FIRST, SECOND = "warp?v=2&data=moons&t=0.5&s=100", "creases?v=2&layers=1"


def test_views_that_are_added_become_a_lesson_that_is_open(trained, monkeypatch):
    teacher = Teacher(monkeypatch, FIRST)
    teacher.add(SECOND)
    teacher.add(SECOND)  # a double click
    assert [str(step.view) for step in teacher.lesson.steps] == [FIRST, SECOND]
    shown = header(teacher.page)
    assert (shown["lesson"]["name"], shown["step"]) == ("own", 2)
    assert shown["lesson"]["own"]
    assert shown["lesson"]["progress"] == "own a-lesson-of-my-own"
    assert set(shown["views"]) == {"2 view"}
    assert shown["views"]["2 view"]["query"].endswith("v=2&layers=1")


def test_a_lesson_is_changed_in_plain_widgets(trained, monkeypatch):
    teacher = Teacher(monkeypatch, FIRST, SECOND)
    teacher.say("Question", "How many  pieces? ")
    assert teacher.questions[1] == "How many pieces?"
    teacher.say("Title", "Three folds")
    assert (teacher.lesson.title, teacher.lesson.name) == ("Three folds", "three-folds")
    teacher.choose("Measure", "pieces")
    teacher.say("High", 12.0)
    assert dict(teacher.lesson.steps[1].asked) == {
        **{"measure": "pieces", "low": 0, "high": 12, "step": 1}
    }
    teacher.say("High", -1.0)
    assert teacher.lesson.steps[1].asked["high"] == 12
    sentence = escaped("three-folds.toml, step 2, high: must be larger than low")
    assert sentence in words(teacher.page)
    teacher.say("What it shows", "It has {pieces} pieces.")
    assert "must be" not in words(teacher.page)
    teacher.choose("How it is answered", "choose")
    teacher.say("Answer 3", "Eleven")
    teacher.choose("The true answer", 2)
    assert [option.right for option in teacher.lesson.steps[1].options] == [False, False, True]
    teacher.press("Step 2: up")
    assert teacher.questions[0] == "How many pieces?"
    assert header(teacher.page)["step"] == 1
    teacher.press("Step 1: copy")
    teacher.press("Step 3: remove")
    assert teacher.questions == ["How many pieces?"] * 2
    teacher.press("Step 1: remove")
    teacher.press("Step 1: remove")
    assert teacher.draft.text == ""
    assert "text" not in teacher.page.query_params
    assert header(teacher.page)["lesson"] is None


def test_a_click_that_comes_late_changes_nothing(trained, monkeypatch):
    teacher = Teacher(monkeypatch, FIRST, SECOND)
    old = teacher.draft.text
    teacher.press("Step 1: remove")
    text = teacher.draft.text
    own.change(old, lambda fields: editing.remove(0, fields))
    assert teacher.draft.text == text


def test_no_version_is_lost_by_going_back(trained, monkeypatch):
    teacher = Teacher(monkeypatch, FIRST)
    old = teacher.draft.text
    teacher.add(SECOND)
    newest = teacher.draft.text
    back = open_page("lessons", v="2", lesson="own", text=old)
    assert len(header(back)["lesson"]["steps"]) == 1
    assert not back.expander or back.expander[0].label != "A lesson of your own"
    assert "of 2 steps, is not shown here" in words(back)
    button(back, "Show the latest").click().run()
    assert len(header(back)["lesson"]["steps"]) == 2
    assert teacher.draft.text == newest
    this = open_page("lessons", v="2", lesson="own", text=old)
    button(this, "Go on from this one").click().run()
    assert teacher.draft.text == old
    assert "is not shown here" not in words(this)


def test_a_lesson_has_so_many_steps_and_no_more(trained, monkeypatch):
    views = [f"warp?v=2&seed={seed}" for seed in range(MOST_STEPS + 2)]
    teacher = Teacher(monkeypatch, *views)
    assert len(teacher.lesson.steps) == MOST_STEPS
    assert f"list of 1 to {MOST_STEPS} tables" in words(teacher.page)


@pytest.mark.parametrize(
    ("page", "query", "view"),
    [
        ("warp", {}, "warp?v=2"),
        (
            "warp",
            {"v": "2", "data": "moons", "t": "0.5", "s": "40"},
            "warp?v=2&data=moons&t=0.5&s=40",
        ),
        ("creases", {"v": "2", "only": "data", "hide": "1"}, "creases?v=2"),
        (
            "pieces",
            {"v": "2", "mode": "hand", "hand": "2_-1_1_0"},
            "pieces?v=2&mode=hand&hand=2_-1_1_0",
        ),
    ],
)
def test_the_menu_share_adds_the_view_to_the_letter(trained, monkeypatch, page, query, view):
    mine = Draft()
    monkeypatch.setattr("layerwarp.app.session.draft.mine", lambda: mine)
    page = open_page(page, **query)
    page.session_state["share"] = True
    page.run()
    button(page, "Add this view as a step").click().run()
    assert mine.waiting == [view]
    assert "step 1 of your own lesson" in words(page)
    assert own.begin(view)["view"] == view


@pytest.mark.parametrize(
    ("view", "steps", "why"),
    [
        ("warp?v=2", 11, ""),
        ("warp?v=2", 12, "12 steps, the most"),
        ("warp?v=2&net=kept-" + "0" * 24, 0, "too large for a link"),
        ("warp?v=2&xy=" + "x" * 4_000, 0, "4,012 characters, at most 4,000"),
    ],
)
def test_what_cannot_be_a_step_is_told(view, steps, why):
    assert why in share._no_step(view, steps)
    assert bool(share._no_step(view, steps)) == bool(why)


# What a visitor who opens a link or a file may not break.

GOOD = write(fields(own.begin(FIRST), own.begin(SECOND))).decode()
BROKEN = {
    # What stands in its place in GOOD -> parts of the sentence that says what is wrong.
    "missing field": ('principle = "', 'play = "layers"\n# "', ("step 1, principle", "is missing")),
    "unknown kind": ('answer = "number"', 'answer = "nmber"', ("step 1, answer", "'nmber'")),
    "unknown field": ("low = 0", "lowest = 0", ("step 1, lowest", "no field here")),
    "absurd view": ("data=moons", "data=moons&layers=999", ("step 1, view", "layers = 999")),
    "other page": (FIRST, "pages?v=2", ("step 1, view", "end of a link")),
    "other host": (FIRST, "https://example.com/?v=2", ("step 1, view", "end of a link")),
    "script": ('title = "', 'title = "<script>alert(1)</script>', ("title", "without tags")),
    "picture": (
        'question = "What p',
        'question = "<img src=x onerror=alert(1)>What p',
        ("step 1, question", "without tags"),
    ),
    "circle": ('title = "', 'next = "own"\ntitle = "', ("next", "must be one of")),
    "itself": ('title = "', 'next = "bend"\ntitle = "', ("next", "another lesson", "'bend'")),
    "nested": ("low = 0", "low = " + "[" * 2000, ("TOML",)),
    "twice": ('title = "', 'title = "x"\ntitle = "', ("TOML",)),
}


def broken(case):
    before, after, parts = BROKEN[case]
    assert before in GOOD
    return GOOD.replace(before, after, 1).encode(), parts


def check_refused(page, sentence_parts):
    (error,) = [e.value for e in page.error]
    assert "Traceback" not in error
    assert "<script" not in error.replace("\\<", "")
    assert "\n" not in error
    for part in sentence_parts:
        assert escaped(part) in error, error
    assert header(page)["lesson"] is None, "ours are listed"


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_lesson_by_link_is_refused_in_a_sentence(trained, case):
    source, parts = broken(case)
    page = open_page("lessons", v="2", lesson="own", step="2", text=write_lesson("bend", source))
    check_refused(page, ("bend.toml", *parts))
    assert trained == []


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_lesson_by_file_is_refused_and_the_one_before_stays(trained, monkeypatch, case):
    source, parts = broken(case)
    teacher = Teacher(monkeypatch, FIRST)
    before = teacher.draft.text
    own.load("bend", source)
    teacher.run()
    (error,) = [e.value for e in teacher.page.error]
    assert all(escaped(part) in error for part in ("bend.toml", *parts)), error
    assert teacher.draft.text == before


def test_a_good_file_is_opened_and_a_large_one_is_not_read(trained, monkeypatch):
    teacher = Teacher(monkeypatch)
    files = {"file": SimpleNamespace(name="My lesson.toml", getvalue=lambda: GOOD.encode())}
    monkeypatch.setattr("layerwarp.app.pages.lessons.editor.st.session_state", files)
    changed: list[dict] = []
    monkeypatch.setattr(own.address, "change", changed.append)
    editor._load("file")
    assert changed == [{"text": teacher.draft.text, "lesson": "own", "step": 1}]
    assert teacher.lesson.name == "my-lesson"
    own.load("large", b"#" * 1_000_000)
    assert "large.toml: must have at most 100,000 bytes; got 1,000,000" in teacher.draft.told
    assert len(changed) == 1


TEXT_OF_GOOD = write_lesson("good", GOOD.encode())


@pytest.mark.parametrize(
    "text",
    [
        *(TEXT_OF_GOOD[:length] for length in range(1, len(TEXT_OF_GOOD), 40)),
        pack(b"x" * 1_000_000),  # 1 MB
        pack(zlib.compress(b"x" * 50_000_000, 9) * 3),
        pack(b"\xff\xfe"),
        "eJx",
        "😀",
        "<script>alert(1)</script>",
        "../../etc/passwd",
        "kept-" + "0" * 24,
        "x" * 20_000,
    ],
    ids=lambda text: text[:8],
)
def test_a_text_that_is_no_lesson_is_told(text):
    values, notices = parse({"v": "2", "lesson": "own", "text": text}, PAGES["lessons"])
    if values["text"]:  # the whole of something: then its sentence is that of a file
        assert own.find(values["text"])[0] is None
        assert own.find(values["text"])[1]
    else:
        assert "none: " in notices[0] or "the default" in notices[0]
        assert len(notices[0]) < 200


def test_little_is_unpacked_of_a_text_that_would_fill_the_memory():
    with pytest.raises(ValueError, match="too large"):
        unpack(pack(b"x" * 10_000_000), lesson_text.MOST_BYTES)


@given(st.text(max_size=40) | st.binary(max_size=60).map(pack))
def test_any_text_is_played_or_told(text):
    values, notices = parse({"v": "2", "text": text}, PAGES["lessons"])
    assert (values["text"] == text) == (not notices)
    lesson, fault = own.find(values["text"])
    assert lesson is None
    assert bool(fault) == bool(values["text"])
    assert fault.isprintable()


def test_a_long_lesson_is_kept_here_and_named_in_the_link(trained):
    long = fields(*(own.begin(FIRST) | {"principle": noise(seed)} for seed in range(12)))
    source = write(fields_of(read(write(long), "long")))
    text = write_lesson("long", source)
    assert is_kept(text)
    assert read_lesson(text) == ("long", source)
    page = open_page("lessons", v="2", lesson="own", text=text)
    assert header(page)["lesson"]["title"] == own.NEW["title"]
    page.session_state[section_key(editor.TITLE)] = True
    page.session_state["share"] = True
    page.run()
    assert f"too long for a link** ({len(whole_text('long', source)):,} characters" in words(page)
    assert "as long as this server keeps it" in words(page)


def noise(seed):
    """A text that hardly packs."""
    return "".join(Random(seed).choices([chr(k) for k in range(0x4E00, 0x5E00)], k=275))


def test_a_file_that_is_taken_along_becomes_a_page_without_a_server(tmp_path):
    file = tmp_path / "good.toml"
    file.write_text(GOOD)
    assert static.read_files([file]) == {"good": read(GOOD.encode(), "good")}


def test_a_link_plays_the_lesson_from_any_step(trained):
    page = open_page("lessons", v="2", lesson="own", step="2", text=TEXT_OF_GOOD)
    shown = header(page)
    assert (shown["lesson"]["title"], shown["step"]) == (own.NEW["title"], 2)
    assert len(trained) == 1, "what the step shows, and no more"
    listed = header(open_page("lessons", v="2", text=TEXT_OF_GOOD))
    assert [row["name"] for row in listed["lessons"]] == [*lessons(), "own"]
    assert [row["progress"] for row in listed["lessons"]] == [*lessons(), "own good"]


def test_one_of_ours_is_shared_without_the_visitors(trained, monkeypatch):
    shared = []
    monkeypatch.setattr(
        "layerwarp.app.pages.share.menu", lambda place, page, values, shown: shared.append(values)
    )
    open_page("lessons", v="2", lesson="bend", step="2", text=TEXT_OF_GOOD)
    open_page("lessons", v="2", lesson="own", step="2", text=TEXT_OF_GOOD)
    assert [values["text"] for values in shared] == ["", TEXT_OF_GOOD]


def test_more_than_the_first_network_of_a_link_is_trained_only_where_it_is_short(trained):
    slow = "warp?v=2&layers=10&neurons=64&steps=20000"
    source = write(fields(own.begin(FIRST) | {"reveal": slow}))
    page = open_page("lessons", v="2", lesson="own", text=write_lesson("slow", source))
    assert len(trained) == 1
    assert "on this machine" in words(page)
    button(page, "Train").click().run()
    assert len(trained) == 2


def test_progress_keeps_ones_own_apart():
    named = replace(lessons()["bend"], own=True)
    rows = [payload._row(lesson) for lesson in (lessons()["bend"], named)]
    assert [(row["name"], row["progress"]) for row in rows] == [
        ("bend", "bend"),
        ("own", "own bend"),
    ]
