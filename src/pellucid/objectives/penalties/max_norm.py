"""Max-norm: after every update, no unit's incoming weights are longer than a limit."""

from pellucid.catalogue import Parameter
from pellucid.objectives.penalties.entry import Numbers, Penalty, number, on

__all__ = ["MAX_NORM"]


def _limit(numbers: Numbers) -> float:
    return number(numbers, "limit")


MAX_NORM = Penalty(
    name="max_norm",
    formula="w ← w·min(1, limit/‖w‖) after each update, w the incoming weights of one unit",
    purpose="Keeps units from growing without end: allows large learning rates, and goes well with dropout.",
    source='Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov (2014), "Dropout", §5.1',
    aliases=("max_norm_constraint", "MaxNorm"),
    parameters=(
        Parameter(name="limit", default=3.0, meaning="largest Euclidean norm", low=0, open_low=True),
        on("weights", "first", "hidden", "last"),
    ),
    twin="torch.renorm",
    recipe='penalty="max_norm(limit=3)"',
    limit=_limit,
)
