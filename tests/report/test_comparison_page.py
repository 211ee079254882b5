"""The page of a comparison: the answer first, well formed, self-contained, and safe from names."""

from typing import Any

import msgspec
import pytest
from made_up_comparisons import KINDS, comparison_curves, comparison_record
from test_page import HOSTILE, Structure, assert_sealed, headings

from pellucid.records import ComparisonRunRecord, DroppedRecord, Finding, RungRecord, Severity
from pellucid.report.comparison import render_comparison
from pellucid.report.comparison.answer import comparison_headline

THIN = "\N{NARROW NO-BREAK SPACE}"


def whole(record: ComparisonRunRecord) -> bytes:
    return render_comparison(record, comparison_curves(record))


def words(record: ComparisonRunRecord) -> str:
    return Structure(whole(record)).words


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("task", ["binary", "regression", "quantile"])
def test_the_page_is_well_formed_small_and_the_same_every_time(kind: str, task: str) -> None:
    record = comparison_record(kind, task=task)
    page = whole(record)
    assert page == whole(record)
    assert len(page) < 200_000
    structure = Structure(page)
    assert structure.tags.count("h1") == 1
    assert "nan" not in {word.casefold() for word in structure.words.split()}
    assert "None" not in structure.words.split()


def test_the_answer_comes_first_and_everything_needed_to_redo_it_last() -> None:
    page = whole(comparison_record("grid"))
    told = Structure(page).words
    order = [
        "Survived (two classes)",
        "Chosen: ",
        "Compared: activation (gelu, relu, tanh) × lr (0.001 to 1, 4 values): 12 variants, 144 networks",
        "pellucid compare titanic.csv",
        "9" * 64,
    ]
    places = [told.index(part) for part in order]
    assert places == sorted(places)
    assert headings(page) == [
        "Who stands where",
        "What mattered",
        "Pair by pair",
        "On rows that no choice saw",
        "Where the saved model is wrong",
        "How they learned",
        "What the doctor says",
        "How to use the model",
        "How it was judged",
        "What was done to the columns",
        "How to reproduce it",
    ]


CUT = {
    "multilabel": ("labels", "labels"),
    "distribution": ("shares", "parts"),
    "reconstruction": ("columns", "columns"),
}


def test_whatever_is_cut_from_the_page_is_said_to_be_in_the_comparisons_own_file(run_record: Any) -> None:
    record = comparison_record("names")
    assert "in comparison.json" not in words(record)
    told = [words(msgspec.structs.replace(record, columns=record.columns * 200))]
    runs = {kind: run_record(kind) for kind in CUT}
    details = [
        {key: {**runs[kind].detail[key], inner: runs[kind].detail[key][inner] * 200}}
        for kind, (key, inner) in CUT.items()
    ]
    several = run_record("regression of three targets")
    details.append({"targets": [{**several.detail["targets"][0], "name": f"t{n}"} for n in range(30)]})
    details.append(run_record("multiclass", tuple(f"c{place}" for place in range(60))).detail)
    told += [words(msgspec.structs.replace(record, detail=detail)) for detail in details]
    scores = tuple(msgspec.structs.replace(several.test[1], target=f"t{n}") for n in range(130))
    told.append(words(msgspec.structs.replace(record, test=(*record.test, *scores))))
    for text in told:
        assert "in comparison.json" in text
        assert "record.json" not in text


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_fetched_or_sent_and_the_kit_alone_runs(kind: str) -> None:
    assert_sealed(whole(comparison_record(kind)))


