"""The screen of a comparison: the answer first, nothing wider than the terminal, every word true."""

from pathlib import Path

import msgspec
import pytest
from handwritten_comparisons import (
    SENTENCES,
    VARIANTS,
    comparison,
    ensembles,
    interrupted,
    many,
    variant,
)

from pellucid.cli.compare_screen import comparison_lines
from pellucid.cli.layout import Ink, cells
from pellucid.experiments.compare.comparison import Comparison
from pellucid.records import ComparisonRunRecord, FactorRecord

LR = FactorRecord(name="lr", values=("0.1", "1"), scale="log")


def drawn(
    record: ComparisonRunRecord | None = None, *, width: int = 80, ink: Ink | None = None, trained: bool = True
) -> list[str]:
    found = Comparison(Path("runs/titanic-7f3a"), record or comparison())
    return comparison_lines(found, width=width, ink=ink or Ink(), trained=trained)


def test_who_stands_where_is_told_at_eighty_columns() -> None:
    lines = drawn()
    assert lines[:10] == [
        "accuracy on held-out folds, paired over 10 seeds × 5 folds, stratified",
        "                mean  95 % interval         0.784                          0.833",
        "  1  gelu      0.826  0.819–0.833  best                              ╺━━━━●━━━━━",
        "  2  relu      0.824  0.817–0.831  unclear                          ━━━━━●━━━━━",
        "  3  tanh      0.821  0.813–0.829  unclear                       ━━━━━━●━━━━━╸",
        "  4  identity  0.793  0.784–0.802  worse    ━━━━━━●━━━━━━╸",
        "gelu, relu and tanh cannot be told apart (p ≥ 0.21).",
        "identity is worse by 3.3 points (1.9 to 4.4).",
        "A difference of 1.2 points would have been found 4 times in 5.",
        "",
    ]


@pytest.mark.parametrize(
    ("options", "said"), [({"group": "Cabin"}, "groups kept together"), ({}, "equal rows kept together")]
)
def test_what_is_kept_together_is_said_as_it_was_asked_for(options: dict[str, str], said: str) -> None:
    record = comparison(design={**comparison().design, "scheme": "grouped"}, options=options)
    assert drawn(record, width=100)[0].endswith(f"10 seeds × 5 folds, {said}")


def test_the_choice_comes_with_its_score_on_rows_that_it_never_saw() -> None:
    lines = drawn()
    start = lines.index("Chosen: gelu, the first of equals; on 179 rows that the choice never saw:")
    assert lines[start + 1] == "  accuracy 0.821 (0.76–0.87)."
    assert lines[start + 3 : start + 9] == [
        "On 179 rows that no choice has seen:",
        "                                           accuracy           ROC AUC  log loss",
        "  networks of gelu                         0.821 (0.76–0.87)    0.871     0.412",
        "  average of 3 variants not clearly worse  0.827                0.873     0.401",
        "  boosting                                 0.821                0.862",
        '  always "no"                              0.615                0.500',
    ]


def test_where_an_ensemble_is_saved_both_it_and_the_choice_are_told() -> None:
    record = comparison(ensembles=ensembles("average"), test=ensembles()[1].scores)
    text = " ".join(" ".join(drawn(record)).split())
    assert (
        "Chosen: gelu, the first of equals; on 179 rows that the choice never saw: accuracy 0.821 (0.76–0.87)." in text
    )
    assert (
        "Saved: average of 3 variants not clearly worse, picked on the held-out folds; on the same untouched rows: acc"
        in text
    )
    assert "average of 3 variants not clearly worse 0.827 (0.77–0.88)" in text


def test_the_last_lines_say_where_everything_lies_and_what_to_type_next() -> None:
    assert drawn()[-4:] == [
        "  model    runs/titanic-7f3a/model.safetensors",
        "  report   runs/titanic-7f3a/report.html",
        "  scores   runs/titanic-7f3a/scores.csv",
        "  predict  pellucid predict runs/titanic-7f3a/model.safetensors NEW.csv -o out.csv",
    ]


def test_a_comparison_that_was_stopped_says_after_what_and_offers_no_model() -> None:
    lines = drawn(interrupted(3))
    assert lines[0] == "Stopped after 3 of 10 seeds, which are told here."
    assert lines[2].startswith("accuracy on held-out folds, paired over 3 seeds × 5 folds")
    assert "Chosen: gelu, the first of equals." in lines
    assert lines[-2:] == ["  report   runs/titanic-7f3a/report.html", "  scores   runs/titanic-7f3a/scores.csv"]


