"""Networks from files as text of a link: number for number, bounded, and harmless."""

import base64
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerwarp.app.experiments.network_file import LoadedNetwork
from layerwarp.app.experiments.network_text import read_network, write_network
from layerwarp.app.experiments.packing import SHORT, is_kept
from layerwarp.app.link.kinds.own import NetworkText
from layerwarp.app.link.parameters import parse
from layerwarp.app.pages.table import PAGES
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import Architecture
from layerwarp.network.forward_pass import flatten
from layerwarp.network.initializers import init_params

names = st.sampled_from(list(ACTIVATIONS))


def network(architecture, seed=0, step=None):
    return LoadedNetwork(architecture, init_params(architecture, seed, "he"), step=step)


@given(
    st.lists(st.tuples(st.integers(1, 64), names), max_size=4),
    st.integers(1, 5),
    st.none() | st.integers(0, 20000),
)
def test_a_network_comes_back_number_for_number(layers, n_outputs, step):
    widths, activations = tuple(w for w, _ in layers), tuple(name for _, name in layers)
    before = network(Architecture(widths, activations, n_outputs=n_outputs), step=step)
    text = write_network(before)
    after = read_network(text)
    assert after.architecture.sizes == before.architecture.sizes
    assert after.architecture.activations == activations
    assert np.array_equal(flatten(after.params), flatten(before.params))
    assert after.step == step
    assert is_kept(text) == (len(text) < 30)
    assert len(text) <= SHORT


def test_the_default_network_fits_into_a_link_and_a_large_one_is_kept():
    assert len(write_network(network(Architecture()))) < 2000
    name = write_network(network(Architecture((64, 64))))
    assert is_kept(name)
    assert NetworkText().read(name) == (name, "")


def test_a_network_that_is_not_kept_any_more_is_told():
    values, notices = parse({"net": "kept-" + "0" * 24}, PAGES["warp"])
    assert values["net"] == ""
    assert "does not keep it any more, load its file again" in notices[0]


def packed(head, numbers=b""):
    return base64.urlsafe_b64encode(zlib.compress(head.encode() + b"\n" + numbers)).decode()


NINE = np.zeros(9, "<f4").tobytes()
BAD = {
    "nothing packed": "AAAA",
    "cut short": write_network(network(Architecture((3,))))[:-8],
    "a newer version": packed("2|2,2,1|relu|", NINE),
    "another activation": packed("1|2,2,1|<b>|", NINE),
    "too few activations": packed("1|2,2,1||", NINE),
    "too few numbers": packed("1|2,2,1|relu|", NINE[:-4]),
    "too wide": packed("1|2,999,1|relu|", NINE),
    "six outputs": packed("1|2,2,6|relu|", NINE),
    "no layer": packed("1|2||", b""),
    "not finite": packed("1|2,2,1|relu|", np.full(9, np.nan, "<f4").tobytes()),
    "one input": packed("1|1,1|relu|", np.zeros(2, "<f4").tobytes()),
    "no header": packed("", NINE),
    "a bomb": packed("1|2,2,1|relu|", bytes(8_000_000)),
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_a_bad_text_is_the_default_with_a_notice(text):
    assert len(text) <= 12_000
    values, notices = parse({"net": text}, PAGES["warp"])
    assert values["net"] == ""
    assert len(notices) == 1
    assert notices[0].endswith("; using the default")


def test_a_step_beyond_reason_is_no_step():
    text = packed("1|2,2,1|relu|" + "9" * 5000, NINE)
    assert read_network(text).step is None
