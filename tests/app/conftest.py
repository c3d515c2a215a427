"""Networks at once, for tests of pages."""

import pytest

from app import compute
from app.default_warp import load
from app.experiment import DEFAULT
from app.trainer import TrainingJob
from tests.app.pages import quick_history


@pytest.fixture
def trained(monkeypatch):
    """Every request is answered at once by a short training in numpy; returns the requests."""
    asked = []

    def request(experiment, visitor):
        asked.append(experiment)
        job = TrainingJob(experiment)
        default = load() if experiment == DEFAULT else None
        job.finish(default or quick_history(experiment))
        return job

    monkeypatch.setattr(compute, "request", request)
    monkeypatch.setattr(compute, "warm_up", lambda: None)
    return asked