def test_time_that_was_over_is_told_and_is_a_result() -> None:
    record = msgspec.structs.replace(comparison(), ended="out of time", design={**comparison().design, "complete": 3})
    assert drawn(record)[0] == "Time was over after 3 of 10 seeds, which are told here."


def test_time_that_was_over_within_the_first_seed_says_what_was_not_reached() -> None:
    reached = tuple(msgspec.structs.replace(each, replicates=2) for each in VARIANTS[:3])
    lost = msgspec.structs.replace(VARIANTS[3], rank=0, mean=None, low=None, high=None, verdict="", replicates=0)
    record = msgspec.structs.replace(
        comparison(variants=(*reached, lost)), ended="out of time", design={**comparison().design, "complete": 0}
    )
    lines = drawn(record)
    assert " ".join(" ".join(lines[:2]).split()) == (
        "Time was over within the first seed: variants are judged on 2 of 5 folds, and 1 of 4 variants not at all."
    )
    assert lines[3].startswith("accuracy on held-out folds, paired over 2 folds")
    assert not any(" identity " in line for line in lines[4:8])


def test_nothing_judged_is_one_sentence() -> None:
    unjudged = [msgspec.structs.replace(each, rank=0, mean=None, low=None, high=None) for each in VARIANTS]
    record = msgspec.structs.replace(interrupted(0, unjudged), chosen="", sentences=())
    assert drawn(record) == ["Stopped before any variant was judged."]


def test_a_comparison_that_was_finished_before_says_that_nothing_was_trained() -> None:
    assert drawn(trained=False)[0] == "runs/titanic-7f3a holds this comparison, finished before: nothing was trained."


def test_of_many_variants_the_best_fifteen_are_shown_and_the_others_counted() -> None:
    lines = drawn(comparison(variants=many(40), chosen="v0"))
    shown = [line for line in lines if "━" in line or "●" in line]
    assert len(shown) == 15
    assert [line.split()[0] for line in shown] == [str(rank) for rank in range(1, 16)]
    assert "  … and 25 variants behind them; all are in the report and in scores.csv" in lines


def test_along_one_factor_of_numbers_variants_stand_in_its_order_and_the_best_is_marked() -> None:
    record = comparison(variants=many(9, factor="l2"), chosen="l2 5", factors=(
        FactorRecord(name="l2", values=tuple(map(str, range(1, 10))), scale="linear"),
    ))  # fmt: skip
    lines = [line for line in drawn(record) if "●" in line or "━" in line]
    assert [line.split()[2] for line in lines] == list("123456789")
    assert [line.split()[5] for line in lines].count("best") == 1
    assert next(line for line in lines if line.split()[0] == "1").split()[2] == "5"


def test_a_long_path_is_thinned_evenly_and_keeps_both_ends_and_the_best() -> None:
    values = tuple(map(str, range(1, 101)))
    record = comparison(
        variants=many(100, factor="l2"), factors=(FactorRecord(name="l2", values=values, scale="linear"),)
    )
    shown = [line.split()[2] for line in drawn(record) if "●" in line or "◂" in line]
    assert {shown[0], shown[-1]} == {"1", "100"}
    assert "51" in shown
    assert 24 <= len(shown) <= 25
    assert any("variants between them" in line for line in drawn(record))


def test_several_factors_are_columns_below_their_names() -> None:
    variants = (
        variant("gelu, lr 0.1", 0.83, 0.82, 0.84, 1, "best", activation="gelu", lr="0.1"),
        variant("relu, lr 0.01", 0.82, 0.81, 0.83, 2, "equal", activation="relu", lr="0.01"),
    )
    factors = (FactorRecord(name="activation", values=("gelu", "relu")), LR)
    lines = drawn(comparison(variants=variants, factors=factors, chosen="gelu, lr 0.1"))
    assert lines[1].startswith("     activation  lr     mean  95 % interval ")
    assert lines[2].startswith("  1  gelu        0.1   0.830  0.820–0.840  best ")
    assert lines[3].startswith("  2  relu        0.01  0.820  0.810–0.830  unclear ")


def test_a_factor_whose_name_is_longer_than_its_values_has_a_column_too() -> None:
    variants = tuple(
        variant(f"width {width}, depth 1", 0.9 - rank / 10, 0.5, 1.0, rank, "equal", width=width, depth="1")
        for rank, width in enumerate(("32", "8"), start=1)
    )
    factors = tuple(FactorRecord(name=name, values=("1", "2"), scale="linear") for name in ("width", "depth"))
    lines = drawn(comparison(variants=variants, factors=factors, chosen=variants[0].name, sentences=()))
    assert lines[1].startswith("     width  depth   mean ")
    assert [line.split()[:4] for line in lines[2:4]] == [["1", "32", "1", "0.800"], ["2", "8", "1", "0.700"]]


