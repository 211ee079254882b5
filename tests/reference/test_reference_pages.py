"""The reference pages of the documentation say what the registries say."""

from pathlib import Path

from pellucid.objectives import LOSSES
from pellucid.records import TARGET_TASKS
from pellucid.reference import KINDS, pages

FOLDER = Path(__file__).parents[2] / "docs" / "reference"


def test_the_pages_are_as_make_docs_would_write_them() -> None:
    written = pages()
    assert {path.name for path in FOLDER.glob("*.md")} == set(written)
    stale = [name for name, text in written.items() if (FOLDER / name).read_text("utf-8") != text]
    assert not stale, f"run make docs: {stale}"


def test_the_contract_has_a_table_for_every_kind_of_target_and_names_every_loss_in_each() -> None:
    page = pages()["contract.md"]
    sections = dict(part.split("\n", 1) for part in page.split("\n## ")[1:])
    assert list(sections) == list(TARGET_TASKS)
    for task, text in sections.items():
        allowed = {line.partition("](")[0].removeprefix("| [") for line in text.splitlines() if line.startswith("| [")}
        refused = {
            name for line in text.splitlines() if line.startswith("- ") for name in line.split(": ")[1].split(", ")
        }
        assert allowed | refused == set(LOSSES.names()), task
        assert not allowed & refused
        assert text.count("(`auto`)") == 1


def test_no_code_in_a_table_is_torn_by_a_backtick() -> None:
    for name, text in pages().items():
        for line in text.splitlines():
            assert not line.startswith("|") or line.count("`") % 2 == 0, (name, line)
            assert "``" not in line, (name, line)


def test_every_entry_has_its_section_and_no_table_row_is_torn() -> None:
    written = pages()
    for kind in KINDS:
        lines = written[f"{kind.plural}.md"].splitlines()
        assert [name for name in kind.registry.names() if f"## {name}" not in lines] == []
        for line in lines:
            if line.startswith("| ["):
                assert line.replace("\\|", "").count("|") == 3, line
