"""Comments that silence: their line, their statement, the line below, their file, and nothing else."""

import pytest
from toy_rules import rule

from pellucid.doctor.facts import Place
from pellucid.doctor.source import read_source
from pellucid.doctor.suppression import is_silenced

RULE = rule("L101", "softmax-before-cross-entropy")


@pytest.mark.parametrize(
    ("text", "line", "silenced"),
    [
        ("x = 1  # pellucid: ignore", 1, True),
        ("x = 1  # pellucid: ignore[L101]", 1, True),
        ("x = 1  #pellucid:ignore[ l101 , E301 ]", 1, True),
        ("x = 1  # fine  # pellucid: ignore[E301,L101]", 1, True),
        ("x = 1  # pellucid: ignore[softmax-before-cross-entropy]", 1, True),
        ("x = 1  # pellucid: ignore[E301]", 1, False),
        ("x = 1  # pellucid: ignore[L1011]", 1, False),
        ("x = 1  # pellucid: ignored by all", 1, False),
        ("x = 1  # pellucid: ignore[]", 1, False),
        ("# pellucid: ignore[L101]\nx = 1", 2, True),
        ("y = 1  # pellucid: ignore[L101]\nx = 1", 2, False),
        ("x = 1\n# pellucid: ignore[L101]", 1, False),
        ("x = f(\n    1,  # pellucid: ignore[L101]\n)", 1, True),
        ("x = f(\n    1,\n)  # pellucid: ignore[L101]", 2, True),
        ("# pellucid: ignore[L101]\nx = f(\n    1,\n)", 3, True),
        ("for x in y:  # pellucid: ignore[L101]\n    z = 1", 2, False),
        ("for x in y:\n    z = 1  # pellucid: ignore[L101]", 1, False),
        ("x = '# pellucid: ignore[L101]'", 1, False),
        ("x = 1\n\n\n# pellucid: ignore-file[L101]", 1, True),
        ("x = 1\n\n\n# pellucid: ignore-file", 1, True),
        ("x = 1\n# pellucid: ignore-file[E301]", 1, False),
    ],
)
def test_a_comment_silences_its_own_statement_or_its_file(text: str, line: int, silenced: bool) -> None:
    source = read_source("t.py", text + "\n")
    assert is_silenced(RULE, Place("t.py", line), [source]) is silenced


def test_a_comment_silences_nothing_in_other_files_and_nothing_without_a_place() -> None:
    source = read_source("t.py", "x = 1  # pellucid: ignore-file\n")
    assert not is_silenced(RULE, Place("other.py", 1), [source])
    assert not is_silenced(RULE, None, [source])
