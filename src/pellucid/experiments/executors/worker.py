"""A worker: ``python -m pellucid.experiments.executors.worker FOLDER``.

Reads the question and the rows from plain files in the folder, then units as JSON, one a line, from its input; answers
with JSON lines, and leaves each unit's result in the ledger. It ends at once when its input ends, because then nobody
is left to wait for it.
"""

import os
import signal
import sys
import threading
import traceback
from pathlib import Path
from queue import SimpleQueue
from typing import TextIO

import msgspec
import torch

from pellucid.errors import PellucidError
from pellucid.experiments.compare.bench import Workbench
from pellucid.experiments.compare.ledger import Ledger
from pellucid.experiments.compare.question import Question
from pellucid.experiments.compare.rows import read_rows
from pellucid.experiments.compare.units import Unit
from pellucid.experiments.compare.work import work_on
from pellucid.experiments.executors.messages import Message
from pellucid.records import decode_json, encode_json

__all__ = ["main"]


def main(folder: Path) -> None:
    """Work on units until the input ends."""
    # Ctrl-C reaches every process of a terminal; whoever sends the units decides what becomes of them.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    torch.set_num_threads(1)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    sys.stdout = sys.stderr  # whatever prints must not print among the answers
    units: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(units,), daemon=True).start()
    bench = Workbench(decode_json((folder / "question.json").read_bytes(), Question), read_rows(folder))
    ledger = Ledger(folder)
    while True:
        unit = msgspec.json.decode(units.get(), type=Unit)
        try:
            result = work_on(bench, unit, on_networks=lambda done: _answer(answers, Message(networks=done)))
            ledger.write(unit, result)
        except PellucidError as error:
            _answer(answers, Message(error=error.message, exit_code=error.exit_code))
        except Exception:
            _answer(answers, Message(error=traceback.format_exc(), exit_code=1))
        else:
            _answer(answers, Message(done=True))


def _listen(units: "SimpleQueue[bytes]") -> None:
    for line in sys.stdin.buffer:
        units.put(line)
    os._exit(0)


def _answer(answers: TextIO, message: Message) -> None:
    answers.write(encode_json(message).decode() + "\n")
    answers.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
