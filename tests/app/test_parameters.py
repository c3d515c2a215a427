"""The table of URL parameters: what any link gives."""

import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layerwarp.app.link.parameters import PARAMETERS, PageParameters, format, one_line, parse
from layerwarp.app.pages.table import PAGES
from layerwarp.app.stage.modules import FRONTEND

# A page that has them all.
EVERYTHING = PageParameters(name="page", family="plane", names=tuple(PARAMETERS))

GARBAGE = [
    "",
    " ",
    "NaN",
    "inf",
    "-1",
    "1e309",
    "-1e309",
    "0x10",
    "1_000",
    "１２",
    "😀",
    "x" * 100_000,
    "9" * 100_000,
    "-" * 1000,
    "<b>bold</b>",
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "`code` $x$ :red[x]",
    "www.example.com",
    "None",
    "relu-",
    "1-1-1",
    "\u202egnp\x00\n",
]

EXACT = [
    ("neurons", "7", 7),
    ("noise", "0.25", 0.25),
    ("noise", "-0", 0.0),
    ("lr", "0.01", 0.01),
    ("lr", "1e-2", 0.01),
    ("batch", "16", 16),
    ("data", "Circles", "circles"),
    ("widths", "16-8", (16, 8)),
    ("act", "tanh", ("tanh",)),
    ("axes", "0-1-2", (0, 1, 2)),
    ("t", "2.125", 2.125),
    ("s", "120", 120),
    ("neurons", "7\x1f", 7),
    ("over", "", ()),
    ("over", "points-folds", ("points", "folds")),
    ("x1", "-0.25", -0.25),
]

NEAREST = [
    ("neurons", "500", 64, "neurons = 500; using 64, the most there is"),
    ("layers", "-1", 0, "layers = -1; using 0, the least there is"),
    ("points", "1e309", 2000, "points = 1e309; using 2000, the most there is"),
    ("noise", "0.123", 0.12, "noise = 0.123; using 0.12, the nearest there is"),
    ("lr", "0.02", 0.03, "lr = 0.02; using 0.03, the nearest there is"),
    ("l2", "-3", 0.0, "l2 = -3; using 0, the least there is"),
    ("widths", "16-99", (16, 64), "widths = `16-99`; using 16-64, the nearest there is"),
    ("data", "rellu", "spiral", "data = rellu; using spiral, the default"),
    ("steps", "NaN", 2000, "steps = NaN; using 2000, the default"),
    ("axes", "3-3", (0, 1), "axes = `3-3`; using 0-1, the default"),
    ("t", "", None, "t = nothing; using the default"),
]


def is_valid(name, value):
    if value == PARAMETERS[name].default:
        return True
    kind = PARAMETERS[name].kind
    return kind.read(kind.write(value)) == (value, "")


@pytest.mark.parametrize(("name", "text", "value"), EXACT)
def test_a_valid_value_is_taken_without_a_word(name, text, value):
    values, notices = parse({name: text}, EVERYTHING)
    assert values[name] == value
    assert notices == ()


@pytest.mark.parametrize(("name", "text", "value", "notice"), NEAREST)
def test_a_bad_value_gives_the_nearest_and_says_so(name, text, value, notice):
    values, notices = parse({name: text}, EVERYTHING)
    assert values[name] == value
    assert notices == (notice,)


@pytest.mark.parametrize("name", PARAMETERS)
@pytest.mark.parametrize("text", GARBAGE, ids=lambda text: repr(text[:12]))
def test_garbage_gives_a_valid_value(name, text):
    values, notices = parse({name: text}, EVERYTHING)
    assert is_valid(name, values[name])
    assert len(one_line(notices)) < 150


@given(st.dictionaries(st.sampled_from(sorted(PARAMETERS)), st.text() | st.lists(st.text())))
@settings(max_examples=200, deadline=None)
def test_any_link_gives_values_that_survive_the_way_back(query):
    values, _ = parse(query, EVERYTHING)
    assert all(is_valid(name, value) for name, value in values.items() if value is not None)
    assert parse(format(values, EVERYTHING), EVERYTHING) == (values, ())


def test_no_link_means_the_defaults_and_the_defaults_need_no_link():
    assert parse({}, EVERYTHING) == (EVERYTHING.defaults, ())
    assert format(EVERYTHING.defaults, EVERYTHING) == {}


def test_only_what_differs_is_in_the_link():
    assert format(
        EVERYTHING.defaults | {"layers": 3, "lr": 0.1, "widths": (16, 8, 4)}, EVERYTHING
    ) == {
        "v": "2",
        "layers": "3",
        "widths": "16-8-4",
        "lr": "0.1",
    }


