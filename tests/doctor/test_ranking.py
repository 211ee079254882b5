"""Order: roots before effects, graver before lighter, certain before symptoms, what explains more first."""

from toy_rules import rule

from pellucid.doctor.ranking import Told, consequences_of, ranked
from pellucid.doctor.rule import Rule
from pellucid.records import Finding, Severity

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


def told(code: str, severity: Severity = ERROR, *, is_symptom: bool = False, line: int = 1) -> Told:
    return Told(Finding(code=code, slug=code, severity=severity, message=code, file="t.py", line=line), is_symptom)


def rules(**causes: tuple[str, ...]) -> dict[str, Rule]:
    return {code: rule(code, code.lower(), causes=those) for code, those in causes.items()}


def shown(findings: list[Finding]) -> list[tuple[str, list[str]]]:
    return [(root.code, [each.code for each in root.effects]) for root in findings]


def test_causes_reach_through_one_another_and_end_in_rings() -> None:
    known = rules(A=("B",), B=("C", "A"), C=())
    assert consequences_of("A", known) == {"B", "C"}
    assert consequences_of("B", known) == {"A", "C"}
    assert consequences_of("unknown", known) == frozenset()


def test_an_effect_is_told_under_its_root_only_even_where_the_link_between_was_not_found() -> None:
    known = rules(A=("B",), B=("C",), C=(), D=())
    assert shown(ranked([told("C"), told("D"), told("A")], known)) == [("A", ["C"]), ("D", [])]
    assert shown(ranked([told("C"), told("B"), told("A")], known)) == [("A", ["B", "C"])]


def test_a_finding_that_says_what_it_brings_about_brings_about_nothing_else() -> None:
    known = rules(A=("X",), X=("Z",), Y=(), Z=())
    own = Told(told("A").finding, causes=("Y",))
    assert consequences_of("A", known, ("Y",)) == {"Y"}
    assert shown(ranked([told("X"), told("Y"), own], known)) == [("A", ["Y"]), ("X", [])]
    assert shown(ranked([told("X"), told("Y"), told("A")], known)) == [("A", ["X"]), ("Y", [])]


def test_of_two_causes_the_one_that_explains_more_comes_first_and_takes_all() -> None:
    known = rules(A=("X",), B=("X", "Y"), X=(), Y=())
    assert shown(ranked([told("A"), told("B"), told("X"), told("Y")], known)) == [("B", ["X", "Y"]), ("A", [])]


def test_graver_comes_before_lighter_and_proof_before_symptom() -> None:
    known = rules(A=(), B=(), C=(), D=())
    findings = [told("A", INFO), told("B", is_symptom=True), told("C", WARNING), told("D")]
    assert shown(ranked(findings, known)) == [("D", []), ("B", []), ("C", []), ("A", [])]


def test_a_warning_that_has_brought_about_an_error_stands_with_the_errors() -> None:
    known = rules(A=("X", "Y"), W=("E",), E=(), X=(), Y=())
    findings = [told("A", WARNING), told("W", WARNING), told("E"), told("X", WARNING), told("Y", WARNING)]
    assert shown(ranked(findings, known)) == [("W", ["E"]), ("A", ["X", "Y"])]


def test_a_note_takes_no_error_from_sight() -> None:
    known = rules(N=("E", "M"), E=(), M=())
    assert shown(ranked([told("N", INFO), told("E"), told("M", INFO)], known)) == [("E", []), ("N", ["M"])]


def test_in_a_ring_the_first_is_the_root() -> None:
    known = rules(A=("B",), B=("C",), C=("A",))
    assert shown(ranked([told("C"), told("B"), told("A")], known)) == [("A", ["B", "C"])]


def test_the_same_mistake_in_two_lines_stays_two_and_effects_go_with_the_first() -> None:
    known = rules(A=("B",), B=())
    assert shown(ranked([told("A", line=9), told("B"), told("A", line=2)], known)) == [("A", ["B"]), ("A", [])]


def test_in_a_ring_the_nearer_cause_is_the_root() -> None:
    book = rules(A=("B",), B=("A", "C"), C=("D",), D=("B",))
    # D leads to B directly, B to D by way of C only; B would come first, as it explains as much.
    assert shown(ranked([told("B"), told("D")], book)) == [("D", ["B"])]
