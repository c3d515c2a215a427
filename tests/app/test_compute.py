"""The computations behind the page, without a page."""

import subprocess
import sys
import threading
import time
from concurrent.futures import Future
from dataclasses import replace

import numpy as np
import pytest

from layerwarp.app.experiments.experiment import DEFAULT, Experiment
from layerwarp.app.work import jax_start, payloads, recorded_warp
from layerwarp.app.work.compiler import LATER, NO_JAX, STOP, Compiler
from layerwarp.app.work.trainer import Trainer, TrainingJob
from layerwarp.app.work.turns import Turns
from layerwarp.network.architecture import Architecture
from layerwarp.training.config import TrainingConfig
from layerwarp.training.history import Outcome, TrainingHistory
from layerwarp.training.train import TrainingProgress, train

PATIENCE = 60  # seconds; a compilation on a busy machine takes a few


def experiment(seed: int, steps: int = 30, widths: tuple[int, ...] = (4,)) -> Experiment:
    training = replace(DEFAULT.training, seed=seed, steps=steps, batch_size=10)
    return replace(DEFAULT, architecture=Architecture(widths), training=training)


def recorded() -> TrainingHistory:
    history = recorded_warp.load()
    assert history is not None
    return history


def wait_until(condition, seconds=PATIENCE):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)


class InstantCompiler(Compiler):
    """Says that every program is there, so that tests decide when work happens."""

    def ready(self, shapes):
        return True


class SlowTraining:
    """Stands in for ``train``: takes a chunk each time that it is let go."""

    def __init__(self, monkeypatch):
        self.started: list[Experiment] = []
        self.finished: list[str] = []
        self.chunk = threading.Semaphore(0)
        monkeypatch.setattr("layerwarp.app.work.trainer.train", self.train)

    def train(self, data, architecture, config, callback, backend):
        self.started.append(config.seed)
        for step in range(1, 6):
            assert self.chunk.acquire(timeout=PATIENCE)
            if (
                callback(
                    TrainingProgress(
                        step, 5, lambda: self.end("stopped", data, architecture, config)
                    )
                )
                is False
            ):
                return self.end("stopped", data, architecture, config)
        return self.end("trained", data, architecture, config)

    def end(self, kind, data, architecture, config):
        history = train(data, architecture, replace(config, steps=1), backend="numpy")
        self.finished.append(kind)
        return replace(history, outcome=Outcome(kind, 1, ""))


@pytest.fixture
def slow(monkeypatch):
    return SlowTraining(monkeypatch)


def trainer(present=lambda visitor: True) -> Trainer:
    return Trainer(InstantCompiler(), Turns(), present)


def stopped(shared: Trainer, slow: SlowTraining) -> TrainingJob:
    """A training that its visitor has stopped at its first chunk."""
    job = shared.request(experiment(1), "a")
    wait_until(lambda: slow.started)
    shared.stop("a")
    slow.chunk.release()
    wait_until(lambda: job.ended)
    assert job.state == "stopped"
    return job


def test_default_is_there_at_once_without_jax():
    program = (
        "import sys, layerwarp.app.work.compute as c, layerwarp.app.experiments.experiment as e\n"
        "import layerwarp.app.work.payloads as p\n"
        "c._compiler.warm = lambda later: None\n"
        "job = c.request(e.DEFAULT, 'a')\n"
        "assert job.state == 'done' and job.answer.accuracy[-1] > 0.95\n"
        "assert len(p.plane(e.DEFAULT, job.answer, 'plane')) > 10_000\n"
        "assert 'jax' not in sys.modules, 'the first picture must not wait for JAX'"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=PATIENCE)


def test_recorded_default_is_what_training_gives():
    history = recorded()
    fresh = train(DEFAULT.dataset.make(), DEFAULT.architecture, DEFAULT.training)
    np.testing.assert_array_equal(history.steps, fresh.steps)
    np.testing.assert_allclose(history.parameters[0], fresh.parameters[0], rtol=1e-5, atol=1e-6)
    # Another processor or compiler rounds differently, and Adam's first steps, which look at the
    # sign of a gradient more than at its size, amplify that; the course of the loss is the same.
    np.testing.assert_allclose(history.train_loss[:20], fresh.train_loss[:20], rtol=0.1)
    np.testing.assert_allclose(history.accuracy[-1], fresh.accuracy[-1], atol=0.02)


def test_a_record_of_another_experiment_is_not_used(tmp_path, monkeypatch):
    assert recorded_warp.load(tmp_path / "missing.npz") is None
    monkeypatch.setattr("layerwarp.app.work.recorded_warp._fingerprint", lambda: "another")
    assert recorded_warp.load() is None


def test_same_settings_train_once(slow):
    shared = trainer()
    jobs = [shared.request(experiment(1), visitor) for visitor in "abc"]
    assert jobs[0] is jobs[1] is jobs[2]
    for _ in range(5):
        slow.chunk.release()
    wait_until(lambda: jobs[0].ended)
    assert slow.started == [1]
    again = shared.request(experiment(1), "d")
    assert again.state == "done"
    assert again.answer is jobs[0].answer
    assert slow.started == [1]


