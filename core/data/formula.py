"""Formulas in x that people type, read without ever running text as code.

The text is cut into tokens first. Only numbers, known names and operators get through to Python's
parser, whose tree is then turned into plain numpy calls.
"""

import ast
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from layerwarp.network.activations import sigmoid

MAX_LENGTH = 200
MAX_NESTING = 20
MAX_OPERATIONS = 100
MAX_EXPONENT = 100.0
CHECKED_POINTS = 2001

Array = Any  # float64, or one number
Function = Callable[..., Array]

CONSTANTS = {"pi": math.pi, "e": math.e}
FUNCTIONS: dict[str, Function] = {
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "sign": np.sign,
    "floor": np.floor,
    "ceil": np.ceil,
    "relu": lambda z: np.maximum(z, 0.0),
    "tanh": np.tanh,
    "sigmoid": lambda z: sigmoid(np, z),
}
# Of two or more arguments.
EXTREMES = {"min": np.minimum, "max": np.maximum}
OPERATORS: dict[type[ast.AST], Function] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
    ast.USub: np.negative,
    ast.UAdd: np.positive,
}
NAMES = ("x", *CONSTANTS, *FUNCTIONS, *EXTREMES)
RULE = f"use numbers, + - * / ** ( ) and {', '.join(NAMES)}"

NEVER_FIRST = ("*", "/", "**", ",", ")")

_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<number>(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z_0-9]*)|(?P<operator>\*\*|[-+*/^(),])",
    re.ASCII,
)


class _Token(NamedTuple):
    """A piece of the text: as typed, as Python's parser is to read it, and where it begins."""

    kind: str
    text: str
    parsed: str
    start: int


class _Piece(NamedTuple):
    """A part of the formula as it was typed, its value at x, and the parts it is made of."""

    text: str
    evaluate: Function
    parts: tuple["_Piece", ...]


@dataclass(frozen=True)
class Formula:
    """A formula in x; made by :func:`parse_formula`.

    Attributes:
        text: As it was typed.
    """

    text: str
    _root: _Piece

    def __call__(self, x: Array) -> np.ndarray:
        """float64 values at x, of x's shape; inf or NaN where there is none."""
        x = np.asarray(x, float)
        with np.errstate(all="ignore"):
            return np.array(np.broadcast_to(self._root.evaluate(x), x.shape))

    def check(self, low: float, high: float, limit: float) -> None:
        """Raise ValueError unless the values from ``low`` to ``high`` are numbers up to ``limit``.

        Looks at 2,001 places spread evenly and at 0, where most formulas have their poles.
        """
        x = np.linspace(low, high, CHECKED_POINTS)
        x = np.unique(np.append(x, np.clip(0.0, low, high)))
        values = self(x)
        for place in x[~np.isfinite(values)][:1]:
            with np.errstate(all="ignore"):
                _explain(self._root, place)
        for index in np.flatnonzero(np.abs(values) > limit)[:1]:
            raise ValueError(
                f"the formula's values must lie between {-limit:g} and {limit:g}; "
                f"{self.text} is {values[index]:g} at x = {x[index]:g}"
            )


