"""Reading JSON that people made: every fault is one sentence that is fit for Markdown."""

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar

import numpy as np

from layerwarp.app.experiments.safe_text import code_span

TOO_LARGE = 2.0**128 - 2.0**103  # what is nearer to 0 rounds to a finite float32
LONGEST_WHOLE = 300  # digits; no float holds what is longer than 309
MARKUP = re.compile(r"[<>\[\]`$|]")
LEVELS = 2  # of lists of numbers
SHOWN = 30  # characters of a bad value that are repeated to the reader

Made = TypeVar("Made")


def read_object(text: str | bytes, most: int) -> dict[str, Any]:
    """The one JSON object that a text of at most ``most`` characters (bytes: UTF-8) is."""
    if len(text) > most:
        raise ValueError(f"the file must have at most {most:,} characters; got {len(text):,}")
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8-sig")
        content = json.loads(
            text, parse_int=_whole, parse_constant=_refuse, object_pairs_hook=_unique
        )
    except UnicodeDecodeError:
        raise ValueError("the file must be text in UTF-8; this one is not") from None
    except RecursionError:
        raise ValueError("the file must not nest lists deeper than 3 levels") from None
    except json.JSONDecodeError as error:
        raise ValueError(
            f"the file must be JSON; line {error.lineno}, column {error.colno} is not"
        ) from None
    if not isinstance(content, dict):
        raise ValueError(f"the file must be one JSON object; got {kind_of(content)}")
    return content


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) < LONGEST_WHOLE else float(digits)


def _refuse(constant: str) -> None:
    raise ValueError(f"every number in the file must be finite; got {constant}")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        raise ValueError("no key in the file may stand twice in one object")
    return content


def check_keys(
    place: str, content: Any, required: Sequence[str], optional: Sequence[str] = ()
) -> None:
    """Raise unless ``content`` is an object with these keys and no others."""
    if not isinstance(content, Mapping):
        raise ValueError(f"{place} must be an object; got {kind_of(content)}")
    for name in required:
        if name not in content:
            raise ValueError(f"{place} must have the key {name}")
    foreign = [name for name in content if name not in (*required, *optional)]
    if foreign:
        known = ", ".join([*required, *optional])
        raise ValueError(f"{place} must have no keys but {known}; got {shown(foreign[0])}")


def read_numbers(place: str, values: Any, most: int) -> np.ndarray:
    """A list of 1 to ``most`` finite numbers as float32."""
    check_list(place, values, most, "numbers")
    for value in values:
        if not (_is_number(value) and -TOO_LARGE < value < TOO_LARGE):
            raise ValueError(f"{place} must hold numbers that float32 can; got {shown(value)}")
    return np.array(values, np.float32)


def check_list(place: str, values: Any, most: int, what: str) -> None:
    """Raise unless ``values`` is a list of 1 to ``most``."""
    if not isinstance(values, list) or not 1 <= len(values) <= most:
        size = len(values) if isinstance(values, list) else kind_of(values)
        raise ValueError(f"{place} must be a list of 1 to {most} {what}; got {size}")


def read_configuration(place: str, kind: type[Made], content: Any) -> Made:
    """A dataclass from an object with exactly its fields, each of the type of its default."""
    rows = {field.name: field.default for field in fields(kind)}  # type: ignore[arg-type]
    check_keys(place, content, list(rows))
    values = {
        name: _alike(f"{place}.{name}", content[name], default) for name, default in rows.items()
    }
    return in_a_sentence(place, lambda: kind(**values))


def _alike(place: str, value: Any, default: Any) -> Any:
    if isinstance(default, tuple):
        return _tuple_of_numbers(place, value)
    wanted, fits = {
        str: ("a text", isinstance(value, str)),
        int: ("a whole number", _is_number(value) and isinstance(value, int)),
        float: ("a number", _is_number(value)),
    }[type(default)]
    if not fits:
        raise ValueError(f"{place} must be {wanted}; got {shown(value)}")
    return value


def _tuple_of_numbers(place: str, value: Any, levels: int = LEVELS) -> Any:
    """Numbers, or lists of them."""
    if isinstance(value, list):
        if levels == 0:
            raise ValueError(f"{place} must not nest lists deeper than {LEVELS} levels")
        return tuple(_tuple_of_numbers(place, part, levels - 1) for part in value)
    if not (_is_number(value) and math.isfinite(value)):
        raise ValueError(f"{place} must hold finite numbers; got {shown(value)}")
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def in_a_sentence(place: str, act: Callable[[], Made]) -> Made:
    """What ``act`` gives; what it complains of, with the place in front and made harmless."""
    try:
        return act()
    except (ValueError, TypeError, KeyError) as error:
        rule, _, value = str(error).partition("; got ")
        if MARKUP.search(rule):  # it repeats what the file says
            rule = code_span(rule)
        got = f"; got {code_span(value, SHOWN)}" if value else ""
        raise ValueError(f"{place}: {rule}{got}") from None


def shown(value: Any) -> str:
    """A bad value as people may see it."""
    if isinstance(value, list | dict):
        return kind_of(value)
    return code_span(json.dumps(value)[: 2 * SHOWN], SHOWN)


def kind_of(value: Any) -> str:
    """What kind of JSON a value is."""
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}
    return names.get(type(value), "nothing" if value is None else "a number")
