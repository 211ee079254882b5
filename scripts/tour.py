"""Run the commands of the README's tours and put what they print there: ``.venv/bin/python scripts/tour.py``."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

TOURS = {
    "tour": (
        "pellucid fit sklearn:breast_cancer --target target --out demo",
        "pellucid predict demo/model.safetensors sklearn:breast_cancer -o out.csv --proba",
        "head -n 3 out.csv",
        "pellucid fit sklearn:iris --target targt",
    ),
    "comparison": (
        "pellucid compare sklearn:breast_cancer --target target --vary activation=relu,tanh --vary lr=1e-4:1e-1:log:4"
        " --epochs 50 --seeds 4 --out compared",
    ),
}
"""Mark in the README → commands whose output stands there."""


def shown(folder: str, commands: Sequence[str]) -> str:
    """Every command with what it prints at 80 columns, and the exit code where it is not 0."""
    tools = Path(sys.executable).parent
    surroundings = {**os.environ, "COLUMNS": "80", "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
    parts = []
    for command in commands:
        done = subprocess.run(
            command.split(),
            cwd=folder,
            env=surroundings,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        code = f"\n$ echo $?\n{done.returncode}" if done.returncode else ""
        parts.append(f"$ {command}\n{done.stdout.rstrip()}{code}".rstrip())
    return "\n\n".join(parts)


def main(names: Sequence[str]) -> None:
    """Rewrite the parts of the README between their marks.

    Args:
        names: Of the tours; all where there is none.
    """
    readme = Path(__file__).parents[1] / "README.md"
    for name in names or TOURS:
        start, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        with tempfile.TemporaryDirectory() as folder:
            block = f"{start}\n```\n{shown(folder, TOURS[name])}\n```\n{end}"
        before = readme.read_text("utf-8")
        after, replaced = re.subn(f"{start}.*?{end}", lambda _, block=block: block, before, flags=re.DOTALL)
        if not replaced:
            sys.exit(f"{readme} has no place for the tour: {start} … {end}")
        readme.write_text(after, "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
