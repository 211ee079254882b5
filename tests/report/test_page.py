import base64
import hashlib
import re
from collections.abc import Callable
from html.parser import HTMLParser

import msgspec
import pytest
from made_up_runs import TASKS

from pellucid.evaluation import METRICS, format_value
from pellucid.records import EpochRecord, Finding, RunRecord, Score, Severity
from pellucid.report import render_report
from pellucid.report.kit import report_script
from pellucid.report.mistakes.units import edit_section

Runs = Callable[..., RunRecord]
Epochs = Callable[..., list[EpochRecord]]

T = "\N{NARROW NO-BREAK SPACE}"
HOSTILE = (
    '<script>alert(1)</script>"><img src=x onerror=alert(2)>',
    "</style></title><svg onload=alert(3)>",
    "' onmouseover='alert(4)' x='",
    "]]><!-- \u202eabc\x00 {{7*7}} ${7*7} javascript:alert(5)",
)


class Structure(HTMLParser):
    """Tags, attributes and text; complains where tags do not nest."""

    VOID = frozenset({"meta", "br", "line", "circle", "rect", "polyline", "image", "path"})

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.words = ""
        self.blocks: list[str] = []
        self._open: list[str] = []
        self.feed(page.decode())
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open[-1:] == ["script"]:
            self.blocks.append(data)
        elif self._open[-1:] != ["style"]:
            self.words += data


def assert_sealed(page: bytes) -> None:
    """Nothing that fetches, sends, or runs anything but the kit."""
    structure = Structure(page)
    assert not {"link", "img", "iframe", "object", "form", "base", "use"} & set(structure.tags)
    names = {name for _, name, _ in structure.attributes}
    assert not names & {"src", "style", "action"}
    assert not [name for name in names if name.startswith("on")]
    addresses = {value for _, name, value in structure.attributes if name == "href"}
    assert all(value.startswith(("#part-", "data:image/png;base64,")) for value in addresses)
    kinds = [value for tag, name, value in structure.attributes if (tag, name) == ("script", "type")]
    assert kinds[0] == "module" and set(kinds[1:]) <= {"application/json"}
    assert structure.tags.count("script") == len(kinds)
    assert structure.blocks[0] == report_script()
    text = page.decode()
    assert "url(" not in text and "@import" not in text
    assert set(re.findall(r"https?://[^\s\"']*", text)) <= {"http://www.w3.org/2000/svg"}


def whole(run: RunRecord, epochs: Epochs) -> bytes:
    return render_report(run, epochs(run.members, task=run.task))


@pytest.mark.parametrize("task", TASKS)
def test_the_page_is_well_formed_small_and_the_same_every_time(
    task: str, run_record: Runs, epoch_records: Epochs
) -> None:
    run = run_record(task)
    page = whole(run, epoch_records)
    assert page == whole(run, epoch_records)
    assert len(page) < 200_000
    structure = Structure(page)
    assert structure.tags.count("h1") == 1
    assert structure.tags.count("main") == 1


def headings(page: bytes) -> list[str]:
    """Names of the sections, in order."""
    return re.findall(r"<h2[^>]*>([^<]*)</h2>", page.decode())


def test_the_answer_comes_first_and_everything_needed_to_redo_it_last(run_record: Runs, epoch_records: Epochs) -> None:
    page = whole(run_record(), epoch_records)
    words = Structure(page).words
    order = [
        "Better than",
        "On 179 rows that nothing has seen",
        "On the test rows, which",
        "Where it is wrong",
        "PassengerId counts the rows",
        "pellucid predict model.safetensors new.csv -o predictions.csv --proba",
        "9" * 64,
        "a" * 64,
    ]
    places = [words.index(part) for part in order]
    assert places == sorted(places)
    assert headings(page) == [
        "What was asked",
        "What came out",
        "What was done to the columns",
        "How training went",
        "What the doctor says",
        "How to use the model",
        "How to reproduce it",
    ]


@pytest.mark.parametrize("task", TASKS)
def test_nothing_is_fetched_or_sent_and_the_kit_alone_runs(task: str, run_record: Runs, epoch_records: Epochs) -> None:
    assert_sealed(whole(run_record(task), epoch_records))