OPENING = ("circles", 1, 3, 7, "cut")
OLD = ("spiral", 2, 16, 0, "plane")


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ({}, OPENING),
        ({"embed": "true", "utm_source": "x"}, OPENING),
        ({"fbclid": "IwAR0"}, OPENING),
        ({"v": "2"}, OPENING),
        ({"v": "3"}, OPENING),
        ({"v": "2", "t": "1"}, OPENING),
        ({"v": ["1", "2"]}, OPENING),
        ({"v": "soon"}, OPENING),
        ({"v": "1"}, OLD),
        ({"t": "1"}, OLD),
        ({"present": "1"}, OLD),
        ({"only": ""}, OLD),
        ({"v": "soon", "act": "tanh"}, OLD),
        ({"data": "rellu"}, OLD),
        ({"v": "1", "neurons": "3", "view": "cut"}, ("spiral", 2, 3, 0, "cut")),
        ({"v": "2", "layers": "2", "neurons": "16"}, ("circles", 2, 16, 7, "cut")),
    ],
    ids=str,
)
def test_a_link_means_what_its_version_means(query, meant):
    values, _ = parse(query, PAGES["warp"])
    assert tuple(values[n] for n in ("data", "layers", "neurons", "start", "view")) == meant
    assert parse(format(values, PAGES["warp"]), PAGES["warp"]) == (values, ())


def test_the_browser_knows_the_names_of_the_table():
    source = (FRONTEND / "shared" / "address.js").read_text("utf-8")
    (names,) = re.findall(r"const PARAMETERS = \[(.*?)\]", source, re.DOTALL)
    assert re.findall(r'"(\w+)"', names) == list(PARAMETERS)


def test_an_old_link_is_written_anew_in_full():
    values, _ = parse({"neurons": "5"}, PAGES["warp"])
    assert format(values, PAGES["warp"]) == {
        "v": "2", "data": "spiral", "layers": "2", "neurons": "5", "start": "0", "view": "plane",
    }  # fmt: skip


def test_the_last_valid_of_repeated_values_counts():
    assert parse({"neurons": ["3", "7", "x"]}, EVERYTHING)[0]["neurons"] == 7
    values, notices = parse({"neurons": ["x", "500"]}, EVERYTHING)
    assert values["neurons"] == 64
    assert len(notices) == 1


def test_foreign_names_are_passed_over():
    assert parse({"utm_source": "x", "embed": "true", "": "1"}, EVERYTHING) == (
        EVERYTHING.defaults,
        (),
    )


def test_widths_alone_say_how_many_layers_there_are():
    values, notices = parse({"widths": "16-8-4"}, EVERYTHING)
    assert (values["layers"], values["widths"], notices) == (3, (16, 8, 4), ())


def test_widths_and_layers_that_disagree_follow_the_layers():
    values, notices = parse({"widths": "16-8", "layers": "3", "neurons": "5"}, EVERYTHING)
    assert values["widths"] == (16, 8, 5)
    assert one_line(notices) == "The link asked for neurons for 2 layers; there are 3."


def test_many_notices_stay_one_short_line():
    _, notices = parse(dict.fromkeys(PARAMETERS, "😀" * 1000), EVERYTHING)
    line = one_line(notices)
    assert "\n" not in line
    assert len(line) < 300
    assert line.endswith(f"and {len(PARAMETERS) - 3} more like this.")


@pytest.mark.parametrize("text", ["<b>x</b>", "[x](y)", "$x$", "www.example.com", "`*a", "a\nb"])
def test_what_the_visitor_wrote_cannot_become_markdown(text):
    line = one_line(parse({"data": text}, EVERYTHING)[1])
    shown = line.split(" = ", 1)[1].split("; using", 1)[0]
    assert shown.startswith("`")
    assert shown.endswith("`")
    assert "`" not in shown[1:-1]
    assert "\n" not in shown


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_parameter_has_a_label_and_one_line_of_help(name):
    parameter = PARAMETERS[name]
    assert parameter.label
    assert parameter.help.endswith(".")
    assert len(parameter.help) < 140


def test_rungs_choose_by_ratio():
    kind = PARAMETERS["lr"].kind
    for low, high in zip(kind.choices, kind.choices[1:], strict=False):
        middle = math.sqrt(low * high)
        assert kind.read(f"{middle * 0.99:.12f}")[0] == low
        assert kind.read(f"{middle * 1.01:.12f}")[0] == high
