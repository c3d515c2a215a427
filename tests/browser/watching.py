"""Waiting for the app, and the record of what a page did."""

from dataclasses import dataclass, field

from playwright.sync_api import Page

IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"]'


@dataclass
class Watch:
    """What a page asked for and what went wrong on it, in order of time."""

    requests: list[str] = field(default_factory=list)
    foreign_requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def wait_idle(page: Page, seconds: float = 30) -> None:
    """Return when the app's script is not running and no element is stale."""
    page.wait_for_selector(IDLE, state="attached", timeout=seconds * 1000)
    page.wait_for_function(
        "() => document.querySelectorAll('[data-stale=\"true\"]').length === 0",
        timeout=seconds * 1000,
    )
