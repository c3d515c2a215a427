import math
import re
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from layerwarp.data.formula import EXTREMES, FUNCTIONS, MAX_LENGTH, NAMES, parse_formula

X = np.linspace(0.1, 2, 7)

REFERENCES: dict[str, Any] = {
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "abs": abs,
    "sign": lambda z: math.copysign(1, z) if z else 0,
    "floor": math.floor,
    "ceil": math.ceil,
    "relu": lambda z: max(z, 0),
    "tanh": math.tanh,
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions(name):
    places = X if name in ("log", "sqrt") else X - 1.05
    expected = [REFERENCES[name](place) for place in places]
    np.testing.assert_allclose(parse_formula(f"{name}(x)")(places), expected, rtol=1e-14)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x", X),
        ("3", 3 + 0 * X),
        ("-x^2", -(X**2)),
        ("x^2", X**2),
        ("2^3^2", 512 + 0 * X),
        ("x**-.5", X**-0.5),
        ("1 - 2 - x", -1 - X),
        ("8/4/x", 2 / X),
        ("2 + 3*x", 2 + 3 * X),
        ("(2 + 3)*x", 5 * X),
        ("- - +x", X),
        ("2*-x", -2 * X),
        ("007 * 1e1 * x", 70 * X),
        ("pi * e", np.pi * np.e + 0 * X),
        ("sin(2*pi*x)/2", np.sin(2 * np.pi * X) / 2),
        ("min(x, 1)", np.minimum(X, 1)),
        ("max(x, 1, x**2, -4)", np.maximum(X, np.maximum(1, X**2))),
        ("relu(2 - 2*x) + relu(x - 1)", np.maximum(2 - 2 * X, 0) + np.maximum(X - 1, 0)),
        ("\n x\t+ 1 ", X + 1),
        ("+".join(["x"] * 100), 100 * X),
        ("(" * 20 + "x" + ")" * 20, X),
    ],
)
def test_values(text, expected):
    np.testing.assert_allclose(parse_formula(text)(X), expected, rtol=1e-13)


