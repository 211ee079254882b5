"""One small table and one model trained on it, for every test of whole commands."""

from pathlib import Path

import pytest
from ponds import QUICK, pond_rows, write_rows

from pellucid.cli.main import main


@pytest.fixture(scope="session")
def pond(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_rows(tmp_path_factory.mktemp("pond") / "pond.csv", pond_rows())


@pytest.fixture(scope="session")
def model(pond: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model file that predicts ``bites``."""
    run = tmp_path_factory.mktemp("runs") / "pond"
    assert main(["fit", str(pond), "--target", "bites", "--out", str(run), *QUICK]) == 0
    return run / "model.safetensors"
