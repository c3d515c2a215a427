"""Finding a Chromium, Chrome or Edge to test with, or fetching one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Playwright

COMMANDS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
)
PLACES = (  # macOS and Windows, whose browsers are not on the path
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
FETCH_SECONDS = 600


def flags() -> list[str]:
    """Return Chromium's flags: no traffic of its own; no sandbox for root, who cannot have one."""
    return [*FLAGS, "--no-sandbox"] if is_root() else list(FLAGS)


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def find_or_fetch(playwright: Playwright) -> tuple[str | None, str]:
    """Return the path of a browser (None: there is none to be had) and what was tried."""
    found = find(playwright)
    if found:
        return found, ""
    tried = ["playwright: " + run([sys.executable, "-m", "playwright", "install", "chromium"])]
    if not find(playwright) and is_root() and shutil.which("apt-get"):
        run(["apt-get", "update"])
        tried.append("apt-get: " + run(["apt-get", "install", "--yes", "chromium"]))
    return find(playwright), "; ".join(tried)


def find(playwright: Playwright) -> str | None:
    """Return the path of a browser on this machine."""
    on_path = (shutil.which(command) for command in COMMANDS)
    candidates = [*on_path, *PLACES, playwright.chromium.executable_path]
    return next((path for path in candidates if path and Path(path).is_file()), None)


def run(command: list[str]) -> str:
    """Run a command without input; return its first complaint, or else its last line."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        result = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=FETCH_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    lines = [f"exit status {result.returncode}", *result.stdout.strip().splitlines()]
    return next((line.strip() for line in lines if "error" in line.lower()), lines[-1])