def test_the_policy_allows_this_style_sheet_and_this_script_and_nothing_else(
    run_record: Runs, epoch_records: Epochs
) -> None:
    page = whole(run_record(), epoch_records)
    policy = next(value for tag, name, value in Structure(page).attributes if (tag, name) == ("meta", "content"))
    sheet = re.search(rb"<style>(.*?)</style>", page, re.DOTALL)
    script = re.search(rb'<script type="module">(.*?)</script>', page, re.DOTALL)
    assert sheet is not None and script is not None
    style, run = (base64.b64encode(hashlib.sha256(part.group(1)).digest()).decode() for part in (sheet, script))
    assert policy == (
        f"default-src 'none'; script-src 'sha256-{run}'; style-src 'sha256-{style}'; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    )


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_names_stay_text(task: str, hostile: str, run_record: Runs, epoch_records: Epochs) -> None:
    plain = run_record(task)

    def renamed(struct: object, **changes: object) -> object:
        return msgspec.structs.replace(struct, **changes)  # type: ignore[type-var]

    finding = Finding(
        code="B040", slug=hostile, severity=Severity.ERROR, message=hostile, fix=hostile, column=hostile,
        evidence={hostile: [hostile, {hostile: hostile}]},
    )  # fmt: skip

    def spoiled(value: object) -> object:
        if isinstance(value, dict):
            return {key: spoiled(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [spoiled(inner) for inner in value]
        return hostile if isinstance(value, str) else value

    def scored(scores: tuple[Score, ...]) -> tuple[object, ...]:
        return tuple(renamed(score, target=hostile if score.target else "") for score in scores)

    run = renamed(
        plain,
        id=hostile,
        target=hostile,
        command=hostile,
        network=hostile,
        activation=hostile,
        classes=tuple(hostile for _ in plain.classes),
        source=renamed(plain.source, name=hostile, sha256=hostile),
        columns=tuple(renamed(column, name=hostile, reason=hostile) for column in plain.columns),
        members=tuple(renamed(member, ended=hostile) for member in plain.members),
        targets=tuple(hostile for _ in plain.targets),
        test=scored(plain.test),
        baselines=tuple(
            renamed(baseline, title=hostile, scores=scored(baseline.scores)) for baseline in plain.baselines
        ),
        comparisons=tuple(renamed(found, sentence=hostile) for found in plain.comparisons),
        findings=(finding,),
        detail=spoiled(plain.detail),
        options={hostile: hostile},
        environment={hostile: {hostile: hostile}},
        artifacts={hostile: hostile},
        created=hostile,
    )
    assert isinstance(run, RunRecord)
    before, after = Structure(whole(plain, epoch_records)), Structure(whole(run, epoch_records))
    assert set(after.tags) <= set(before.tags)
    assert {name for _, name, _ in after.attributes} <= {name for _, name, _ in before.attributes}
    assert "alert(" in after.words or "javascript" in after.words
    assert "\x00" not in after.words and "\u202e" not in after.words


def test_findings_stand_in_order_of_gravity(run_record: Runs, epoch_records: Epochs) -> None:
    grades = (Severity.INFO, Severity.ERROR, Severity.WARNING)
    findings = tuple(Finding(code="B001", slug="s", severity=grade, message=f"about {grade}") for grade in grades)
    words = Structure(whole(run_record(findings=findings), epoch_records)).words
    assert words.index("about error") < words.index("about warning") < words.index("about info")


def test_evidence_that_the_sentence_gives_already_is_not_given_again(run_record: Runs) -> None:
    finding = Finding(
        code="B062", slug="s", severity=Severity.INFO, message="24 rows repeat.", evidence={"count": 24, "ceiling": 0.9}
    )
    words = Structure(render_report(run_record(findings=(finding,)), [])).words
    assert "ceiling 0.900" in words
    assert "count 24" not in words


def test_a_run_without_epochs_members_findings_or_comparisons_still_has_a_page(run_record: Runs) -> None:
    run = run_record(members=(), findings=(), comparisons=(), baselines=(), detail={}, artifacts={}, columns=())
    words = Structure(render_report(run, [])).words
    assert "Nothing to report about the data or the training." in words
    assert "Survived, predicted from titanic.csv" in words


def test_a_run_without_scores_has_a_page(run_record: Runs) -> None:
    words = Structure(render_report(run_record(test=(), comparisons=()), [])).words
    assert "On the test rows, which" not in words


def test_a_thousand_columns_are_cut_and_counted(run_record: Runs) -> None:
    run = run_record()
    page = render_report(run_record(columns=run.columns * 200), [])
    assert "900 more columns in record.json." in Structure(page).words
    assert len(page) < 200_000


def test_many_classes_are_listed_by_their_mistakes_only(run_record: Runs, epoch_records: Epochs) -> None:
    letters = Structure(whole(run_record("multiclass", tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")), epoch_records))
    assert letters.words.count("·") > 300
    many = Structure(whole(run_record("multiclass", tuple(f"c{place}" for place in range(60))), epoch_records))
    assert "The full table of 60 classes is in record.json" in many.words


SAID = {
    "multilabel": ("3 labels", "rows have at least one label wrong", "right when said", "# columns: calm, angry, sad"),
    "ordinal": ("5 classes in order", "are off by one class", "Rows of each true class by the class that was said"),
    "distribution": ("a distribution over 3", "would have to be moved", "# columns: red, green, blue"),
    "regression of three targets": ("3 numbers", "Target by target", "# columns: heating, cooling, light"),
    "count": ("a count", "mean predicted rate", "Bar: rows that have this count"),
    "quantile": (f"the 10{T}%, 50{T}% and 90{T}% quantiles", f"coverage → 80{T}%", f"Errors of the 50{T}% quantile"),
}


@pytest.mark.parametrize("kind", SAID)
def test_every_kind_of_target_has_its_scores_and_its_mistakes(
    kind: str, run_record: Runs, epoch_records: Epochs
) -> None:
    run = run_record(kind)
    words = Structure(whole(run, epoch_records)).words
    for phrase in SAID[kind]:
        assert phrase in words
    for score in run.test:
        assert METRICS[score.metric].title in words
        assert format_value(score.metric, score.value) in words


def test_several_targets_are_all_targets_in_the_list_of_columns(run_record: Runs) -> None:
    run = run_record("regression of three targets")
    columns = tuple(msgspec.structs.replace(run.columns[1], name=name) for name in run.targets)
    words = Structure(render_report(msgspec.structs.replace(run, columns=columns), [])).words
    assert words.count("the target") == 3
    # The table of all targets together has the one metric that they share.
    assert "mean R² ↑These networks" in words.replace("\n", "")
    assert "none left out." in words


def test_numbers_come_without_probabilities(run_record: Runs) -> None:
    for kind in TASKS:
        words = Structure(render_report(run_record(kind), [])).words
        assert ("--proba" in words) == (kind in ("binary", "multiclass", "multilabel", "ordinal"))


def test_networks_that_tell_classes_by_scores_come_without_probabilities(run_record: Runs) -> None:
    run = run_record()
    assert "--proba" not in Structure(render_report(msgspec.structs.replace(run, test=run.test[:1]), [])).words


def test_counts_that_spread_more_than_poisson_counts_are_said_to(run_record: Runs) -> None:
    run = run_record("count")
    spread = {**run.detail, "counts": {**run.detail["counts"], "dispersion": 3.0}}
    words = Structure(render_report(msgspec.structs.replace(run, detail=spread), [])).words
    assert "the counts spread more than Poisson counts would: by a factor of 3.00 in variance" in words
    assert "counts spread" not in Structure(render_report(run, [])).words


def test_hundreds_of_targets_labels_and_parts_are_cut_and_counted(run_record: Runs) -> None:
    run = run_record("regression of three targets")
    scores = tuple(msgspec.structs.replace(run.test[1], target=f"t{n}") for n in range(130))
    detail = {"targets": [{**run.detail["targets"][0], "name": f"t{n}"} for n in range(130)]}
    words = Structure(render_report(msgspec.structs.replace(run, test=(run.test[0], *scores), detail=detail), [])).words
    assert "30 more targets are in record.json." in words
    assert "The other 110 targets are in record.json under detail.targets." in words
    for kind, key, inner in (("multilabel", "labels", "labels"), ("distribution", "shares", "parts")):
        run = run_record(kind)
        detail = {key: {**run.detail[key], inner: run.detail[key][inner] * 50}}
        words = Structure(render_report(msgspec.structs.replace(run, detail=detail), [])).words
        assert f"50 more {inner} are in record.json under detail.{key}." in words


def test_one_label_is_missing_and_two_are() -> None:
    counts = {"labels": 24, "sequences": 11, "missing": 1, "wrong": 2, "extra": 0, "swaps": []}
    said = "Of 24 labels in 11 sequences, 1 is missing and 2 are taken for another; 0 are too many."
    assert said in str(edit_section(counts))
