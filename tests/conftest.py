"""What every test shares: strict JAX, and one running server."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from layerwarp.training.store import STORE

ROOT = Path(__file__).parents[1]

# Read by JAX when it is imported, which only some tests do. No silent promotion of types or
# ranks may hide in core; the server under test runs without these, as a user's does.
STRICT_JAX = {"JAX_NUMPY_DTYPE_PROMOTION": "strict", "JAX_NUMPY_RANK_PROMOTION": "raise"}
os.environ.update(STRICT_JAX)

# Compiled programs of all servers and tests of a run, and nothing of the user's own. A run's
# workers share the folder of the process that started them.
if "PYTEST_XDIST_WORKER" not in os.environ:
    CACHE = tempfile.TemporaryDirectory(prefix="layerwarp_programs_")
    os.environ["XDG_CACHE_HOME"] = CACHE.name
STORE.open(Path(os.environ["XDG_CACHE_HOME"]) / "layerwarp")

# A busy machine is no reason for a test of numbers to fail.
settings.register_profile("layerwarp", deadline=None)
settings.load_profile("layerwarp")


class InTwo(LoadScopeScheduling):
    """A file's tests share what they set up; of those with a browser each half shares one."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        folder, _, name = path.rpartition("/")
        if folder != "tests/browser":
            return path
        return "browser, first half" if name < "test_li" else "browser, second half"


# The marks of groups have no effect in pytest 9.2, where a test's id is no text any more.
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> InTwo:
    return InTwo(config, log)


@dataclass(frozen=True)
class RunningServer:
    """The app as its own process: where it answers, its id, what it printed, and it itself."""

    url: str
    pid: int
    log: Path
    process: subprocess.Popen[bytes]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """Run ``python -m layerwarp`` for all tests of this run."""
    with running_server(tmp_path_factory.mktemp("server")) as running:
        yield running


@contextmanager
def running_server(
    folder: Path,
    *options: str,
    port: int | None = None,
    variables: Mapping[str, str] | None = None,
) -> Generator[RunningServer, None, None]:
    """Run the command as its own process, ended by its id.

    Args:
        folder: Where its output goes, to ``output.txt``.
        options: Of the command.
        port: Where it answers; None: anywhere.
        variables: Of its environment, beside this one's.
    """
    port = free_port() if port is None else port
    log = folder / "output.txt"
    environment = {name: value for name, value in os.environ.items() if name not in STRICT_JAX}
    environment.update(variables or {})
    command = [sys.executable, "-m", "layerwarp", "--no-browser", "--port", str(port), *options]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    url = f"http://localhost:{port}"
    try:
        wait_for_health(url, process, log)
        yield RunningServer(url, process.pid, log, process)
    finally:
        end(process)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for_health(
    url: str, process: subprocess.Popen[bytes], log: Path, seconds: float = 60
) -> None:
    """Return when the server answers; fail with its output when it ends or stays silent."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.05)
    end(process)
    pytest.fail(f"the server did not answer within {seconds:.0f} s:\n{log.read_text()}")


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def run_program(source: str, environment: Mapping[str, str]) -> str:
    """What Python code prints that runs in a process of its own; it has to end well."""
    answer = subprocess.run(
        [sys.executable, "-c", source],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout
