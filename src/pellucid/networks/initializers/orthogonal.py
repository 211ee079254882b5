"""Orthogonal initialisation.

Saxe, McClelland & Ganguli (2014), "Exact solutions to the nonlinear dynamics of learning in deep linear neural
networks", §4.
"""

from collections.abc import Mapping

import numpy as np

from pellucid.catalogue import Parameter, Value
from pellucid.networks.initializers.entry import Initializer
from pellucid.shapes import Array

__all__ = ["ORTHOGONAL"]


def _orthogonal(inputs: int, outputs: int, generator: np.random.Generator, numbers: Mapping[str, Value]) -> Array:
    long, short = max(inputs, outputs), min(inputs, outputs)
    drawn = generator.standard_normal((long, short))
    q = _orthonormal(drawn)
    gain = float(numbers["gain"])  # type: ignore[arg-type]
    turned: Array = np.ascontiguousarray(q if inputs >= outputs else q.T) * gain
    return turned


def _orthonormal(columns: Array) -> Array:
    """Gram–Schmidt, every column twice ("twice is enough": Giraud et al. 2005, "The loss of orthogonality in the
    Gram–Schmidt orthogonalization process"): orthonormal to the last bits, and of normal columns uniformly distributed,
    because R's diagonal is positive.

    LAPACK's QR is faster, but its bits may depend on the number of threads; einsum adds up alone.
    """  # noqa: D205
    q = np.empty_like(columns)
    for k in range(columns.shape[1]):
        left = columns[:, k].copy()
        for _ in range(2):
            before = q[:, :k]
            left -= np.einsum("nk,k->n", before, np.einsum("nk,n->k", before, left))
        q[:, k] = left / np.sqrt(np.add.reduce(left * left))
    return q


ORTHOGONAL = Initializer(
    name="orthogonal",
    formula="w = gain·Q with QᵀQ = 1 (or QQᵀ = 1 where o > i), Q uniform among such matrices, bias 0",
    purpose="For deep networks: a layer turns its inputs and stretches them in no direction.",
    source='Saxe, McClelland & Ganguli (2014), "Exact solutions to the nonlinear dynamics of learning", §4',
    aliases=("orthogonal_",),
    parameters=(Parameter(name="gain", default=1.0, meaning="factor on Q", low=0, open_low=True),),
    twin="torch.nn.init.orthogonal_",
    weight=_orthogonal,
)
