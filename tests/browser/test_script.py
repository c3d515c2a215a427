"""The script of the play, as plain numbers: what is shown for how long."""

from itertools import pairwise

import pytest

from tests.browser.driving import imported, open_warp, wait_until

PLAYED = """
const net = { depth: argument.depth, start: argument.first, stageAt: (u) => stageAt(u, argument) };
function stageAt(u, { depth, hidden, last }) {
  if (u < 0) return { name: "lift" };
  const layer = Math.min(Math.floor(u), depth) + 1;
  const names = layer > depth ? last : hidden;
  return { name: names[Math.min(Math.floor((u - layer + 1) * names.length), names.length - 1)] };
}
const steps = script(net, (layer, name) => !argument.dull.includes(name));
const whole = steps.reduce((sum, { seconds }) => sum + seconds, 0);
const course = [];
for (let s = 0, at = { step: 0, spent: 0 }; s <= whole + 0.1; s += 0.05) {
  course.push(placeAt(steps, at));
  at = later(steps, at, 0.05);
}
const again = argument.from === null ? null : placeAt(steps, enter(steps, argument.from));
return { steps, whole, course, again, stages: stagesOf(net, 1) };
"""
HIDDEN, CUT = ["stretch", "turn", "shift", "bend"], ["look", "magnify", "cut"]


@pytest.fixture(scope="module")
def play(browser, server):
    """Run the script of a network of so many hidden layers."""
    with browser.new_context() as context:
        stage = open_warp(context.new_page(), server)
        names = "{ enter, later, placeAt, script, stagesOf }"

        def played(depth, last=CUT, dull=(), start=None, first=0):
            argument = {"depth": depth, "hidden": HIDDEN, "last": last, "dull": dull, "from": start}
            argument["first"] = first
            source = f"const {names} = {imported('script.js')}; {PLAYED}"
            return stage.ask(source, argument)

        yield played


@pytest.mark.parametrize(("depth", "first"), [(0, 0), (1, 0), (3, 0), (10, 0), (0, -1), (2, -1)])
def test_every_place_is_shown_on_the_way_there_and_back(play, depth, first):
    """The timeline starts at -1 where inputs are lifted first."""
    found = play(depth, first=first)
    course, steps = found["course"], found["steps"]
    end = depth + 1
    assert course[0] == first
    assert max(course) == pytest.approx(end)
    assert course[-1] == first, "it does not come to rest at the input"
    turn = course.index(max(course))
    assert course[: turn + 1] == sorted(course[: turn + 1]), "it goes back on its way there"
    for before, after in pairwise(steps):
        assert before["to"] == pytest.approx(after["from"]), "a jump"


def test_one_layer_takes_fourteen_seconds_and_ten_take_twenty(play):
    assert 12 < play(1, dull=["magnify"])["whole"] <= 14.1
    assert 15 < play(10)["whole"] <= 20.1


def test_what_is_not_worth_it_takes_no_time(play):
    whole, dull = play(2), play(2, dull=["turn"])
    names = {"turn": [s["seconds"] for s in dull["steps"] if s["from"] in (0.25, 1.25)]}
    assert names["turn"] == [0, 0]
    assert dull["whole"] < whole["whole"]
    assert max(dull["course"]) == pytest.approx(3), "what follows is not played"


def test_stages_are_found_by_their_names(play):
    found = play(1, last=HIDDEN[:3])["stages"]
    assert [stage["name"] for stage in found] == HIDDEN
    assert [stage["from"] for stage in found] == pytest.approx([0, 0.25, 0.5, 0.75])
    assert [stage["to"] for stage in found] == pytest.approx([0.25, 0.5, 0.75, 1])


@pytest.mark.parametrize("start", [0, 0.3, 0.75, 1, 1.5, 2, 2.1, 2.9, 3])
def test_the_play_goes_on_from_any_place(play, start):
    assert play(2, start=start)["again"] == pytest.approx(start, abs=1e-6)


def test_less_motion_is_a_play_from_rest_to_rest(browser, server):
    with browser.new_context(reduced_motion="reduce") as context:
        page = context.new_page()
        stage = open_warp(page, server, "data=circles&layers=1&neurons=3&steps=100&t=0")
        stage.ask("window.seen = []; store.listeners.push(() => window.seen.push(store.u))")
        stage.button("Play through the layers").click()
        wait_until(page, lambda: not stage.playing, "the end of the play")
        seen = set(page.evaluate("() => window.seen"))
        assert len(seen) <= 9, "it moves"
        assert {0, 0.75, 1, 2} <= seen


def test_a_play_from_the_input_keeps_the_answer_until_the_cut(page, watch, server):
    stage = open_warp(page, server, "v=2&steps=100&t=0")
    stage.ask(
        """
        window.seen = [];
        const inset = canvas.getRootNode().querySelector(".lw-input-regions").style;
        store.listeners.push(() => window.seen.push(
          [store.u, picture.revealed, Number(inset.opacity || 1), store.playing]));
        const boundary = canvas.getRootNode().querySelector("[data-line='0']").classList;
        window.named = [];
        store.listeners.push(() => window.named.push(!boundary.contains("lw-legend-unseen")));
        """
    )
    stage.button("Play through the layers").click()
    wait_until(page, lambda: not stage.playing, "the end of the play")
    seen = page.evaluate("() => window.seen")
    top = max(range(len(seen)), key=lambda k: seen[k][0])
    played = [(u, shown) for u, shown, _, playing in seen if playing]
    assert {shown for u, shown in played[: top - 1] if 0 < u < 1 + 2 / 3} == {0}
    assert {shown for _, shown, _, _ in seen[top:]} == {1}, "the way back tells"
    assert [inset for _, _, inset, _ in seen] == pytest.approx(
        [shown for _, shown, *_ in seen], abs=1e-5
    )
    named = page.evaluate("() => window.named")
    assert named == [shown == 1 for _, shown, *_ in seen], "the legend names what is drawn"
    assert watch.errors == []
    stage.ask("store.set({ u: 0.5 })")
    stage.wait_for("picture.revealed === 1", "a scrub that keeps no secret")
