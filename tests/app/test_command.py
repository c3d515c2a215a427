"""The command: what it accepts, where it works from, how it ends."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from layerwarp.app import __main__ as command
from layerwarp.app.pages.depth_width.grid import USUAL_GRID
from layerwarp.assets import ASSETS
from layerwarp.training.engine import all_shapes
from tests.conftest import ROOT, end, free_port, wait_for_health


@pytest.mark.parametrize("port", ["x", "-1", "65536", "8501.0", "٣", ""])
def test_bad_port_is_named(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["--port", port])
    assert f"must be a whole number from 0 to 65535; got {port!r}" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_open_file_limit_is_raised_as_far_as_allowed() -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    hard = before[1]
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
        command.raise_open_file_limit()
        soft, unchanged = resource.getrlimit(resource.RLIMIT_NOFILE)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert unchanged == hard
    assert soft == (command.OPEN_FILES if hard < 0 else min(command.OPEN_FILES, hard))


def test_open_file_limit_is_optional(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resource", None)
    command.raise_open_file_limit()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to one process")
def test_runs_from_any_directory_and_ends_quietly_on_interrupt(tmp_path: Path) -> None:
    port = free_port()
    log = tmp_path / "output.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "layerwarp", "--no-browser", "--port", str(port)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for_health(f"http://localhost:{port}", process, log)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 0
    finally:
        end(process)
    assert log.read_text() == f"LayerWarp is at http://localhost:{port} (Ctrl+C stops it)\n"


def test_warm_compiles_all_programs_and_tells_how_far_it_is(capsys, monkeypatch) -> None:
    made: list[Any] = []
    opened: list[Any] = []
    monkeypatch.setattr("layerwarp.training.store.STORE.prepare", made.append)
    monkeypatch.setattr("layerwarp.training.store.STORE.open", opened.append)
    command.main(["warm"])
    assert made == [*all_shapes(), *USUAL_GRID.shapes()]
    assert f"{len(made)} of {len(made)} programs" in capsys.readouterr().out
    assert opened


def test_warm_without_a_place_for_programs_is_refused(capsys) -> None:
    with pytest.raises(SystemExit):
        command.main(["warm", "--no-cache"])
    assert "--no-cache" in capsys.readouterr().err


@pytest.mark.parametrize("words", ["lessons FILE --out DIR", "lessons --out DIR FILE"])
def test_files_of_lessons_are_understood_before_and_after_the_folder(words, tmp_path, capsys):
    file = tmp_path / "bad.toml"
    file.write_text("title = 3", encoding="utf-8")
    names = {"FILE": str(file), "DIR": str(tmp_path / "out")}
    with pytest.raises(SystemExit):
        command.main([names.get(word, word) for word in words.split()])
    assert "bad.toml" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def commands_of_operators() -> list[str]:
    """What the unit and the containers start, without the program's name."""
    names = ("layerwarp@.service", "Dockerfile", "compose.yaml")
    text = "\n".join((ASSETS / "deploy" / name).read_text(encoding="utf-8") for name in names)
    in_unit = re.findall(r"^ExecStart(?:Pre)?=-?\S+ (.+)$", text, re.MULTILINE)
    in_lists = re.findall(r"^(?:CMD|    command:) \[(.+)\]$", text, re.MULTILINE)
    return [line.replace("%i", "8501") for line in in_unit] + [
        re.sub('[",]', "", x) for x in in_lists
    ]


def test_what_operators_start_is_understood() -> None:
    read = [command._parser().parse_args(words.split()) for words in commands_of_operators()]
    assert [options.port for options in read if options.command is None] == [8501, 8501, 8501, 8502]
    assert len([options for options in read if options.command == "warm"]) == 2
