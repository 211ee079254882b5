"""One small table and one run on it, for every test of whole commands."""

import contextlib
import io
import json
from pathlib import Path

import pytest
from ponds import QUICK, Finished, pond_rows, write_rows

from pellucid.cli.main import main


@pytest.fixture(scope="session")
def pond(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """160 rows, one of which has no answer."""
    rows = pond_rows()
    rows[3][3] = ""
    return write_rows(tmp_path_factory.mktemp("pond") / "pond.csv", rows)


@pytest.fixture(scope="session")
def finished(pond: Path, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """A run that predicts ``bites``."""
    folder = tmp_path_factory.mktemp("runs") / "pond"
    with contextlib.redirect_stdout(io.StringIO()) as shown:
        assert main(["fit", str(pond), "--target", "bites", "--out", str(folder), "--json", *QUICK]) == 0
    return Finished(folder, json.loads(shown.getvalue()))


@pytest.fixture(scope="session")
def model(finished: Finished) -> Path:
    return finished.folder / "model.safetensors"
