"""Compiled programs on disk: found again, trusted only where nobody else can write, bounded."""

import logging
import os
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from layerwarp.training import store
from layerwarp.training.engine import PROGRAMS, Shape
from layerwarp.training.programs import compile_ahead, processor
from layerwarp.training.store import CLAIM, SUFFIX, Store, default_directory


class Doubling:
    """A key whose program is quickly compiled."""

    devices = (processor(),)

    def __init__(self, name: str = "doubling") -> None:
        self.name, self.compiled = name, 0

    def __repr__(self) -> str:
        return self.name

    def compile(self):
        self.compiled += 1
        argument = jax.ShapeDtypeStruct((3,), jnp.float32)
        return compile_ahead(lambda x: jnp.sin(x) * 2, (argument,), self.devices[0])


VALUES = np.array([0.1, 2, -3], np.float32)


@pytest.fixture
def directory(tmp_path):
    return tmp_path / "programs"


def opened(directory: Path, **settings: int) -> Store:
    result = Store(**settings)
    result.open(directory)
    return result


def files(directory: Path) -> list[Path]:
    return sorted(directory.glob(f"*{SUFFIX}"))


def test_a_program_is_compiled_once_in_a_machines_life(directory):
    first, second = Doubling(), Doubling()
    made = opened(directory).get(first)
    loaded = opened(directory).get(second)
    assert (first.compiled, second.compiled) == (1, 0)
    np.testing.assert_array_equal(made(VALUES), loaded(VALUES))
    if hasattr(os, "getuid"):
        assert directory.stat().st_mode & 0o777 == 0o700
        assert files(directory)[0].stat().st_mode & 0o077 == 0


def test_a_program_is_put_on_disk_for_later(directory):
    key, later = Doubling(), Doubling()
    Store().prepare(key)  # in no use
    assert key.compiled == 0
    kept = opened(directory)
    kept.prepare(key)
    kept.prepare(key)
    assert (key.compiled, len(files(directory))) == (1, 1)
    kept.get(later)
    assert later.compiled == 0


def test_two_processes_do_not_prepare_the_same_program(directory):
    class Watched(Doubling):
        """While it is compiled another process comes for it."""

        def compile(self):
            opened(directory).prepare(other)
            return super().compile()

    key, other = Watched(), Doubling()
    opened(directory).prepare(key)
    assert (key.compiled, other.compiled) == (1, 0)
    (path,) = directory.iterdir()  # the claim is gone
    path.unlink()
    left = path.with_suffix(CLAIM)  # by a process that has ended over it
    left.touch()
    opened(directory).prepare(other)
    assert other.compiled == 0
    os.utime(left, (0, 0))
    opened(directory).prepare(other)
    assert other.compiled == 1
    assert files(directory) == list(directory.iterdir())


def test_out_of_use_until_it_is_opened(directory):
    key = Doubling()
    Store().get(key)
    assert key.compiled == 1
    assert not directory.exists()


def test_another_key_machine_version_or_source_is_another_program(directory, monkeypatch):
    kept = opened(directory)
    kept.get(Doubling())
    kept.get(Doubling("other"))
    monkeypatch.setattr(store, "_circumstances", lambda: "another machine")
    key = Doubling()
    kept.get(key)
    assert key.compiled == 1
    assert len(files(directory)) == 3


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\x80\x04N."])
def test_a_broken_file_is_made_anew_and_said_once(directory, caplog, content):
    opened(directory).get(Doubling())
    (path,) = files(directory)
    kept = opened(directory)
    for _ in range(2):
        path.write_bytes(content)
        key = Doubling()
        np.testing.assert_allclose(kept.get(key)(VALUES), np.sin(VALUES) * 2, rtol=1e-6)
        assert key.compiled == 1
    assert len(caplog.records) == 1
    assert str(path) in caplog.text
    again = Doubling()
    opened(directory).get(again)
    assert again.compiled == 0  # it was put right


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="no owners and modes on this system")
@pytest.mark.parametrize("fault", ["open to others", "belongs to another user", "not a directory"])
def test_what_others_could_write_is_not_used(directory, caplog, monkeypatch, fault):
    opened(directory).get(Doubling())
    if fault == "open to others":
        directory.chmod(0o755)
    elif fault == "belongs to another user":
        monkeypatch.setattr(os, "getuid", lambda: -1)
    else:
        directory.rename(directory.with_name("elsewhere"))
        directory.symlink_to(directory.with_name("elsewhere"))
    kept, key = opened(directory), Doubling()
    kept.get(key)
    assert key.compiled == 1
    assert fault in caplog.text


def test_a_full_disk_costs_compiling_and_one_line(directory, caplog, monkeypatch):
    def full(*_, **__):
        raise OSError("No space left on device")

    kept = opened(directory)
    monkeypatch.setattr("layerwarp.training.store.os.replace", full)
    for name in ("one", "two"):
        assert kept.get(Doubling(name)) is not None
    assert len(caplog.records) == 1
    assert list(directory.iterdir()) == []


def test_a_place_that_cannot_be_made_costs_no_more_than_a_line(tmp_path, caplog):
    file = tmp_path / "file"
    file.touch()
    opened(file / "programs").get(Doubling())
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


def test_the_oldest_go_when_there_are_too_many_bytes(directory):
    kept = opened(directory)
    kept.get(Doubling("first"))
    (first,) = files(directory)
    os.utime(first, (1, 1))
    size = first.stat().st_size
    kept = opened(directory, max_bytes=2 * size + size // 2)
    for name in ("second", "third"):
        kept.get(Doubling(name))
    assert len(files(directory)) == 2
    assert first not in files(directory)


def test_the_place_is_the_systems_own(monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert default_directory() == Path("/somewhere/layerwarp")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert default_directory() == Path.home() / ".cache" / "layerwarp"


def test_xla_makes_one_function_of_a_narrow_networks_loops():
    if processor().platform != "cpu":
        pytest.skip("a matter of XLA's CPU back end")
    program: Any = PROGRAMS.get(Shape(8, 1, 16))
    assert "xla_cpu_small_call" in program.as_text()
