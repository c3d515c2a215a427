"""Networks at once, for tests of pages."""

import pytest

from layerwarp.app.experiments.experiment import DEFAULT
from layerwarp.app.work import compute
from layerwarp.app.work.recorded_warp import load
from layerwarp.app.work.trainer import TrainingJob
from tests.app.pages import quick_history


@pytest.fixture
def trained(monkeypatch):
    """Every request is answered at once by a short training in numpy; returns the requests."""
    asked = []

    def request(experiment, visitor, slot):
        asked.append(experiment)
        job = TrainingJob(experiment)
        default = load() if experiment == DEFAULT else None
        job.finish(default or quick_history(experiment))
        return job

    monkeypatch.setattr(compute, "request", request)
    monkeypatch.setattr(compute, "warm_up", lambda later: None)
    return asked
