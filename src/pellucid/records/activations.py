"""The numbers that an activation carries, by its name: what a recipe may set, a record holds and a model file promises.

They stand here, below everything that computes, because two sides hold themselves to them: the registry of activations,
which trains, and the predictor, which checks a stranger's file without loading torch.
"""

from collections.abc import Mapping

from pellucid.catalogue import Parameter, Value
from pellucid.errors import UsageError

__all__ = ["ACTIVATION_PARAMETERS", "LEARNED_NUMBERS", "check_together"]

_SHRINK = Parameter(name="threshold", default=0.5, meaning="half the width of the silent zone (PyTorch's lambd)", low=0)

ACTIVATION_PARAMETERS: Mapping[str, tuple[Parameter, ...]] = {
    "threshold": (
        Parameter(name="threshold", default=0.0, meaning="values above it pass"),
        Parameter(name="value", default=0.0, meaning="what the others become"),
    ),
    "leaky_relu": (
        Parameter(name="slope", default=0.01, meaning="slope below 0 (PyTorch's negative_slope)", low=0, high=1),
    ),
    "prelu": (Parameter(name="slope", default=0.25, meaning="first value of the learned slope below 0"),),
    "rrelu": (
        Parameter(name="low", default=1 / 8, meaning="least slope below 0 (PyTorch's lower)", low=0, high=1),
        Parameter(name="high", default=1 / 3, meaning="largest slope below 0 (PyTorch's upper)", low=0, high=1),
    ),
    "srelu": (
        Parameter(name="lower", default=0.0, meaning="first value of the learned lower threshold"),
        Parameter(name="lower_slope", default=0.2, meaning="first value of the learned slope below it"),
        Parameter(name="upper", default=1.0, meaning="first value of the learned upper threshold"),
        Parameter(name="upper_slope", default=1.0, meaning="first value of the learned slope above it"),
    ),
    "elu": (Parameter(name="alpha", default=1.0, meaning="−alpha is the value far below 0", low=0),),
    "celu": (Parameter(name="alpha", default=1.0, meaning="−alpha is the value far below 0", low=0, open_low=True),),
    "gelu": (
        Parameter(
            name="approximate",
            default="none",
            meaning="none for the exact normal distribution, tanh for the older approximation",
            kind="word",
            words=("none", "tanh"),
            structural=True,
        ),
    ),
    "softplus": (
        Parameter(name="beta", default=1.0, meaning="sharpness: the larger, the nearer to relu", low=0, open_low=True),
        Parameter(name="threshold", default=20.0, meaning="beta·x above which the value is x itself", low=0, high=80),
    ),
    "hard_tanh": (
        Parameter(name="low", default=-1.0, meaning="least value (PyTorch's min_val)"),
        Parameter(name="high", default=1.0, meaning="largest value (PyTorch's max_val)"),
    ),
    "softshrink": (_SHRINK,),
    "hardshrink": (_SHRINK,),
    "sine": (
        Parameter(name="frequency", default=1.0, meaning="radians per unit of x; 30 in SIREN", low=0, open_low=True),
    ),
    "maxout": (
        Parameter(
            name="pieces",
            default=2,
            meaning="linear pieces per unit: the layer before has so many times the values",
            kind="whole",
            low=2,
            high=64,
            structural=True,
        ),
    ),
    "exp": (Parameter(name="limit", default=80.0, meaning="inputs above it count as it", low=0, high=88),),
    "adaptive_log_softmax": (
        Parameter(
            name="head",
            default=2,
            meaning="most frequent classes, scored one by one",
            kind="whole",
            low=1,
            high=1_000_000,
            structural=True,
        ),
        Parameter(
            name="clusters",
            default=(2.0,),
            meaning="classes of each cluster of the rarer ones, whole numbers",
            kind="numbers",
            low=1,
            high=1_000_000,
            structural=True,
        ),
    ),
}
"""Name → parameters; an activation that is not named has none."""

LEARNED_NUMBERS: Mapping[str, Mapping[str, str]] = {
    "prelu": {"negative_slope": "slope"},
    "srelu": {
        "lower_threshold": "lower",
        "lower_gain": "lower_slope",
        "upper_threshold": "upper",
        "upper_gain": "upper_slope",
    },
}
"""Name → learned number, one per unit → parameter that holds its first value."""

_ASCENDING: Mapping[str, tuple[str, str]] = {
    "rrelu": ("low", "high"),
    "srelu": ("lower", "upper"),
    "hard_tanh": ("low", "high"),
}


def check_together(name: str, numbers: Mapping[str, Value]) -> None:
    """Check what the ranges of single parameters leave open: bounds in their order, and sizes that are whole.

    Raises:
        UsageError: If something does not hold.
    """
    if name in _ASCENDING:
        low, high = _ASCENDING[name]
        below, above = numbers[low], numbers[high]
        assert isinstance(below, float)
        assert isinstance(above, float)
        if below > above:
            raise UsageError(f"{name} needs {low} ≤ {high}, found {low}={below:g} and {high}={above:g}.")
    clusters = numbers.get("clusters", ())
    assert isinstance(clusters, tuple)
    if not clusters and "clusters" in numbers:
        raise UsageError(f"{name} needs at least one cluster, found none.")
    for size in clusters:
        if not size.is_integer():
            raise UsageError(f"{name} needs clusters of whole numbers of classes, found {size:g}.")