@pytest.mark.parametrize("kind", ["grid", "path", "names"])
@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_names_stay_text(kind: str, hostile: str) -> None:
    plain = comparison_record(kind)

    def renamed(struct: Any, **changes: Any) -> Any:
        return msgspec.structs.replace(struct, **changes)

    def evil(name: str) -> str:
        # Names have to stay different, and numbers numbers, or variants could not be found again.
        return name if name.replace(".", "").isdecimal() else f"{name}{hostile}"

    factors = tuple(renamed(each, name=evil(each.name), values=tuple(map(evil, each.values))) for each in plain.factors)
    variants = tuple(
        renamed(each, name=evil(each.name), levels={evil(name): evil(value) for name, value in each.levels.items()})
        for each in plain.variants
    )
    finding = Finding(
        code="B040", slug=hostile, severity=Severity.ERROR, message=hostile, fix=hostile, column=hostile,
        evidence={hostile: [hostile]},
    )  # fmt: skip
    record = renamed(
        plain,
        id=hostile,
        command=hostile,
        target=hostile,
        created=hostile,
        classes=(hostile, hostile),
        factors=factors,
        variants=variants,
        chosen=evil(plain.chosen),
        reason=hostile,
        sentences=tuple(f"{each}{hostile}" for each in plain.sentences),
        pairs=tuple(
            renamed(each, first=evil(each.first), second=evil(each.second), verdict=hostile) for each in plain.pairs
        ),
        importance=tuple(
            renamed(
                each,
                factor=evil(each.factor),
                best=evil(each.best),
                levels=tuple(renamed(level, label=evil(level.label)) for level in each.levels),
            )
            for each in plain.importance
        ),
        ensembles=tuple(
            renamed(each, title=hostile, variants={evil(name): weight for name, weight in each.variants.items()})
            for each in plain.ensembles
        ),
        baselines=tuple(renamed(each, title=hostile) for each in plain.baselines),
        comparisons=tuple(renamed(each, sentence=hostile) for each in plain.comparisons),
        source=renamed(plain.source, name=hostile, sha256=hostile),
        columns=tuple(renamed(each, name=hostile, reason=hostile) for each in plain.columns),
        findings=(finding,),
        split={**plain.split, "drawn": hostile},
        design={**plain.design, "scheme": hostile},
        options={hostile: hostile},
        environment={hostile: {hostile: hostile}},
        artifacts={hostile: hostile},
    )
    before, after = Structure(whole(plain)), Structure(whole(record))
    assert set(after.tags) <= set(before.tags)
    assert {name for _, name, _ in after.attributes} <= {name for _, name, _ in before.attributes}
    assert "alert(" in after.words or "javascript" in after.words
    assert "\x00" not in after.words and "\u202e" not in after.words


def test_every_variant_of_a_small_plan_stands_with_its_mean_and_interval() -> None:
    record = comparison_record("names")
    told = words(record)
    for each in record.variants:
        assert f"{each.mean:.3f}" in told
        assert f"{each.low:.3f}–{each.high:.3f}" in told


def test_hundreds_of_variants_and_pairs_are_cut_and_counted() -> None:
    record = comparison_record("names")
    first = record.variants[0]
    more = tuple(
        msgspec.structs.replace(first, name=f"v{place}", rank=place + 1, verdict="worse") for place in range(1, 300)
    )
    pairs = tuple(msgspec.structs.replace(record.pairs[0], second=each.name) for each in more)
    record = msgspec.structs.replace(record, variants=(first, *more), pairs=pairs)
    page = whole(record)
    told = Structure(page).words
    assert "260 more variants in comparison.json and scores.csv." in told
    assert "239 more pairs in comparison.json." in told
    assert len(page) < 260_000


def test_variants_that_time_did_not_reach_are_counted() -> None:
    record = comparison_record("names")
    lost = msgspec.structs.replace(record.variants[2], rank=0, mean=None, low=None, high=None, verdict="")
    told = words(msgspec.structs.replace(record, variants=(*record.variants[:2], lost)))
    assert "1 variant without a score." in told


def test_an_interrupted_comparison_says_so_first_and_has_no_model_to_use() -> None:
    record = comparison_record(
        "names", ended="interrupted", test=(), baselines=(), comparisons=(), ensembles=(), detail={}
    )
    record = msgspec.structs.replace(record, design={**record.design, "complete": 2})
    told = words(record)
    assert told.index("Stopped after 2 of 4 seeds, which are told here.") < told.index("Who stands where")
    assert "How to use the model" not in told and "On rows that no choice saw" not in told


def test_along_a_path_there_is_a_line_with_its_band_and_the_chosen_value() -> None:
    record = comparison_record("path")
    structure = Structure(whole(record))
    kinds = [value for tag, name, value in structure.attributes if name == "class" and tag in ("polygon", "polyline")]
    assert "band" in kinds and "mean" in kinds
    assert "in order of l2" in structure.words
    title = f"accuracy by l2, from 0 to 10. Best at {record.variant(record.chosen).levels['l2']}."
    assert title in structure.words


