"""Ctrl-C while training keeps the best so far; before that it keeps nothing and says so."""

import signal
import subprocess
import sys
from pathlib import Path

import pellucid as pl
from pellucid.records import RunRecord, decode_json

# The real command line; it only tells on stderr how far it is, so that the signal comes while it trains.
TELLING = """
import sys
from pellucid.cli.progress import ScreenWatcher
def epoch_done(self, epoch, epochs):
    print("epoch", epoch, file=sys.stderr, flush=True)
ScreenWatcher.epoch_done = epoch_done
from pellucid.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


def test_an_interrupted_run_keeps_a_usable_model(pond: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    options = ["--target", "bites", "--out", str(folder), "--members", "2", "--epochs", "100000", "--network", "16"]
    command = [sys.executable, "-c", TELLING, "fit", str(pond), *options, "--recipe", "plain"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line == "epoch 3\n":
                process.send_signal(signal.SIGINT)
                break
        shown, told = process.communicate(timeout=120)
    assert process.returncode == 0, told
    assert "Training was interrupted; this is the best that it had reached." in shown
    assert "interrupted, best so far kept" in told
    record = decode_json((folder / "record.json").read_bytes(), RunRecord)
    assert record.ended == "interrupted"
    assert [member.ended for member in record.members] == ["interrupted", "interrupted"]
    assert len(pl.load(folder / "model.safetensors").predict(pond)) == 160
