"""Output links that see a whole row: softmax, log softmax, softmin."""

from torch import Tensor

from pellucid.activations.entry import Activation, Numbers

__all__ = ["LOG_SOFTMAX", "SOFTMAX", "SOFTMIN", "log_softmax", "log_softmax_pull", "sum_over_row"]


def sum_over_row(x: Tensor) -> Tensor:
    """Sums over the last axis, kept: ``[…, o] → […, 1]``.

    Halves are added again and again, so that the order of the additions follows from o alone. ``torch.sum`` promises no
    order: where there are few long rows it splits them among threads, and rounds otherwise.
    """
    while (width := x.shape[-1]) > 1:
        half = width // 2
        folded = x[..., :half] + x[..., half : 2 * half]
        if width % 2:
            folded[..., :1] += x[..., -1:]
        x = folded
    return x


def softmax(x: Tensor) -> Tensor:
    """exp(x) / Σ exp(x) over the last axis; the largest value is taken off first, so that nothing overflows."""
    e = (x - x.amax(-1, keepdim=True)).exp_()
    return e / sum_over_row(e)


def _softmax_pull(dy: Tensor, x: Tensor, y: Tensor, numbers: Numbers) -> Tensor:
    # dx = y·(dy − Σ dy·y)
    return (dy - sum_over_row(dy * y)).mul_(y)


def log_softmax(x: Tensor) -> Tensor:
    """Logarithm of the softmax over the last axis: x − log Σ exp(x)."""
    below = x - x.amax(-1, keepdim=True)
    # Not in place: the sum over a single value is that value, and autograd wants to see it again.
    return below - sum_over_row(below.exp()).log()


def log_softmax_pull(dy: Tensor, y: Tensor) -> Tensor:
    """Dx = dy − exp(y)·Σ dy."""
    return dy - y.exp().mul_(sum_over_row(dy))


SOFTMAX = Activation(
    name="softmax",
    formula="exp(x) / Σ exp(x)",
    purpose="Turns scores into probabilities that sum to 1, at the output of a classifier. Cross-entropy applies it "
    "itself: do not put it in front (L101).",
    source="Bridle (1990), Probabilistic interpretation of feedforward classification network outputs",
    derivative="dx = y·(dy − Σ dy·y)",
    range="(0, 1)",
    zero_centred=False,
    saturates="at both ends",
    value=lambda x, numbers: softmax(x),
    pull=_softmax_pull,
    rowwise=True,
    output_only=True,
    twin="torch.nn.Softmax",
)
LOG_SOFTMAX = Activation(
    name="log_softmax",
    formula="x − log Σ exp(x)",
    purpose="Logarithms of the probabilities of softmax, what the nll loss reads; exact where a probability is 0 in "
    "floating point.",
    source="common",
    derivative="dx = dy − exp(y)·Σ dy",
    range="(−∞, 0]",
    zero_centred=False,
    saturates="at the largest value",
    value=lambda x, numbers: log_softmax(x),
    pull=lambda dy, x, y, numbers: log_softmax_pull(dy, y),
    rowwise=True,
    output_only=True,
    twin="torch.nn.LogSoftmax",
)
SOFTMIN = Activation(
    name="softmin",
    formula="exp(−x) / Σ exp(−x)",
    purpose="The softmax of what speaks against a class: of distances or energies, where small means likely.",
    source="common",
    derivative="dx = −y·(dy − Σ dy·y)",
    range="(0, 1)",
    zero_centred=False,
    saturates="at both ends",
    value=lambda x, numbers: softmax(-x),
    pull=lambda dy, x, y, numbers: _softmax_pull(dy, x, y, numbers).neg_(),
    rowwise=True,
    output_only=True,
    twin="torch.nn.Softmin",
)