def test_less_is_better_is_said_and_a_variant_far_off_does_not_squeeze_the_others() -> None:
    variants = tuple(
        variant(f"v{rank}", mean, mean * 0.98, mean * 1.02, rank, "equal" if rank > 1 else "best")
        for rank, mean in enumerate((48213.0, 48900.0, 49000.0, 49500.0, 50000.0, 9.1e9), start=1)
    )
    lines = drawn(comparison(metric="rmse", greater_is_better=False, variants=variants, chosen="v1", task="regression"))
    assert lines[0].startswith("RMSE (less is better) on held-out folds")
    rows = [line for line in lines if line.startswith(tuple(f"  {rank}  v" for rank in range(1, 7)))]
    assert rows[0].count("━") > 10
    assert rows[5] == "  6  v6   9.1e9  8.9e9–9.3e9    unclear" + " " * 40 + "▸"


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120])
@pytest.mark.parametrize("factors", [1, 2, 6])
def test_no_line_but_the_paths_is_wider_than_the_terminal(width: int, factors: int) -> None:
    names = [f"penalty_{place}" for place in range(factors)]
    levels = [{name: f"elastic_net(strength=0.{place}{rank})" for place, name in enumerate(names)} for rank in range(5)]
    variants = tuple(
        variant(", ".join(own.values()), 0.8 - rank / 100, 0.7, 0.9, rank + 1, "best" if not rank else "equal", **own)
        for rank, own in enumerate(levels)
    )
    record = comparison(
        variants=variants,
        chosen=variants[0].name,
        sentences=(),
        factors=tuple(FactorRecord(name=name, values=("a", "b")) for name in names),
        ensembles=(msgspec.structs.replace(ensembles()[0], title=f"networks of {variants[0].name}"),),
        findings=(),
    )
    lines = drawn(record, width=width)[:-4]
    told = [line for line in lines if "elastic_net(strength=0.00)" not in line]
    assert max(map(cells, told)) <= width
    rows = [line for line in lines if line.lstrip()[:2] in ("1 ", "2 ", "3 ", "4 ", "5 ")]
    assert len(set(rows)) == 5


def test_names_that_would_look_alike_when_cut_are_wrapped() -> None:
    start, end = "a" * 40, "z" * 40
    variants = (
        variant(f"{start}1{end}", 0.8, 0.7, 0.9, 1, "best", option="x"),
        variant(f"{start}2{end}", 0.7, 0.6, 0.8, 2, "equal", option="y"),
    )
    lines = drawn(comparison(variants=variants, chosen=variants[0].name, sentences=()), width=60)
    text = "".join(line.strip() for line in lines[2:12])
    assert "a1z" in text.replace(" ", "") and "a2z" in text.replace(" ", "")


def test_one_replicate_has_no_interval_no_verdict_and_no_gap() -> None:
    variants = tuple(
        msgspec.structs.replace(each, low=None, high=None, verdict="best" if each.rank == 1 else "untested")
        for each in VARIANTS
    )
    lines = drawn(comparison(variants=variants))
    assert "95 %" not in lines[1]
    assert lines[3].startswith("  2  relu      0.824  ")
    assert "untested" not in lines[3]


def test_a_variant_whose_networks_all_failed_stands_last_without_a_mean() -> None:
    failed = msgspec.structs.replace(VARIANTS[3], mean=None, low=None, high=None, verdict="failed")
    lines = drawn(comparison(variants=(*VARIANTS[:3], failed)))
    assert lines[5] == "  4  identity      –               failed"


def test_colour_changes_no_word() -> None:
    dyed = "\n".join(drawn(ink=Ink(on=True)))
    assert "\x1b[31mworse\x1b[0m" in dyed
    for code in ("0", "1", "2", "31", "32", "33"):
        dyed = dyed.replace(f"\x1b[{code}m", "")
    assert dyed == "\n".join(drawn())


def test_a_name_from_the_user_cannot_steer_the_terminal() -> None:
    evil = "\x1b[2Jx\nroot"
    variants = (msgspec.structs.replace(VARIANTS[0], name=evil, levels={"activation": evil}), *VARIANTS[1:])
    record = comparison(
        variants=variants,
        chosen=evil,
        sentences=(f"{evil} is better.", *SENTENCES[1:]),
        ensembles=(msgspec.structs.replace(ensembles()[0], title=f"networks of {evil}"),),
    )
    lines = drawn(record)
    assert not any("\x1b" in line or "\n" in line for line in lines)
    assert any(r"\x1b[2Jx\nroot" in line for line in lines)
