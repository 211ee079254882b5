"""Write the documentation's reference pages from the registries: ``make docs``."""

from pathlib import Path

from pellucid.reference import pages

FOLDER = Path(__file__).parents[1] / "docs" / "reference"


def main() -> None:
    """Write every page, and remove those that have no registry any more."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    written = pages()
    for name, text in written.items():
        (FOLDER / name).write_text(text, "utf-8")
    for stale in set(FOLDER.glob("*.md")) - {FOLDER / name for name in written}:
        stale.unlink()


if __name__ == "__main__":
    main()
