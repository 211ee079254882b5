"""Penalties that add to the loss: l1, l2 and their mixture."""

from pellucid.catalogue import Parameter
from pellucid.objectives.penalties.entry import Numbers, Penalty, number, on, strength

__all__ = ["ELASTIC_NET", "L1", "L2"]

_ON = on("weights", "all", "biases", "embeddings", "first", "hidden", "last")


def _l1(numbers: Numbers) -> tuple[float, float]:
    return number(numbers, "strength"), 0.0


def _l2(numbers: Numbers) -> tuple[float, float]:
    return 0.0, number(numbers, "strength")


def _elastic_net(numbers: Numbers) -> tuple[float, float]:
    whole, share = number(numbers, "strength"), number(numbers, "l1_share")
    return whole * share, whole * (1.0 - share)


L1 = Penalty(
    name="l1",
    formula="strength·Σ|p|; gradient strength·sign(p)",
    purpose="Draws every parameter to 0 with the same force, so that those of little use end there: a sparse network, "
    "a choice of inputs with on=first.",
    source='Tibshirani (1996), "Regression shrinkage and selection via the lasso"',
    aliases=("lasso", "l1_penalty"),
    parameters=(strength(1e-3), _ON),
    recipe='penalty="l1(strength=0.001)", or l1=0.001 for all parameters',
    parts=_l1,
)
L2 = Penalty(
    name="l2",
    formula="strength·½·Σp²; gradient strength·p",
    purpose="Draws large parameters to 0: a smoother function that follows single rows less. The strength is that of "
    "torch's weight_decay in SGD; with Adam and its like, decoupled weight_decay does better.",
    source='Hoerl & Kennard (1970), "Ridge regression"; Krogh & Hertz (1991), "A simple weight decay can improve '
    'generalization"',
    aliases=("ridge", "tikhonov", "l2_penalty"),
    parameters=(strength(1e-3), _ON),
    twin="torch.optim.SGD(weight_decay=…)",
    recipe='penalty="l2(strength=0.001)", or l2=0.001 for all parameters',
    parts=_l2,
)
ELASTIC_NET = Penalty(
    name="elastic_net",
    formula="strength·Σ(l1_share·|p| + (1 − l1_share)·½·p²)",
    purpose="l1 and l2 at once: sparse, yet it keeps groups of inputs together that go together.",
    source='Zou & Hastie (2005), "Regularization and variable selection via the elastic net", §2; the halves are '
    "scikit-learn's",
    aliases=("elasticnet", "l1_l2"),
    parameters=(
        strength(1e-3),
        Parameter(name="l1_share", default=0.5, meaning="share of l1; the rest is l2", low=0, high=1),
        _ON,
    ),
    recipe='penalty="elastic_net(strength=0.001, l1_share=0.5)"',
    parts=_elastic_net,
)