def test_values_keep_the_shape():
    assert parse_formula("2")(np.zeros((3, 2))).shape == (3, 2)
    assert parse_formula("x + 1")(np.float64(2)) == 3


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "the formula must be text; got None"),
        (3, "the formula must be text; got 3"),
        ("", "the formula must not be empty"),
        (" \n", "the formula must not be empty"),
        ("x" * 201, "at most 200 characters; got 201"),
        ("x²", "'²' is not part of a formula; use numbers"),
        ("x; import os", "';' is not part"),
        ("'a'", '"\'" is not part'),
        ("x = 1", "'=' is not part"),
        ("[x]", r"'\[' is not part"),
        ("x.real", r"'\.' is not part"),
        ("\0", "is not part of a formula"),
        ("y + 1", r"'y' is not known; use numbers, \+ - .* and x, pi, e, sin, .* min, max"),
        ("__import__(x)", "'__import__' is not known"),
        ("x or 1", "'or' is not known"),
        ("lambda", "'lambda' is not known"),
        ("1_000", "'_000' is not known"),
        ("0x10", "'x10' is not known"),
        ("1e999", "the number 1e999 is too large"),
        ("2x", r"an operator is missing between '2' and 'x', such as \*"),
        ("x x", "missing between 'x' and 'x'"),
        ("2(x)", r"missing between '2' and '\('"),
        ("(x)(x)", r"missing between '\)' and '\('"),
        ("x sin(x)", "missing between 'x' and 'sin'"),
        ("1.2.3", r"missing between '1\.2' and '\.3'"),
        ("sin x", r"sin needs its argument in parentheses: sin\(x\)"),
        ("sin*x", "sin needs its argument"),
        ("sin", "the formula ends too early, after 'sin'"),
        ("x +", r"the formula ends too early, after '\+'"),
        ("* x", r"must not begin with '\*'"),
        ("^ x", r"must not begin with '\^'"),
        ("x * / 2", r"a value is missing between '\*' and '/'"),
        ("x ^ ^ 2", r"a value is missing between '\^' and '\^'"),
        ("()", r"a value is missing between '\(' and '\)'"),
        ("min(*x)", r"a value is missing between '\(' and '\*'"),
        ("max(x,)", r"a value is missing between ',' and '\)'"),
        ("(x", "an opening parenthesis is never closed"),
        ("x)", "a closing parenthesis has no opening one"),
        ("x, 1", "',' may only stand between the arguments of min and max"),
        ("sin(x, 2)", "',' may only stand"),
        ("max((x, 2), 1)", "',' may only stand"),
        ("min(x)", r"min takes two or more arguments; got min\(x\)"),
        ("(" * 21 + "x" + ")" * 21, "parentheses must be at most 20 deep"),
        ("-" * 150 + "x", "must nest at most 100 operations"),
        ("x ** 101", "an exponent must lie between -100 and 100; got 101"),
        ("x ^ (20 * 6)", r"got 20 \* 6"),
        ("x ** (1/0)", "an exponent must lie"),
        ("9**9**9**9", "an exponent must lie between -100 and 100; got 9"),
    ],
)
def test_what_cannot_be_read_is_named(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        parse_formula(text)


def test_a_tower_of_powers_takes_no_time():
    # Reading each exponent twice would take 2^66 readings.
    assert parse_formula("**".join(["1"] * 67))(X).tolist() == [1] * 7


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("log(x)", "log(x) is not a number at x = -1"),
        ("2 + 3*log( x )", "log( x ) is not a number at x = -1"),
        ("1/x", "1/x is infinite at x = 0"),
        ("sin(1/(x*x))", "1/(x*x) is infinite at x = 0"),
        ("sqrt(x - 3)*2", "sqrt(x - 3) is not a number at x = -1"),
        ("x ** 0.5", "x ** 0.5 is not a number at x = -1"),
        ("exp(exp(9*x)) - exp(exp(9*x))", "exp(exp(9*x)) is infinite at x = 0.73"),
        ("x*5000", "must lie between -1000 and 1000; x*5000 is -5000 at x = -1"),
    ],
)
def test_where_there_is_no_value_is_named(text, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        parse_formula(text).check(-1, 1, 1000)


@pytest.mark.parametrize("text", ["x", "log(x + 1.1)", "1/(2 + x)", "exp(-1/x**2)", "1/(1/x)"])
def test_what_has_a_value_everywhere_passes(text):
    formula = parse_formula(text)
    formula.check(-1, 1, 1000)
    assert np.isfinite(formula(np.linspace(-1, 1, 2001))).all()


def read(text):
    """Parse; whatever was read must be computed and checked without anything but ValueError."""
    with suppress(ValueError):
        formula = parse_formula(text)
        assert formula(X).shape == X.shape
        formula.check(-1, 1, 1000)


@given(st.text(max_size=MAX_LENGTH + 5))
@example("﻿x")
@example("x\\\n+1")
@example("١ + x")
@example("ｘ")
@example("1if x else 2")
def test_arbitrary_text_raises_nothing_but_value_errors(text):
    read(text)


WORDS = [*NAMES, *EXTREMES, *"()+-*/^,.0123456789 ", "**", "1e3", "1e308", "lambda", "_", "\n"]


@given(st.lists(st.sampled_from(WORDS), max_size=60).map("".join))
def test_arbitrary_words_raise_nothing_but_value_errors(text):
    read(text)


OPERATORS = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}


def joined(left, operator, right):
    return f"({left[0]} {operator} {right[0]})", OPERATORS[operator](left[1], right[1])


def silently(function):
    def quiet(arguments):
        with np.errstate(all="ignore"):
            return function(*arguments)

    return quiet


# A formula's text, and its values at X computed while the text was made.
FORMULAS = st.recursive(
    st.sampled_from([("x", X), ("pi", np.full(7, np.pi)), ("2", 0 * X + 2), (".5", 0 * X + 0.5)]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(list(OPERATORS)), inner).map(silently(joined)),
        st.tuples(inner, st.integers(-9, 9)).map(
            silently(lambda base, n: (f"({base[0]}) ** {n}", np.power(base[1], float(n))))
        ),
        st.tuples(st.sampled_from(list(FUNCTIONS)), inner).map(
            silently(lambda name, z: (f"{name}({z[0]})", FUNCTIONS[name](z[1])))
        ),
        st.tuples(inner, inner).map(
            silently(lambda a, b: (f"min({a[0]}, -{b[0]})", np.minimum(a[1], -b[1])))
        ),
    ),
    max_leaves=8,
)


@given(FORMULAS.filter(lambda made: len(made[0]) <= MAX_LENGTH and made[0].count("(") <= 20))
def test_well_formed_formulas_have_their_values(made):
    text, expected = made
    np.testing.assert_array_equal(parse_formula(text)(X), expected)
