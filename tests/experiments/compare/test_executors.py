"""Executors: the same files whoever does the work, and workers that die or fail are told."""

import sys
import threading
import time

import numpy as np
import pytest
from questions import bench_of, options

from pellucid.errors import DataError, SurroundingsError
from pellucid.experiments.compare.ledger import Ledger, cells_of
from pellucid.experiments.compare.rows import write_rows
from pellucid.experiments.compare.units import Unit, divided
from pellucid.experiments.executors import Inline, Processes
from pellucid.records import encode_json, write_whole

CELLS = cells_of(range(2), range(2), 2)


def prepared(folder, asked=None):
    bench = bench_of(asked)
    write_rows(folder, bench.rows)
    write_whole(folder / "question.json", encode_json(bench.question))
    return bench


def units():
    return divided(CELLS, members=2, folds=1)


def run(executor, some, **changes):
    told = []
    executor.run(some, on_networks=told.append, stop=changes.pop("stop", lambda: False), **changes)
    return told


def pretending(folder, body):
    """The command of a worker that does something else than work."""
    script = folder / "worker.py"
    script.write_text("import json, pathlib, sys\nfolder = pathlib.Path(sys.argv[1])\n" + body)
    return [sys.executable, str(script)]


ECHO = """
for line in sys.stdin:
    (folder / "seen").open("a").write("x")
    print(json.dumps({answer}), flush=True)
"""


@pytest.mark.slow
def test_processes_leave_the_same_scores_as_this_process_does(tmp_path):
    bench = prepared(tmp_path)
    run(Inline(bench, Ledger(tmp_path / "inline")), units())
    told = run(Processes(tmp_path, 2), divided(CELLS, members=3, folds=9))
    inline, spread = (Ledger(folder).scores(2, 2, 2) for folder in (tmp_path / "inline", tmp_path))
    for name in ("score", "there", "epochs", "best_epoch", "ended"):
        assert np.array_equal(getattr(inline, name), getattr(spread, name))
    assert max(told) == pytest.approx(len(CELLS))


@pytest.mark.slow
def test_what_is_wrong_with_the_data_is_told_as_in_this_process(tmp_path):
    asked = options(scheme="k_fold", folds=40)
    bench = prepared(tmp_path, asked)
    (tmp_path / "question.json").write_bytes(encode_json(bench.question).replace(b'"folds":40', b'"folds":99'))
    with pytest.raises(DataError, match="too few for 99 folds"):
        run(Processes(tmp_path, 1), units())


def test_a_unit_whose_worker_dies_is_begun_again_and_twice_at_most(tmp_path):
    body = 'sys.stdin.readline()\n(folder / "tries").open("a").write("x")\nsys.exit("no memory left")\n'
    with pytest.raises(
        SurroundingsError, match=r"died 3 times over the same 2 networks \(exit code 1: no memory left\)"
    ):
        run(Processes(tmp_path, 1, command=pretending(tmp_path, body)), units())
    assert (tmp_path / "tries").read_text() == "xxx"


def test_a_worker_that_dies_once_costs_nothing_but_time(tmp_path):
    body = """
first = not (folder / "died").exists()
(folder / "died").touch()
for number, line in enumerate(sys.stdin):
    if first and number == 1:
        sys.exit(1)
    (folder / "seen").open("a").write(json.loads(line)["cells"][0].__repr__())
    print(json.dumps({"done": True}), flush=True)
"""
    told = run(Processes(tmp_path, 1, command=pretending(tmp_path, body)), units())
    assert told[-1] == len(CELLS)
    assert (tmp_path / "seen").read_text() == "".join(repr([*_first(unit)]) for unit in units())


def _first(unit):
    cell = unit.cells[0]
    return cell.repeat, cell.fold, cell.variant


def test_a_fault_in_a_worker_is_not_taken_for_its_death(tmp_path):
    body = ECHO.replace("{answer}", '{"error": "Traceback: a fault", "exit_code": 1}')
    with pytest.raises(RuntimeError, match="Traceback: a fault"):
        run(Processes(tmp_path, 2, command=pretending(tmp_path, body)), units())


def test_a_stop_ends_workers_in_the_middle_of_a_unit(tmp_path):
    body = 'sys.stdin.readline()\n(folder / "began").touch()\nimport time\ntime.sleep(250)\n'
    executor = Processes(tmp_path, 2, command=pretending(tmp_path, body))
    run(executor, units(), stop=lambda: (tmp_path / "began").exists())
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("worker")]


def test_no_unit_is_begun_after_the_deadline(tmp_path):
    body = ECHO.replace("{answer}", '{"done": True}')
    run(Processes(tmp_path, 1, command=pretending(tmp_path, body)), units(), deadline=time.monotonic() - 1)
    assert not (tmp_path / "seen").exists()


def test_a_unit_is_told_the_time_that_is_left_to_it(tmp_path):
    body = """
import json
line = json.loads(sys.stdin.readline())
(folder / "seconds").write_text(str(line["seconds"]))
print(json.dumps({"done": True}), flush=True)
sys.stdin.readline()
"""
    executor = Processes(tmp_path, 1, command=pretending(tmp_path, body))
    run(executor, [Unit(cells=tuple(CELLS))], deadline=time.monotonic() + 100)
    assert 0 < float((tmp_path / "seconds").read_text()) <= 100


def test_this_process_leaves_a_stopped_unit_without_a_trace(tmp_path):
    bench = bench_of()
    ledger = Ledger(tmp_path)
    asked = []

    def stop():
        asked.append(True)
        return len(asked) > 5

    run(Inline(bench, ledger), units(), stop=stop)
    assert ledger.scores(2, 2, 2).networks < len(CELLS)
    assert not list(tmp_path.glob("loose/*"))
