"""Small questions that the tests of comparisons share."""

import numpy as np

from pellucid.experiments.compare.bench import Workbench
from pellucid.experiments.compare.dividing import divide
from pellucid.experiments.compare.options import CompareOptions
from pellucid.experiments.compare.planning import plan_comparison
from pellucid.experiments.compare.rows import learning_rows
from pellucid.experiments.options import FitOptions
from pellucid.tables import read_table


def columns(rows=90, task="binary"):
    """Numbers, a category with gaps, a date, and a target that depends on them."""
    generator = np.random.default_rng(7)
    first, second = generator.normal(size=(2, rows))
    place = np.array(["north", "south", "east", None], dtype=object)[generator.integers(0, 4, rows)]
    y = first + 0.5 * second + (place == "north") + 0.3 * generator.normal(size=rows)
    day = np.datetime64("2024-01-01") + np.arange(rows).astype("timedelta64[D]")
    target = {"binary": np.where(y > 0.3, "yes", "no"), "regression": 10 + 3 * y}[task]
    return {"first": first, "second": second, "place": place, "day": day, "y": target}


def options(**changes):
    """Two activations on two folds of two seeds, tiny networks, three epochs."""
    fit = {"hidden": (8,), "epochs": 3, "recipe": "plain", "out": None, **changes.pop("fit", {})}
    asked = {"vary": ("activation=relu,tanh",), "seeds": 2, "folds": 2, **changes}
    return CompareOptions(fit=FitOptions(target=("y",), **fit), **asked)


def bench_of(asked=None, given=None):
    """The workbench of a question."""
    asked = options() if asked is None else asked
    table = read_table(columns() if given is None else given)
    divided = divide(table, asked.fit, scheme=asked.scheme, group=asked.group, time=asked.time)
    question = plan_comparison(asked, divided, table.sha256).question
    return Workbench(question, learning_rows(divided.decided, divided.order))
