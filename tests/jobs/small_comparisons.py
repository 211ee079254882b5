"""What tests of comparisons share: a small table, what is asked of it, and a process that is killed again and again."""

import signal
import subprocess
import sys
import time

import numpy as np

ROWS = 120
ASKED = {"target": "y", "seeds": 2, "folds": 3, "epochs": 8, "hidden": (8,), "recipe": "plain", "members": 2}


def a_table(kind="classes"):
    generator = np.random.default_rng(3)
    first, second = generator.normal(size=(2, ROWS))
    place = np.array(["north", "south", "east"], dtype=object)[generator.integers(0, 3, ROWS)]
    y = 2 * first + second + (place == "north") + 0.5 * generator.normal(size=ROWS)
    target = np.where(y > 0.3, "yes", "no") if kind == "classes" else 100 + 10 * y
    return {"first": first, "second": second, "place": place, "y": target}


def killed_again_and_again(script, folder, *words, kills, within, seed):
    """Run a script, which says ``ready`` when it begins, until it ends by itself.

    Args:
        script: Python, given the folder and the words.
        folder: Of a comparison, in which it goes on.
        words: Further arguments.
        kills: How often it is killed at most, at a random moment after something new was written.
        within: Seconds after that, at most.
        seed: Of the moments.

    Returns:
        How often it was killed before it could end.
    """
    random = np.random.default_rng(seed)
    killed = 0
    while True:
        process = subprocess.Popen(
            [sys.executable, "-c", script, str(folder), *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert process.stdout.readline() == b"ready\n"
        if killed < kills:
            before = _written(folder)
            # Or during whatever comes first.
            until = time.monotonic() + 30
            while _written(folder) <= before and process.poll() is None and time.monotonic() < until:
                time.sleep(0.001)
            time.sleep(random.uniform(0, within))
            process.kill()
        _, errors = process.communicate(timeout=250)
        if process.returncode == 0:
            return killed
        assert process.returncode == -signal.SIGKILL, errors.decode()
        killed += 1


def _written(folder):
    return len(list(folder.glob("work/halving/rung-*"))) + len(list(folder.glob("work/units/*.npz")))
