"""What load tests are made of, against the running server: it does what a browser does."""

import pytest

from layerwarp.data.datasets import DATASETS
from tests import aside
from tests.visitor import Visitor


def visit(server, query, act):
    """Open Warp, act, and close it; nothing may have gone wrong."""

    async def tour():
        visitor = Visitor(server.url, address=query)
        await visitor.open()
        try:
            await act(visitor)
        finally:
            await visitor.close()
        assert visitor.faults == []

    aside.run(tour())


# What a link without a version means and today's says, once something is changed.
OLD = {"v": "2", "data": "spiral", "start": "0", "view": "plane"}


def deep(layers):
    return lambda header: len(header["sizes"]) == layers + 2


def test_a_new_depth_brings_its_pictures_and_the_link_follows(server):
    async def act(visitor):
        await visitor.final(0)
        assert len(visitor.pictures[-1].header["sizes"]) == 4
        for layers in (3, 1, 3):  # the last one known, by the names of its messages
            moment = await visitor.set("Hidden layers", layers)
            first = await visitor.picture(moment, deep(layers))
            final = await visitor.final(moment)
            assert moment < first.at <= final.at
            assert deep(layers)(final.header)
            said = {} if layers == 1 else {"layers": str(layers)}
            assert visitor.query == said | OLD | {"neurons": "5", "steps": "300"}

    visit(server, "neurons=5&steps=300", act)


def test_menus_folded_parts_buttons_and_scrubbers(server):
    async def act(visitor):
        await visitor.final(0)
        await visitor.set("Data set", DATASETS["moons"].label)
        await visitor.set("Training", True)
        await visitor.until(lambda: visitor.has("Network seed"))
        await visitor.set("Network seed", 11)
        await visitor.until(lambda: visitor.query.get("start") == "11")
        moment = await visitor.click("Start again")
        final = await visitor.final(moment)
        assert final.header["dataset"] == DATASETS["moons"].label
        assert final.header["titles"][-1].endswith("and 12")
        await visitor.scrub(t=1.5, s=100)
        await visitor.until(lambda: visitor.idle)
        said = {"data": "moons", "layers": "2", "neurons": "4", "steps": "300", "start": "12"}
        assert visitor.query == OLD | said | {"t": "1.5", "s": "100"}

    visit(server, "neurons=4&steps=300", act)


def test_a_long_training_is_looked_at_again_until_it_ends(server):
    async def act(visitor):
        await visitor.final(0)
        moment = await visitor.set("Neurons in each layer", 64)
        await visitor.until(lambda: visitor.has("Stop") and not visitor.settled)
        await visitor.until(lambda: len(visitor.pictures) > 1)  # a look at what is there
        await visitor.until(lambda: visitor.has("Stop"))
        await visitor.click("Stop")
        await visitor.final(moment)
        assert not visitor.has("Stop")

    visit(server, "layers=8&neurons=3&steps=20000&points=20&batch=512", act)


def test_a_lost_connection_is_taken_up_again(server):
    async def act(visitor):
        await visitor.final(0)
        session = visitor.session
        visitor.lose()
        await visitor.until(lambda: not visitor.connected)
        await visitor.until(lambda: visitor.connected)
        moment = await visitor.set("Hidden layers", 1)
        assert await visitor.picture(moment, deep(1))
        assert (visitor.session, visitor.connections) == (session, 2)
        assert visitor.query == OLD | {"neurons": "5", "steps": "300"}

    visit(server, "neurons=5&steps=300", act)


def test_a_widget_that_is_not_there_is_named(server):
    async def act(visitor):
        with pytest.raises(LookupError, match="Nonsense"):
            visitor.find("Nonsense")

    visit(server, "", act)
