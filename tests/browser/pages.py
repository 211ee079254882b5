"""The pages that are looked at: made by the commands that people type, and from records made up to be large."""

import contextlib
import fcntl
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tables_for_pages import digit_rows, hostile_rows, letters_rows, plane_rows, prices_rows, voyage_rows, write_table

__all__ = ["EACH", "PAGES", "RARE", "Pages"]

QUICK = ("--members", "3", "--epochs", "12", "--network", "16")


class Pages:
    """Makes a page when it is first asked for, once for all processes that share the tests."""

    def __init__(self, folder: Path) -> None:
        """Keeps them in this folder, which the processes share."""
        self._folder = folder

    def __getitem__(self, name: str) -> Path:
        """Path of the page."""
        folder = self._folder / name
        with self._alone(name):
            if not folder.exists():
                unfinished = self._folder / f"{name}.unfinished"
                shutil.rmtree(unfinished, ignore_errors=True)  # of an attempt that failed
                unfinished.mkdir()
                found = PAGES[name](unfinished)
                (unfinished / "page.html").hardlink_to(found)
                unfinished.rename(folder)
        return folder / "page.html"

    @contextlib.contextmanager
    def _alone(self, name: str) -> Iterator[None]:
        with (self._folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def shared_folder(factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this run of the tests know."""
    base = factory.getbasetemp()
    # Below xdist every process has a folder of its own within that of the run.
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "pages"
    folder.mkdir(exist_ok=True)
    return folder


def command(*arguments: str | Path) -> None:
    """Runs a command of Pellucid; what it prints is dropped."""
    from pellucid.cli.main import main

    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as told:
        code = main([*map(str, arguments)])
    assert code == 0, told.getvalue()


def fitted(target: str, rows: Callable[[], list[list[object]]]) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        command("fit", write_table(folder / "table.csv", rows()), "--target", target, "--out", folder / "run", *QUICK)
        return folder / "run" / "report.html"

    return make


def hostile(folder: Path) -> Path:
    rows = hostile_rows()
    table = write_table(folder / f"{'<b>&amp;' * 9}.csv", rows)
    command("fit", table, "--target", str(rows[0][-1]), "--out", folder / "run", *QUICK)
    return folder / "run" / "report.html"


def compared(folder: Path) -> Path:
    table = write_table(folder / "table.csv", voyage_rows(200))
    vary = ("--vary", "activation=relu,gelu,tanh", "--vary", "lr=0.01,0.1", "--seeds", "3", "--folds", "3")
    command("compare", table, "--target", "Survived", *vary, "--epochs", "8", "--network", "8", "--out", folder / "run")
    return folder / "run" / "report.html"


def large_comparison(folder: Path) -> Path:
    """50 networks × 200 epochs."""
    table = write_table(folder / "table.csv", voyage_rows(120))
    cheap = ("--seeds", "1", "--folds", "2", "--network", "4", "--batch-size", "64")
    vary = ("--vary", "lr=1e-3:1:log:25", "--epochs", "200")
    command("compare", table, "--target", "Survived", *vary, *cheap, "--out", folder / "run")
    return folder / "run" / "report.html"


def run_of(task: str, replay: str = "", *details: Any, **named: Any) -> Callable[[Path], Path]:
    """A run made up, with a replay of this kind, made up as well."""

    def make(folder: Path) -> Path:
        import made_up_replays
        from made_up_runs import epoch_records, run_record

        from pellucid.report import render_report

        record = run_record(task)
        epochs = epoch_records(record.members, task=task)
        seen = getattr(made_up_replays, replay)(*details, **named) if replay else None
        layers = made_up_replays.layer_records() if replay else ()
        page = folder / "report.html"
        page.write_bytes(render_report(record, epochs, replay=seen, layers=layers))
        return page

    return make


def diagnosed(folder: Path) -> Path:
    """What the doctor says of a program, watched in a process of its own."""
    script = Path(__file__).parents[1] / "cases" / "L103_xor_by_softmax" / "fault.py"
    page = folder / "report.html"
    start = "import sys; from pellucid.cli.main import main; sys.exit(main(sys.argv[1:]))"
    words = [sys.executable, "-c", start, "run", "--report", str(page), str(script)]
    subprocess.run(words, check=True, capture_output=True, timeout=200)
    return page


def explained(folder: Path) -> Path:
    """One pass in numbers, with Adam's update."""
    page = folder / "pass.html"
    network = ("--network", "2-3-1", "--activation", "tanh", "--x", "0.5,-1", "--y", "1", "--optimizer", "adam")
    command("explain", *network, "--format", "html", "--out", page)
    return page


PAGES: dict[str, Callable[[Path], Path]] = {
    "fit-two-classes": fitted("Survived", voyage_rows),
    "fit-regression": fitted("price", prices_rows),
    "fit-26-classes": fitted("letter", letters_rows),
    "fit-plane": fitted("species", plane_rows),
    "fit-images": fitted("digit", digit_rows),
    "fit-hostile": hostile,
    "fit-counts": run_of("count"),
    "fit-labels": run_of("multilabel"),
    "fit-ordinal": run_of("ordinal"),
    "fit-three-targets": run_of("regression of three targets"),
    "replay-boundary": run_of("binary", "boundary"),
    "replay-classes": run_of("multiclass", "boundary", "class", classes=("Adelie", "Chinstrap", "Gentoo")),
    "replay-values": run_of("regression", "boundary", "value"),
    "replay-certainty": run_of("binary", "certainty"),
    "replay-26-classes": run_of("multiclass", "certainty", tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")),
    "replay-predictions": run_of("regression", "predictions"),
    "comparison": compared,
    "comparison-large": large_comparison,
    "doctor": diagnosed,
    "explain": explained,
}

RARE = {
    "fit-counts",
    "fit-labels",
    "fit-ordinal",
    "fit-three-targets",
    "replay-certainty",
    "replay-classes",
    "replay-predictions",
    "replay-26-classes",
}
"""Made of the same parts as the others: looked at by make test-all."""
EACH = [pytest.param(name, marks=pytest.mark.slow) if name in RARE else name for name in PAGES]
