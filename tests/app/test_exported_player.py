"""The player's file as it lies; tests/browser/test_player_file.py opens it."""

import json
from html.parser import HTMLParser

from layerwarp.app.experiments.experiment import DatasetConfig, Experiment
from layerwarp.app.exporters import EXPORTERS, Export
from layerwarp.network.architecture import Architecture
from layerwarp.training.config import TrainingConfig
from layerwarp.training.train import train
from tests.app.exports import LINK, export, hostile


class Page(HTMLParser):
    """Elements and texts of a page."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.texts = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.texts.append(data)


def test_player_holds_the_names_as_text_only():
    evil, plain = (Page(EXPORTERS["html"].function(e).decode()) for e in (hostile(), export()))
    assert [tag for tag, _ in evil.elements] == [tag for tag, _ in plain.elements]
    assert any("<img src=x onerror=injected=1>" in text for text in evil.texts)


def test_player_lets_nothing_run_or_load_but_its_own():
    page = Page(EXPORTERS["html"].function(export()).decode())
    (policy,) = [a["content"] for _, a in page.elements if "http-equiv" in a]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    scripts = [a for tag, a in page.elements if tag == "script"]
    (nonce,) = {a["nonce"] for a in scripts if "nonce" in a}
    assert f"script-src 'nonce-{nonce}';" in policy
    assert not [a for tag, a in page.elements if {"src", "style"} & set(a) or tag == "link"]
    (modules,) = [text for text in page.texts if text.startswith('{"imports"')]
    addresses = json.loads(modules)["imports"]
    assert "warp/warp.js" in addresses
    assert all(address.startswith("data:text/javascript") for address in addresses.values())


def test_players_of_other_content_have_another_nonce():
    first, second = (EXPORTERS["html"].function(export(link=LINK + x)) for x in ("", "1"))
    nonces = {text.split(b"nonce-")[1][:32] for text in (first, second)}
    assert len(nonces) == 2


def test_the_largest_network_fits_into_a_player():
    architecture = Architecture((64,) * 10, "relu", n_outputs=5)
    asked = Experiment(DatasetConfig("blobs5", 2000), architecture, TrainingConfig(steps=4))
    history = train(asked.dataset.make(), architecture, asked.training, backend="numpy")
    middle = Export(asked, history, len(history.steps) // 2, "space")
    assert len(EXPORTERS["html"].function(middle)) < 1_300_000
