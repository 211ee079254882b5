"""Pieces of a training job on several cores."""

import threading
import time

import pytest
import torch

from pellucid.training.workers import Workers


@pytest.fixture(autouse=True)
def _two_cores():
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(threads)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt], ids=["an error", "Ctrl-C"])
def test_when_one_piece_fails_the_others_are_told_to_stop(error):
    """The error comes out at once, though the other piece, here the first, would go on for a minute."""
    workers = Workers([[0, 1], [2]], [1, 1, 1], None)
    assert workers.stacks == [[0], [1], [2]]
    started, ran = threading.Event(), []

    def train(stack, report):
        ran.append(stack)
        if stack == [0]:
            started.set()
            until = time.monotonic() + 60
            while not workers.abandoned:
                assert time.monotonic() < until, "nobody told this piece to stop"
                time.sleep(0.001)
            return
        started.wait()
        raise error("broken")

    with pytest.raises(error, match="broken"):
        workers.run(train)
    assert [2] not in ran
    assert torch.get_num_threads() == 2


def test_a_piece_that_ends_early_counts_as_done():
    told = []
    workers = Workers([[0], [1]], [10, 10], lambda epoch, epochs: told.append((epoch, epochs)))
    torch.set_num_threads(1)
    workers.cores = 1

    def train(stack, report):
        for epoch in range(1, 3 if stack == [0] else 11):
            report(epoch, 10)

    workers.run(train)
    assert told[-1] == (10, 10)
    assert told == sorted(set(told))


@pytest.mark.parametrize(("work", "threads"), [(1000, 1), (1 << 30, 2)])
def test_a_small_network_alone_has_one_thread(work, threads):
    """Two threads in a step of microseconds wait for each other longer than they work."""
    seen = []
    Workers([[0]], [1], None, work=work).run(lambda stack, report: seen.append(torch.get_num_threads()))
    assert seen == [threads]
    assert torch.get_num_threads() == 2
