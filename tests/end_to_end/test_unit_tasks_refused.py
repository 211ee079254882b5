"""What the tasks of vectors, orders, codes and sequences do not take, and what to do instead."""

from pathlib import Path
from typing import Any

import pytest
import unit_tables

import pellucid as pl

WRONG: dict[str, tuple[dict[str, Any], type[Exception], str]] = {
    "a target for a reconstruction": (
        {"target": "label", "task": "reconstruction"},
        pl.UsageError,
        "A reconstruction has no target: what goes in shall come out",
    ),
    "no target": ({"task": "embedding"}, pl.UsageError, "target is the name of a column"),
    "a group without a task": ({"target": "label", "group": "colour"}, pl.UsageError, "ask for --task ranking"),
    "a group for an embedding": (
        {"target": "label", "task": "embedding", "group": "colour"},
        pl.UsageError,
        "the task embedding has none",
    ),
    "a sequence without a group": ({"target": "label", "task": "sequence"}, pl.UsageError, "Sequences need --group"),
    "a group that is the target": (
        {"target": "label", "task": "ranking", "group": "label"},
        pl.UsageError,
        "cannot be the group as well",
    ),
    "a group that is not there": (
        {"target": "x0", "task": "ranking", "group": "color"},
        pl.UnknownColumnError,
        "Did you mean 'colour'",
    ),
    "a code for a regression": ({"target": "x0", "code": 2}, pl.UsageError, "Leave out --code"),
    "a code of nothing": ({"task": "reconstruction", "code": 0}, pl.UsageError, "A code has 1 to 4096 values"),
    "a context for a ranking": (
        {"target": "x0", "task": "ranking", "context": 1},
        pl.UsageError,
        "Neighbouring rows belong to the task sequence",
    ),
    "many embeddings": (
        {"target": "label", "task": "embedding", "members": 3},
        pl.UsageError,
        "trains one network, found --members 3",
    ),
    "class weights": (
        {"target": "label", "task": "embedding", "class_weight": "balanced"},
        pl.UsageError,
        "Leave out --class-weight",
    ),
    "levels": (
        {"target": "x0", "task": "ranking", "levels": [0.5]},
        pl.UsageError,
        "Levels belong to the task quantile, and ranking was asked for",
    ),
    "a re-expressed relevance": (
        {"target": "x0", "task": "ranking", "target_expression": "log"},
        pl.UsageError,
        "the order alone counts",
    ),
    "a loss on single rows": (
        {"target": "label", "task": "embedding", "loss": "mse"},
        pl.ContractError,
        "triplet_margin",
    ),
    "a schedule that watches": (
        {"task": "reconstruction", "schedule": "plateau"},
        pl.UsageError,
        "trains its one network on all training rows",
    ),
    "a group of all rows": (
        {"target": "x0", "task": "ranking", "group": "same"},
        pl.DataError,
        "They are 1 group of rows that stay together",
    ),
    "numbers as labels": ({"target": "x0", "task": "embedding"}, pl.DataError, "hardly two rows are alike"),
    "words to rank by": ({"target": "label", "task": "ranking"}, pl.DataError, "rows are ranked by a number"),
    "words where sequences differ": (
        {"target": "label", "task": "sequence", "group": "colour"},
        pl.DataError,
        "Write the whole label sequence",
    ),
    "batch norm over sequences": (
        {"target": "label", "task": "sequence", "group": "colour", "norm": "batch_norm"},
        pl.UsageError,
        "Use --norm layer_norm",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_the_task_does_not_take_is_refused_with_the_remedy(name: str, tmp_path: Path) -> None:
    options, kind, message = WRONG[name]
    with pytest.raises(kind, match=message):
        pl.fit({**unit_tables.stripes(60), "same": ["q"] * 60}, **options, out=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_equal_relevance_within_every_group_is_refused(tmp_path: Path) -> None:
    table = unit_tables.queries()
    table["relevance"] = [int(name[1:]) for name in table["query"]]
    with pytest.raises(pl.DataError, match=r"No two rows of one query differ in 'relevance'") as caught:
        pl.fit(table, target="relevance", task="ranking", group="query", out=tmp_path / "run")
    assert caught.value.code == "B086"
