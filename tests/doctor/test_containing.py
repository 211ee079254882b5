"""Work in a thread of its own, within a limit."""

import threading
import time

import pytest

from pellucid.doctor.containing import Runner, TooSlowError


def test_answers_come_back_and_errors_carry_their_cause() -> None:
    with Runner() as runner:
        assert runner.run(lambda: 3) == 3
        with pytest.raises(RuntimeError, match=r"^ZeroDivisionError: division by zero$") as told:
            runner.run(lambda: 1 / 0)
        assert isinstance(told.value.__cause__, ZeroDivisionError)


def test_one_thread_serves_all_and_ends_with_the_runner() -> None:
    with Runner() as runner:
        threads = {runner.run(threading.current_thread) for _ in range(3)}
    (thread,) = threads
    assert thread is not threading.main_thread()
    assert not thread.is_alive()


def test_what_computes_too_long_is_stopped_and_the_next_is_served() -> None:
    def compute() -> None:
        while True:
            pass

    def name() -> threading.Thread:
        return threading.current_thread()

    with Runner(0.1) as runner:
        first = runner.run(name)
        with pytest.raises(TooSlowError, match=r"longer than 0\.1 s"):
            runner.run(compute)
        first.join(5)
        assert not first.is_alive()
        assert runner.run(name) is not first


def test_what_sleeps_too_long_is_left_behind() -> None:
    start = time.monotonic()
    with Runner(0.05) as runner:
        with pytest.raises(TooSlowError):
            runner.run(lambda: time.sleep(2))
        assert runner.run(lambda: 1) == 1
    assert time.monotonic() - start < 1.9


def test_exits_and_interrupts_inside_stay_inside() -> None:
    def leave() -> None:
        raise SystemExit(3)

    def interrupt() -> None:
        raise KeyboardInterrupt

    with Runner() as runner:
        for work in (leave, interrupt):
            with pytest.raises(RuntimeError):
                runner.run(work)
