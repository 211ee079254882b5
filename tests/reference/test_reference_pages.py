"""The reference pages of the documentation say what the registries say."""

from pathlib import Path

from pellucid.reference import KINDS, pages

FOLDER = Path(__file__).parents[2] / "docs" / "reference"


def test_the_pages_are_as_make_docs_would_write_them() -> None:
    written = pages()
    assert {path.name for path in FOLDER.glob("*.md")} == set(written)
    stale = [name for name, text in written.items() if (FOLDER / name).read_text("utf-8") != text]
    assert not stale, f"run make docs: {stale}"


def test_every_entry_has_its_section_and_no_table_row_is_torn() -> None:
    written = pages()
    for kind in KINDS:
        lines = written[f"{kind.plural}.md"].splitlines()
        assert [name for name in kind.registry.names() if f"## {name}" not in lines] == []
        for line in lines:
            if line.startswith("| ["):
                assert line.replace("\\|", "").count("|") == 3, line
