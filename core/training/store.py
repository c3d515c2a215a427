"""Compiled programs on disk, so that a machine compiles each once and not at every start.

Loading a program runs code, so the directory must be this user's own and closed to all others;
whatever is wrong with it or with a file in it is said once in the log, and costs compiling again.
"""

import hashlib
import logging
import os
import pickle
import platform
import stat
import sys
import tempfile
import time
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import layerwarp

LOG = logging.getLogger(__name__)
MAX_BYTES = 256 * 2**20
SUFFIX, CLAIM = ".program", ".claim"
CLAIM_SECONDS = 120  # many times what compiling takes: whoever claims for longer is gone


def default_directory() -> Path:
    """Where this user's programs are kept: a folder of the system's place for caches."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "layerwarp"


class Store:
    """A directory of compiled programs; out of use until it is opened.

    A program is found again by what it was compiled for, the sources of the package, and all that
    makes a machine another one. The oldest files go when there are more than ``max_bytes``.
    """

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self.directory: Path | None = None
        self._max_bytes, self._silent = max_bytes, False

    def open(self, directory: Path) -> None:
        """Keep programs in ``directory`` from now on, if it can be trusted; make it if need be."""
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            problem = _distrust(directory)
        except OSError as error:
            problem = str(error)
        if problem:
            self._say("Compiled programs are not kept in %s: %s", directory, problem)
        else:
            self.directory = directory

    def get(self, key: Any) -> Any:
        """The program of ``key``: from disk where it is, else compiled and put there."""
        if self.directory is None:
            return key.compile()
        path = self._path(key, self.directory)
        program = self._load(path, key)
        if program is None:
            program = key.compile()
            self._save(path, program)
        return program

    def prepare(self, key: Any) -> None:
        """Have the program of ``key`` on disk, for later; nothing where none are kept.

        Nothing, too, while another process does the same.
        """
        if self.directory is None:
            return
        path = self._path(key, self.directory)
        claim = path.with_suffix(CLAIM)
        if path.exists() or not _claim(claim):
            return
        try:
            self._save(path, key.compile())
        finally:
            claim.unlink(missing_ok=True)

    @staticmethod
    def _path(key: Any, directory: Path) -> Path:
        return directory / (_fingerprint(repr(key)) + SUFFIX)

    def _load(self, path: Path, key: Any) -> Any:
        from jax.experimental.serialize_executable import deserialize_and_load

        if not path.exists():
            return None
        try:
            code, in_tree, out_tree = pickle.loads(path.read_bytes())
            devices = key.devices
            client = devices[0].client
            program = deserialize_and_load(code, in_tree, out_tree, client, devices)
            os.utime(path)  # what is used stays longest
        except Exception as error:  # whatever is wrong with the file: it is made anew
            self._say("A compiled program cannot be used: %s: %s", path, error)
            return None
        return program

    def _save(self, path: Path, program: Any) -> None:
        from jax.experimental.serialize_executable import serialize

        try:
            content = pickle.dumps(serialize(program))
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
                file.write(content)
            os.replace(file.name, path)  # whoever reads finds a whole file or none
            self._tidy(path.parent)
        except Exception as error:  # a full or read-only disk, a back end that cannot
            self._say("A compiled program cannot be kept: %s: %s", path, error)
            with suppress(OSError, NameError):
                os.unlink(file.name)

    def _tidy(self, directory: Path) -> None:
        files = []
        for path in directory.iterdir():
            with suppress(FileNotFoundError):  # another process's claim, or what it has tidied away
                files.append((path.stat().st_mtime, path.stat().st_size, path))
        total = sum(size for _, size, _ in files)
        for _, size, path in sorted(files):
            if total <= self._max_bytes:
                return
            path.unlink(missing_ok=True)
            total -= size

    def _say(self, text: str, *parts: object) -> None:
        if not self._silent:
            LOG.warning(text, *parts)
        self._silent = True


def _distrust(directory: Path) -> str:
    """Why a program in the directory could be somebody else's, or ""."""
    if not hasattr(os, "getuid"):  # Windows: a user's own folder is closed to others
        return ""
    about = directory.lstat()
    if not stat.S_ISDIR(about.st_mode):
        return "it is not a directory"
    if about.st_uid != os.getuid():
        return "it belongs to another user"
    if about.st_mode & 0o077:
        return f"it is open to others (mode {stat.S_IMODE(about.st_mode):04o}; it must be 0700)"
    return ""


def _claim(path: Path) -> bool:
    """Whether no other process has claimed what ``path`` stands for; then this one has."""
    try:
        if path.exists() and time.time() - path.stat().st_mtime > CLAIM_SECONDS:
            path.unlink()
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        return False
    except OSError:  # saving says what is wrong with the disk
        return True
    return True


@cache
def _circumstances() -> str:
    """All but its key that a program depends on."""
    import jax

    versions = [metadata.version(name) for name in ("jax", "jaxlib", "numpy")]
    sources = hashlib.sha256()
    for path in sorted(Path(layerwarp.__file__).parent.rglob("*.py")):
        sources.update(path.read_bytes())
    devices = [(device.platform, device.device_kind, device.id) for device in jax.devices()]
    flags = os.environ.get("XLA_FLAGS", "")
    machine = platform.machine(), _processor(), os.cpu_count()
    return repr((versions, sys.version, sources.hexdigest(), devices, flags, machine))


def _processor() -> str:
    """What the processor is and can do."""
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        told = ("model name", "flags", "Features", "CPU part")
        return "".join(sorted({line for line in lines if line.startswith(told)}))
    return platform.processor()


def _fingerprint(key: str) -> str:
    return hashlib.sha256((_circumstances() + key).encode()).hexdigest()[:32]


STORE = Store()