def test_latest_wins(slow):
    shared = trainer()
    first = shared.request(experiment(1), "a")
    wait_until(lambda: slow.started == [1])
    second = shared.request(experiment(2), "a")
    for _ in range(10):  # more than enough for both
        slow.chunk.release()
    wait_until(lambda: first.ended and second.ended)
    assert (first.state, second.state) == ("stopped", "done")


def test_a_training_that_others_watch_goes_on(slow):
    shared = trainer()
    job = shared.request(experiment(1), "a")
    shared.request(experiment(1), "b")
    shared.request(experiment(2), "a")
    for _ in range(10):
        slow.chunk.release()
    wait_until(lambda: job.ended)
    assert job.state == "done"


def test_stop_keeps_what_was_reached_and_is_not_taken_for_the_whole(slow):
    shared = trainer()
    job = stopped(shared, slow)
    assert job.answer is not None
    whole = shared.request(experiment(1), "b")
    for _ in range(5):
        slow.chunk.release()
    wait_until(lambda: whole.ended)
    assert whole.state == "done"


def test_who_stops_keeps_a_snapshot_and_the_others_train_on(slow):
    shared = trainer()
    job = shared.request(experiment(1), "a")
    assert shared.request(experiment(1), "b") is job
    wait_until(lambda: slow.started == [1])
    mine = shared.stop("a")
    assert mine is not None
    assert mine is not job
    assert mine.stopping
    slow.chunk.release()
    wait_until(lambda: mine.ended)
    assert mine.state == "stopped"
    assert mine.answer.outcome.kind == "stopped"
    assert not job.stopping
    for _ in range(10):
        slow.chunk.release()
    wait_until(lambda: job.ended)
    assert job.state == "done"
    assert slow.started == [1]


def test_who_stops_what_others_wait_for_before_it_begins_leaves_with_nothing(slow):
    shared = Trainer(InstantCompiler(), Turns(long_places=0), lambda visitor: True)
    long = replace(experiment(1), training=TrainingConfig(steps=20_000, batch_size=512))
    long = replace(long, architecture=Architecture((64,) * 10))
    job = shared.request(long, "a")
    shared.request(long, "b")
    mine = shared.stop("b")
    assert mine is not None
    assert (mine.state, mine.answer) == ("stopped", None)
    assert (job.state, job.stopping) == ("waiting", False)
    shared.stop("a")
    wait_until(lambda: job.ended)


def test_a_training_nobody_watches_any_more_ends(slow, monkeypatch):
    monkeypatch.setattr("layerwarp.app.work.trainer.LOOK_SECONDS", 0)
    gone = set()
    shared = trainer(lambda visitor: visitor not in gone)
    job = shared.request(experiment(1), "a")
    slow.chunk.release()
    wait_until(lambda: job.share > 0)
    gone.add("a")
    slow.chunk.release()
    wait_until(lambda: job.ended)
    assert job.state == "stopped"
    assert not shared._of_visitor


def test_a_stopped_preview_ends_while_something_else_compiles(slow, monkeypatch):
    compiler = Compiler()
    monkeypatch.setattr(compiler, "want", lambda shape, wanted: Future())
    shared = Trainer(compiler, Turns(), lambda visitor: True)
    job = stopped(shared, slow)
    assert not job.preview
    assert job.answer is not None


def test_nothing_is_compiled_for_who_has_gone(monkeypatch):
    compiler, here, asked = Compiler(), {"a"}, []

    def want(shape, wanted):
        asked.append(wanted)
        return Future()

    monkeypatch.setattr(compiler, "want", want)
    shared = Trainer(compiler, Turns(), lambda visitor: visitor in here)
    job = shared.request(experiment(5), "a")
    assert job.wait(PATIENCE)
    (wanted,) = asked
    assert wanted()
    here.clear()
    assert not wanted()
    assert not shared._of_visitor


def test_asking_again_for_the_same_is_no_new_training(slow):
    shared = trainer()
    assert shared.request(experiment(1), "a") is shared.request(experiment(1), "a")
    for _ in range(5):
        slow.chunk.release()


def test_the_compiler_is_told_to_end_whatever_is_wished_after():
    compiler = Compiler()
    compiler._thread = threading.Thread(target=lambda: None)  # nobody takes from the queue
    compiler._thread.start()
    compiler.stop()
    compiler.warm()
    assert [wish.priority for wish in sorted(compiler._queue.queue)] == [STOP, LATER, LATER]


