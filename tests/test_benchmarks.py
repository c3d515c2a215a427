"""The benchmarks run; what they measure is for people to read."""

from tests.benchmarks import crowd, regions, visitors
from tests.benchmarks.__main__ import main
from tests.benchmarks.page import running_server

ROWS = (
    *("LayerWarp, with recording", "scikit-learn MLPClassifier", "plain numpy"),
    *("one train after another", "networks", "devices"),
)


def test_benchmarks_print_their_tables(capsys):
    main(["training", "sweep", "--quick"])
    printed = capsys.readouterr().out
    for row in ROWS:
        assert row in printed


def test_the_benchmark_of_regions_prints_its_tables():
    quick = list(regions.tables(quick=True))
    assert [len(table.rows) for table in quick] == [2, 3]
    for table in quick:
        counts = [int(row[1].replace(",", "")) for row in table.rows]
        assert counts == sorted(counts)
        assert counts[0] > 5
        assert str(table).startswith(table.title)


def test_a_class_plays_and_what_it_waited_for_is_told(monkeypatch):
    monkeypatch.setattr(crowd, "PAUSE", (1.0, 2.0))
    monkeypatch.setattr(crowd, "SCRUBS", 0.5)
    with running_server() as server:
        load = crowd.play(server, 4, 12)
    kinds = [act.what for act in load.acts]
    assert kinds.count("open") == 4
    assert {"network", "scrub"} <= set(kinds)
    assert (load.faults, load.log) == ([], [])
    assert len(load.memory) == 3
    assert all(act.first for act in load.acts if act.what == "network" and not act.lost)
    waits, machine = visitors.disturbed(load, load)
    assert "1.0 ×" in str(waits)
    assert str(machine).startswith(machine.title)


def test_what_a_log_says_of_errors_is_found():
    log = "at localhost\nTraceback (most recent call last):\n  line\nKeyError: 1\nINFO is well"
    assert crowd.errors(log) == ["KeyError: 1"]
    assert crowd.errors("2026-11-28 ERROR broken") == ["2026-11-28 ERROR broken"]