def test_of_several_factors_the_weightiest_comes_first_and_shares_add_up() -> None:
    record = comparison_record("grid")
    told = words(record)
    shares = [each.share or 0.0 for each in record.importance] + [record.interplay or 0.0, record.noise or 0.0]
    assert sum(shares) == pytest.approx(1.0)
    first, second = (each.factor for each in record.importance)
    assert told.index(f"accuracy by {first}") < told.index(f"accuracy by {second}")
    assert f"{shares[0] * 100:.0f}{THIN}%" in told


def test_of_drawn_numbers_the_means_lie_among_the_draws() -> None:
    record = comparison_record("draws")
    structure = Structure(whole(record))
    assert any(tag == "polyline" and value == "mean" for tag, _, value in structure.attributes)
    assert sum(value == "dot" for _, name, value in structure.attributes if name == "class") >= 30


def test_curves_are_those_of_the_four_best_variants() -> None:
    record = comparison_record("grid")
    structure = Structure(whole(record))
    kinds = {value for tag, name, value in structure.attributes if name == "class" and tag == "polyline"}
    assert {f"curve line{place}" for place in range(4)} <= kinds
    assert "curve line4" not in kinds
    assert "Of the 4 best variants" in structure.words


def test_a_comparison_without_curves_has_a_page() -> None:
    assert "How they learned" not in Structure(render_comparison(comparison_record(), [])).words


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("one variant", "gelu, judged on its own"),
        ("one replicate", "has the best score, untested"),
        ("path", "0 leads"),
    ],
)
def test_the_headline_claims_no_more_than_the_tests(kind: str, said: str) -> None:
    assert said in words(comparison_record(kind))


@pytest.mark.parametrize(
    ("verdicts", "headline"),
    [
        (("best", "equal", "equal"), "No variant can be told apart from the best"),
        (("best", "worse", "worse"), "{best} is better than all others"),
        (("best", "equal", "worse"), "{best} leads; {second} is not clearly worse"),
        (("best", "worse", "failed"), "{best} is better than all others"),
    ],
)
def test_the_headline_follows_the_verdicts(verdicts: tuple[str, ...], headline: str) -> None:
    record = comparison_record("names")
    variants = tuple(
        msgspec.structs.replace(each, verdict=verdict) for each, verdict in zip(record.variants, verdicts, strict=True)
    )
    record = msgspec.structs.replace(record, variants=variants)
    assert headline.format(best=variants[0].name, second=variants[1].name) in words(record)


def test_the_saved_ensemble_is_marked_and_its_parts_are_named() -> None:
    told = words(comparison_record("grid"))
    assert "What is saved was picked by predictions" in told
    assert "in equal parts" in told
    assert f"(70.0{THIN}%)" in told


def test_a_loss_of_zero_or_a_flat_path_still_draws() -> None:
    record = comparison_record("path")
    flat = tuple(msgspec.structs.replace(each, mean=0.8, low=0.8, high=0.8) for each in record.variants)
    assert b"<h1>" in whole(msgspec.structs.replace(record, variants=flat))


def test_what_halving_gave_up_stands_in_the_place_of_what_mattered() -> None:
    plain = comparison_record("draws")
    gone = tuple(
        DroppedRecord(name=f"v{n}", levels={}, recipe=plain.variants[0].recipe, rung=1, epochs=9, error=n / 100 or None)
        for n in range(32)
    )
    record = msgspec.structs.replace(
        plain,
        variants=plain.variants[:3],
        importance=(),
        rungs=(RungRecord(share=1 / 9, trained=35, kept=3, whole=False),),
        dropped=gone,
        design={**plain.design, "strategy": "halving", "tried": 35, "splits": 5},
    )
    told = words(record)
    assert "35 variants drawn at random, halved to 3 finalists, 360 networks" in told
    assert "What mattered" not in told
    assert "All variants trained on 5 divisions of the rows" in told
    assert "Time ended the last of these rounds before its end." in told
    # Cells stand side by side: round, share, trained and went on; then name, round, epochs and error.
    assert "".join(["1", f"11.1{THIN}%", "35", "3"]) in told
    assert "".join(["v0", "1", "9", "–", "v1", "1", "9", "0.0100"]) in told
    assert "12 more variants in comparison.json under dropped." in told
    assert "finalist" in comparison_headline(record)
