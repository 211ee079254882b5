"""A comparison's workbench, as ``pellucid compare`` sets it up before it trains."""

from pellucid.experiments.compare.bench import Workbench
from pellucid.experiments.compare.dividing import divide
from pellucid.experiments.compare.options import CompareOptions
from pellucid.experiments.compare.planning import plan_comparison
from pellucid.experiments.compare.rows import learning_rows
from pellucid.tables import read_table

__all__ = ["workbench_of"]


def workbench_of(source: str, asked: CompareOptions) -> Workbench:
    """The question that these options ask of a table, with the rows that may be learned from."""
    asked.check()
    table = read_table(source)
    divided = divide(table, asked.fit, scheme=asked.scheme, group=asked.group, time=asked.time)
    question = plan_comparison(asked, divided, table.sha256).question
    return Workbench(question, learning_rows(divided.decided, divided.order))
