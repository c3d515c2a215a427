"""Prose, pictures and data that the app shows; a package, so that it is installed with the app."""

from pathlib import Path

ASSETS = Path(__file__).parent
