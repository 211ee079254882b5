"""Run the commands of the README's tour and put what they print there: ``.venv/bin/python scripts/tour.py``."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

COMMANDS = (
    "pellucid fit sklearn:breast_cancer --target target --out demo",
    "pellucid predict demo/model.safetensors sklearn:breast_cancer -o out.csv --proba",
    "head -n 3 out.csv",
    "pellucid fit sklearn:iris --target targt",
)
START, END = "<!-- tour -->", "<!-- end of tour -->"


def shown(folder: str) -> str:
    """Every command with what it prints at 80 columns, and the exit code where it is not 0."""
    tools = Path(sys.executable).parent
    surroundings = {**os.environ, "COLUMNS": "80", "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
    parts = []
    for command in COMMANDS:
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


def main() -> None:
    """Rewrite the part of the README between the two marks."""
    readme = Path(__file__).parents[1] / "README.md"
    with tempfile.TemporaryDirectory() as folder:
        block = f"{START}\n```\n{shown(folder)}\n```\n{END}"
    before = readme.read_text("utf-8")
    after, replaced = re.subn(f"{START}.*?{END}", lambda _: block, before, flags=re.DOTALL)
    if not replaced:
        sys.exit(f"{readme} has no place for the tour: {START} … {END}")
    readme.write_text(after, "utf-8")


if __name__ == "__main__":
    main()
