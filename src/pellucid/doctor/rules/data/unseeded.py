"""D414: no seed, so that no two runs are the same."""

from collections.abc import Iterator

from pellucid.doctor.facts import Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.doctor.source import Source
from pellucid.records import Severity

__all__ = ["RULE"]

_SEEDS = ("torch.manual_seed", "torch.random.manual_seed", ".manual_seed", "lightning.seed_everything")


def see(session: Session) -> Iterator[Suspicion]:
    """Programs that trained and never set a seed."""
    if session.seeded is False and session.updates and session.is_over:
        yield Suspicion(
            "No seed is set: the next run gives other weights and another result.",
            seen="torch.manual_seed was not called",
            fix="torch.manual_seed(0)",
        )


def read(source: Source) -> Iterator[Suspicion]:
    """Files with a training loop and no seed."""
    if source.training_loops and not source.calls(*_SEEDS) and "seed" not in source.text:
        loop = source.training_loops[0]
        yield Suspicion(
            "No seed is set: the next run gives other weights and another result.",
            seen="no manual_seed in the file",
            fix="torch.manual_seed(0)",
            place=source.place(loop.node),
        )


RULE = Rule(
    code="D414",
    slug="unseeded",
    severity=Severity.INFO,
    stages="S",
    summary="no seed, or every worker the same seed",
    page=Page(
        what="First weights, shuffling and dropout are drawn. Without a seed no run can be repeated, and a difference "
        "between two runs may be the draw.",
        wrong="model = nn.Linear(4, 1)\ntrain(model)",
        right="torch.manual_seed(0)\nmodel = nn.Linear(4, 1)\ntrain(model)",
        hurts="Nobody can tell an improvement from luck.",
        detection="torch.manual_seed was not called by the program.",
        limits="Workers that share NumPy's seed are not seen.",
        sources=("PyTorch, Reproducibility",),
    ),
    see=see,
    read=read,
)
