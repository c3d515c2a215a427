"""The straight cut fitted to every space, against scikit-learn's."""

import numpy as np
import pytest
from playwright.sync_api import expect
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from layerwarp.app.words.numbers import percent
from tests.browser.driving import address, lead_warp, open_warp, wait_until

PROBES = """
const { net } = model;
return Array.from({ length: net.depth + 1 }, (_, l) => {
  const { post, width } = model.layers[l];
  const { maps, right } = model.probe(l);
  const values = Array.from(post.subarray(model.nodes * width));
  return { values, width, right, maps: maps.map((map) => Array.from(map)) };
});
"""


@pytest.mark.shared_page
@pytest.mark.parametrize(
    "query",
    [
        "data=spiral&widths=8-8-2&steps=300",
        "data=spirals3&layers=1&neurons=3&act=tanh&steps=300",
        "data=blobs5&layers=1&neurons=5&noise=1&steps=100",
        # dead neurons: features that are constant
        "data=circles&layers=2&neurons=4&start=3&steps=50&lr=1&opt=sgd",
    ],
)
def test_a_probe_is_logistic_regression(page, server, query):
    stage = lead_warp(page, server, f"v=2&{query}&t=0")
    labels = np.array(stage.ask("return Array.from(model.net.labels)"))
    for probe in stage.ask(PROBES):
        values = np.reshape(probe["values"], (-1, probe["width"]))
        scaler = StandardScaler().fit(values)
        reference = LogisticRegression(C=1, tol=1e-8, max_iter=10_000, solver="newton-cg")
        reference.fit(scaler.transform(values), labels)
        weights = reference.coef_ / scaler.scale_
        biases = reference.intercept_ - weights @ scaler.mean_
        expected = values @ weights.T + biases
        maps = np.array(probe["maps"])
        ours = values @ maps[:, :-1].T + maps[:, -1]
        # What is added to all classes alike says nothing.
        ours = ours[:, 1:] if len(maps) == 2 else ours - ours.mean(axis=1, keepdims=True)
        if len(maps) > 2:
            expected = expected - expected.mean(axis=1, keepdims=True)
        np.testing.assert_allclose(ours, expected, rtol=1e-3, atol=1e-3 * abs(expected).max())
        score = reference.score(scaler.transform(values), labels)
        assert probe["right"] == pytest.approx(score, abs=1.5 / len(labels))


def test_every_space_says_how_well_a_straight_cut_does(page, watch, server):
    stage = open_warp(page, server, "v=2&data=moons&layers=2&neurons=2&steps=300&t=0")
    page.get_by_role("button", name="probe").click()
    shares = page.locator(".lw-ribbon-probed")
    stage.wait_for("[0, 1, 2].every((l) => model.isProbed(l))", "all spaces probed")
    rights = stage.ask("return [0, 1, 2].map((l) => model.probe(l).right)")
    for k, right in enumerate(rights):
        expect(shares.nth(k)).to_have_text(
            f"{100 * right:.0f} %" if right < 0.99 else f"{100 * right:.4g} %"
        )
    expect(page.locator(".lw-note")).to_contain_text(
        f"gets {100 * rights[0]:.0f} % of the training points right; fitted to the output of layer"
    )
    own = stage.ask("store.set({ u: 2 }); return model.told().right")
    expect(page.locator(".lw-note")).to_contain_text(f"own cut here gets {percent(own)}")
    reason = expect(page.locator(".lw-note"))
    more = own > rights[2] and percent(own) != percent(rights[2])
    (reason.to_contain_text if more else reason.not_to_contain_text)("not to the number of errors")
    stage.ask("store.set({ u: 0 })")
    wait_until(page, lambda: address(page).get("probe") == "1", "the probes in the link")
    page.reload()
    stage.wait()
    expect(shares.first).to_have_text(f"{100 * rights[0]:.0f} %")
    page.get_by_role("button", name="probe").click()
    expect(shares.first).not_to_be_visible()
    wait_until(page, lambda: "probe" not in address(page), "none in the link")
    assert watch.errors == []
