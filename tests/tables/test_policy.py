"""The registry of findings."""

import pytest

from pellucid.errors import DataError
from pellucid.records import Severity
from pellucid.tables import RULES
from pellucid.tables.policy import note, refuse


def test_every_case_of_the_policy_has_one_code_and_one_slug():
    assert list(RULES) == [f"B{number:03}" for number in range(1, 89)]
    assert len({rule.slug for rule in RULES.values()}) == 88
    assert {rule.action for rule in RULES.values()} == {"FIX", "WARN", "ASK", "REFUSE"}


def test_a_finding_takes_slug_and_severity_from_its_rule():
    found = note("B037", "x is always 1 and is left out.", column="x", count=3)
    assert (found.slug, found.severity, found.column) == ("constant-column", Severity.INFO, "x")
    assert found.evidence == {"count": 3}
    assert note("B008", "…").severity is Severity.INFO
    assert note("B036", "…").severity is Severity.WARNING
    assert note("B005", "…").severity is Severity.ERROR


def test_what_is_handled_is_a_note_and_what_may_cost_quality_a_warning():
    handled = ("B037", "B038", "B039", "B040", "B043", "B062", "B063", "B066", "B084")
    assert {RULES[code].severity for code in handled} == {Severity.INFO}
    assert {RULES[code].severity for code in ("B045", "B054", "B056", "B059", "B065")} == {Severity.WARNING}


def test_a_refusal_carries_its_code():
    with pytest.raises(DataError, match=r"^it is empty$") as caught:
        raise refuse("B001", "it is empty")
    assert caught.value.code == "B001"
