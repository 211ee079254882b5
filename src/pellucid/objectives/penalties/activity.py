"""A penalty on hidden values instead of parameters; a network's layers apply it."""

from pellucid.catalogue import Parameter
from pellucid.objectives.penalties.entry import Numbers, Penalty, number, strength

__all__ = ["ACTIVITY_L1"]


def _strength(numbers: Numbers) -> float:
    return number(numbers, "strength")


ACTIVITY_L1 = Penalty(
    name="activity_l1",
    formula="strength·(mean over rows of Σ|h|), h the values of a hidden layer",
    purpose="Few hidden units speak at a time: the code of a sparse autoencoder.",
    source='Goodfellow, Bengio & Courville (2016), "Deep learning", §14.2.1, eq. (14.2)',
    aliases=("sparse_code", "activity_regularizer"),
    parameters=(
        strength(1e-3),
        Parameter(
            name="on",
            default="hidden",
            meaning="values of every hidden layer, or of the narrowest alone (the first of equals)",
            kind="word",
            words=("hidden", "narrowest"),
            structural=True,
        ),
    ),
    recipe='penalty="activity_l1(strength=0.001)"',
    activity=_strength,
)
