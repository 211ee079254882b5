"""Members of a training job on several cores."""

import threading
import time

import pytest
import torch

from pellucid.training.workers import Workers


class Passage:
    """Members that wait; ``train`` is what becomes of those who are drawn."""

    def __init__(self, waiting, train):
        self.waiting, self._train, self.drawn, self._lock = waiting, train, [], threading.Lock()

    def run(self, places, *, share, on_epoch, stop):
        with self._lock:
            count = min(places, share(self.waiting))
            self.waiting -= count
            self.drawn.append(count)
        self._train(count, on_epoch, stop)


@pytest.fixture(autouse=True)
def _two_cores():
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(threads)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt], ids=["an error", "Ctrl-C"])
def test_when_one_piece_fails_the_others_are_told_to_stop(error):
    """The error comes out at once, though the other piece, here the first, would go on for a minute."""
    started, pieces = threading.Event(), []

    def train(count, on_epoch, stop):
        pieces.append(count)
        if len(pieces) == 1:
            started.set()
            until = time.monotonic() + 60
            while not stop():
                assert time.monotonic() < until, "nobody told this piece to stop"
                time.sleep(0.001)
            return
        started.wait()
        raise error("broken")

    passage = Passage(40, train)
    with pytest.raises(error, match="broken"):
        Workers(None).run([passage], lambda course: 4, works=[1])
    assert len(pieces) == 2
    assert torch.get_num_threads() == 2


def test_members_are_divided_evenly_over_the_cores():
    passage = Passage(8, lambda count, on_epoch, stop: time.sleep(0.2))
    Workers(None).run([passage], lambda course: 100, works=[5])
    assert passage.drawn == [4, 4]


def test_nobody_draws_more_than_there_are_places():
    passage = Passage(100, lambda count, on_epoch, stop: None)
    Workers(None).run([passage], lambda course: 7, works=[5])
    assert sum(passage.drawn) == 100
    assert max(passage.drawn) <= 7


def test_many_small_courses_are_not_cut():
    """A stack of four is cheaper than two stacks of two."""
    courses = [Passage(4, lambda count, on_epoch, stop: time.sleep(0.01)) for _ in range(8)]
    Workers(None).run(courses, lambda course: 100, works=[5] * 8)
    assert [passage.drawn for passage in courses] == [[4]] * 8


def test_progress_counts_epochs_of_all_members():
    told = []
    workers = Workers(lambda epoch, epochs: told.append((epoch, epochs)), epochs=[10, 10, 10, 10])

    def train(count, on_epoch, stop):
        for _ in range(2):
            on_epoch(count)
        on_epoch(8 * count)  # those that end early need the rest no more

    workers.run([Passage(4, train)], lambda course: 100, works=[1])
    assert told[-1] == (10, 10)
    assert told == sorted(set(told))


def test_a_job_that_is_stopped_still_begins_once_and_draws_nobody_else():
    passage = Passage(10, lambda count, on_epoch, stop: None)
    Workers(None, cores=1).run([passage], lambda course: 4, works=[1], stop=lambda: True)
    assert sum(passage.drawn) == 4 or sum(passage.drawn) == 3
    assert len(passage.drawn) == 1


@pytest.mark.parametrize(("work", "threads"), [(1000, 1), (1 << 30, 2)])
def test_a_small_network_alone_has_one_thread(work, threads):
    """Two threads in a step of microseconds wait for each other longer than they work."""
    seen = []
    passage = Passage(1, lambda count, on_epoch, stop: seen.append(torch.get_num_threads()))
    Workers(None).run([passage], lambda course: 100, works=[work])
    assert seen == [threads]
    assert torch.get_num_threads() == 2