def parse_formula(text: str) -> Formula:
    """Read a formula in x.

    It may hold numbers, x, pi, e, + - * / ** (or ^) and parentheses, and the functions of
    ``FUNCTIONS`` and ``EXTREMES``; 200 characters, 20 parentheses deep, exponents up to 100.

    Raises:
        ValueError: A sentence that names the piece that cannot be read, and the rule.
    """
    if not isinstance(text, str):
        raise ValueError(f"the formula must be text; got {text!r}")
    if not text.strip():
        raise ValueError("the formula must not be empty; write one in x, such as sin(3 * x)")
    if len(text) > MAX_LENGTH:
        raise ValueError(f"the formula must have at most {MAX_LENGTH} characters; got {len(text)}")
    tokens = _tokens(text)
    _check_neighbors(tokens)
    _check_parentheses(tokens)
    try:
        tree = ast.parse(" ".join(token.parsed for token in tokens), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ValueError(f"the formula {text.strip()!r} cannot be read") from None
    return Formula(text.strip(), _Reader(text, tokens).piece(tree.body))


def _tokens(text: str) -> list[_Token]:
    tokens, start = [], 0
    while start < len(text):
        match = _TOKEN.match(text, start)
        if match is None:
            raise ValueError(f"{text[start]!r} is not part of a formula; {RULE}")
        kind = str(match.lastgroup)
        if kind != "space":
            tokens.append(_Token(kind, match[0], _parsed(kind, match[0]), start))
        start = match.end()
    return tokens


def _parsed(kind: str, word: str) -> str:
    """The word as Python's parser is to read it; raises for what it must not see."""
    if kind == "name" and word not in NAMES:
        raise ValueError(f"{word!r} is not known; {RULE}")
    if kind == "number":
        if not math.isfinite(float(word)):
            raise ValueError(f"the number {word} is too large")
        return repr(float(word))
    return "**" if word == "^" else word


def _check_neighbors(tokens: list[_Token]) -> None:
    """Every two tokens in a row, and the ends, must fit: values and operators take turns."""
    if not _ends_value(tokens[-1]):
        raise ValueError(f"the formula ends too early, after {tokens[-1].text!r}")
    if tokens[0].parsed in NEVER_FIRST:
        raise ValueError(f"the formula must not begin with {tokens[0].text!r}")
    for left, right in pairwise(tokens):
        if _is_function(left) and right.text != "(":
            raise ValueError(f"{left.text} needs its argument in parentheses: {left.text}(x)")
        if _ends_value(left) and (right.text == "(" or right.kind != "operator"):
            raise ValueError(
                f"an operator is missing between {left.text!r} and {right.text!r}, such as *"
            )
        if not _ends_value(left) and right.parsed in NEVER_FIRST:
            raise ValueError(f"a value is missing between {left.text!r} and {right.text!r}")


def _is_function(token: _Token) -> bool:
    return token.text in FUNCTIONS or token.text in EXTREMES


def _ends_value(token: _Token) -> bool:
    return token.text == ")" or (token.kind != "operator" and not _is_function(token))


def _check_parentheses(tokens: list[_Token]) -> None:
    """Parentheses must pair up, not too deep; commas belong into those of min and max."""
    open_: list[str] = []
    for before, token in pairwise([_Token("operator", "", "", 0), *tokens]):
        if token.text == "(":
            open_.append(before.text)
        elif token.text == ")" and not open_:
            raise ValueError("a closing parenthesis has no opening one before it")
        elif token.text == ")":
            open_.pop()
        elif token.text == "," and (not open_ or open_[-1] not in EXTREMES):
            raise ValueError("',' may only stand between the arguments of min and max")
        if len(open_) > MAX_NESTING:
            raise ValueError(f"parentheses must be at most {MAX_NESTING} deep")
    if open_:
        raise ValueError("an opening parenthesis is never closed")


class _Reader:
    """Turns Python's syntax tree into pieces that know their own text."""

    def __init__(self, text: str, tokens: list[_Token]) -> None:
        self._text = text
        self._starts, self._stops, column = {}, {}, 0
        for token in tokens:  # columns of what the parser saw -> places in what was typed
            self._starts[column] = token.start
            self._stops[column + len(token.parsed)] = token.start + len(token.text)
            column += len(token.parsed) + 1

    def piece(self, node: ast.AST, depth: int = 0) -> _Piece:
        """The piece of a node; whatever is not listed here is no part of a formula."""
        if depth > MAX_OPERATIONS:
            raise ValueError(f"a formula must nest at most {MAX_OPERATIONS} operations")
        match node:
            case ast.Constant(value=float(number)):
                return _Piece(self._source(node), lambda x: np.float64(number), ())
            case ast.Name(id="x"):
                return _Piece("x", lambda x: x, ())
            case ast.Name(id=name) if name in CONSTANTS:
                return _Piece(name, lambda x: np.float64(CONSTANTS[name]), ())
            case ast.UnaryOp(op=operator, operand=value) if type(operator) in OPERATORS:
                operands, function = [value], OPERATORS[type(operator)]
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in OPERATORS:
                operands, function = [left, right], OPERATORS[type(operator)]
            case ast.Call(func=ast.Name(id=name), args=operands, keywords=[]):
                function = self._function(node, name, len(operands))
            case _:
                raise ValueError(f"{self._text.strip()!r} is not a formula; {RULE}")
        parts = tuple(self.piece(operand, depth + 1) for operand in operands)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            _check_exponent(node.right, parts[1])
        return _Piece(
            self._source(node), lambda x: function(*(part.evaluate(x) for part in parts)), parts
        )

    def _function(self, node: ast.Call, name: str, count: int) -> Function:
        if name in FUNCTIONS and count == 1:
            return FUNCTIONS[name]
        if name in EXTREMES and count >= 2:
            return lambda *values: reduce(EXTREMES[name], values)
        wanted = "one argument" if name in FUNCTIONS else "two or more arguments"
        raise ValueError(f"{name} takes {wanted}; got {self._source(node)}")

    def _source(self, node: ast.expr) -> str:
        start, stop = self._starts[node.col_offset], self._stops[node.end_col_offset or 0]
        return self._text[start:stop]


def _check_exponent(node: ast.expr, piece: _Piece) -> None:
    if any(isinstance(inner, ast.Name) and inner.id == "x" for inner in ast.walk(node)):
        return  # its size depends on x: the values are checked instead
    with np.errstate(all="ignore"):
        value = piece.evaluate(np.float64(0))
    if not abs(value) <= MAX_EXPONENT:
        limit = f"{MAX_EXPONENT:g}"
        raise ValueError(f"an exponent must lie between -{limit} and {limit}; got {piece.text}")


def _explain(piece: _Piece, x: float) -> None:
    """Raise ValueError naming the innermost piece that has no value at x, if one has none."""
    value = piece.evaluate(np.float64(x))
    if np.isfinite(value):
        return
    for part in piece.parts:
        _explain(part, x)
    word = "not a number" if np.isnan(value) else "infinite"
    raise ValueError(f"{piece.text} is {word} at x = {x:g}")