def test_where_jax_does_not_start_numpy_trains_and_visitors_are_told(monkeypatch):
    def broken():
        raise RuntimeError("no backend")

    monkeypatch.setattr("layerwarp.app.work.compiler.start_jax", broken)
    monkeypatch.setattr("layerwarp.training.engine.PROGRAMS.get", lambda shape: broken())
    compiler = Compiler()
    compiler.wait_started()
    assert compiler.notice == NO_JAX
    monkeypatch.setattr("layerwarp.training.engine.PROGRAMS.ready", lambda shape: broken())
    shared = Trainer(compiler, Turns(), lambda visitor: True)
    for seed in (6, 7, 8):  # the first one, and all after it
        job = shared.request(experiment(seed, widths=(63,)), "a")
        wait_until(lambda job=job: job.ended)
        assert job.state == "done"


def test_where_memory_ends_with_the_program_there_numpy_trains(monkeypatch):
    def full(data, architecture, config, callback, backend):
        if backend == "jax":
            raise RuntimeError("RESOURCE_EXHAUSTED: out of memory")
        return train(data, architecture, config, callback, backend)

    monkeypatch.setattr("layerwarp.app.work.trainer.train", full)
    job = trainer().request(experiment(9), "a")
    wait_until(lambda: job.ended)
    assert job.state == "done"


def test_a_network_that_was_dropped_meanwhile_is_named(monkeypatch):
    def gone(text):
        raise LookupError("this server does not keep that network any more")

    monkeypatch.setattr("layerwarp.app.work.trainer.read_network", gone)
    job = trainer().request(replace(experiment(1), loaded="kept-1"), "a")
    wait_until(lambda: job.ended)
    assert (job.state, "load its file again" in job.message) == ("failed", True)


def test_payloads_are_kept_by_digests_not_by_parameters():
    count, _, name = payloads.version(recorded())
    assert (count, len(name)) == (len(recorded().steps), 16)


def test_a_look_at_the_last_step_is_not_packed_as_the_end():
    end = recorded()
    look = replace(end, outcome=Outcome("stopped", int(end.steps[-1]), ""))
    assert payloads.plane(DEFAULT, look, "plane") != payloads.plane(DEFAULT, end, "plane")


def test_a_history_of_the_largest_network_is_bounded():
    config = TrainingConfig(steps=100, batch_size=1)
    history = train(DEFAULT.dataset.make(), Architecture((64,) * 10), config, backend="numpy")
    assert history.nbytes < 5e6
    assert history.steps[0] == 0
    assert history.steps[-1] == 100
    assert len(history.steps) > 20


def test_failure_is_told_and_the_workers_live_on(monkeypatch):
    def fail(*arguments):
        raise RuntimeError("secret path")

    monkeypatch.setattr("layerwarp.app.work.trainer.train", fail)
    shared = trainer()
    for seed in range(8):
        job = shared.request(experiment(seed), "a")
        wait_until(lambda job=job: job.ended)
        assert job.state == "failed"
        assert "secret" not in job.message
    assert not shared._running


def test_preview_by_numpy_is_replaced_by_the_compiled_run(monkeypatch):
    compiler = Compiler()
    wanted: Future[None] = Future()
    monkeypatch.setattr(compiler, "want", lambda shape, needed: wanted)
    shared = Trainer(compiler, Turns(), lambda visitor: True)
    job = shared.request(experiment(3), "a")
    assert job.wait(PATIENCE)
    assert job.preview
    assert not job.ended
    preview = job.answer
    wanted.set_result(None)
    wait_until(lambda: job.ended)
    assert job.state == "done"
    assert not job.preview
    np.testing.assert_allclose(job.answer.parameters, preview.parameters, rtol=1e-3, atol=1e-3)


def test_where_nothing_compiles_numpy_has_the_word(monkeypatch):
    def no_compiler(shape):
        raise RuntimeError("LLVM is out of sorts")

    monkeypatch.setattr("layerwarp.training.engine.PROGRAMS.get", no_compiler)
    shared = Trainer(Compiler(), Turns(), lambda visitor: True)
    job = shared.request(experiment(4, widths=(64, 64)), "a")
    wait_until(lambda: job.ended)
    assert job.state == "done"
    assert job.answer is not None
    assert job.answer.outcome.kind == "trained"


def test_payload_is_the_same_bytes_each_time():
    history = recorded()
    first = payloads.plane(DEFAULT, history, "plane")
    assert payloads.plane(DEFAULT, recorded(), "plane") == first
    assert payloads.plane(DEFAULT, history, "space") != first
    assert payloads.plane(DEFAULT, history, "neurons", (3, 5)) != first


def test_a_broken_accelerator_means_the_cpu_and_a_notice(monkeypatch):
    monkeypatch.setenv("JAX_PLATFORMS", "cuda,cpu")
    monkeypatch.setattr(
        subprocess, "run", lambda *args, **kwargs: subprocess.CompletedProcess([], 134)
    )
    assert jax_start.start_jax() == jax_start.BROKEN_GPU
    assert jax_start.os.environ["JAX_PLATFORMS"] == "cpu"


def test_no_accelerator_no_notice(monkeypatch):
    monkeypatch.setenv("JAX_PLATFORMS", "cpu")
    assert jax_start.start_jax() is None


def test_job_waits_only_as_long_as_it_is_told():
    assert not TrainingJob(DEFAULT).wait(0.001)
