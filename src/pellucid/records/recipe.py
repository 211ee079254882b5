"""Recipe: everything that defines how one network is trained, as frozen, hashable, JSON-ready data."""

from typing import Any

import msgspec

__all__ = ["Recipe"]

_CHOICES = (
    "activation",
    "output_activation",
    "loss",
    "optimizer",
    "schedule",
    "momentum_schedule",
    "regularisation_schedule",
    "penalty",
    "initialisation",
)


class Recipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one network is built and trained.

    The defaults are plain: PyTorch's initialisation and PyTorch's AdamW, no embedding, no dropout, a constant learning
    rate. Whatever has a registry is written as a choice, a name with what differs from its defaults:
    ``activation="leaky_relu(slope=0.2)"``, ``optimizer="sgd(momentum=0.9)"``; something chosen by ``pl.activation`` and
    its like is as good. Recipes that agree in shape and number of steps train in one stack; they may differ in
    activation, loss, optimizer, schedules, penalties, initializer and all numbers.

    Attributes:
        hidden: Width of every hidden layer, in forward order; empty for a linear model. Activations that change the
            width count as part of the layer: 64 with ``glu`` are 128 linear outputs and 64 values, with ``crelu`` 64
            linear outputs and 128 values.
        activation: Choice of an activation after each hidden layer.
        parametric_activation: Mix each activation with the identity by a learned slope per unit (start: 1).
        output_activation: Choice of an activation at the output, through which the loss is computed: ``sigmoid`` for
            ``bce``, ``log_softmax`` for ``nll``. ``auto``: what the loss reads.
        outputs: Width of the output; None: what loss and target need.
        norm: ``none``, ``batch_norm`` (needs batches of at least 2) or ``layer_norm``, between each hidden linear layer
            and its activation.
        loss: Choice of a loss, or ``auto``: the right one for the target.
        class_weight: ``none``; ``balanced``: every class counts alike; or one weight > 0 per class. Rows are weighted,
            and a batch's mean is divided by the sum of its weights, as in PyTorch; label smoothing is weighted with
            its row, where PyTorch weights every class's share of it.
        optimizer: Choice of an optimizer.
        lr: Learning rate; > 0. None: the optimizer's own.
        weight_decay: Decoupled decay per unit of learning rate, ≥ 0. None: the optimizer's own.
        l1: L1 penalty: adds ``l1 · sign(parameter)`` to the gradient; ≥ 0.
        l2: L2 penalty: adds ``l2 · parameter`` to the gradient; ≥ 0.
        penalty: Choices of penalties joined by ``+``, beside l1 and l2; empty for none.
        decay_biases: Decay and penalise every parameter, as PyTorch does; False spares everything but weights.
        clip_norm: Largest norm of a member's gradient; larger ones are scaled down. None: no limit.
        clip_value: Largest size of any gradient value; larger ones are cut off. None: no limit.
        schedule: Choice of a schedule of the learning rate.
        momentum_schedule: The same for the optimizer's momentum (beta1 of Adam's family).
        regularisation_schedule: The same for dropout and weight decay.
        width_scaled_lr: Divide a weight's learning rate by √fan-in (the step sizes of the NTK parametrisation).
        lr_factors: Pairs of (parameter kind, factor on its learning rate); kinds are weight, bias, scale, shift,
            slope, frequency, mixing, category.
        dropout: Share of hidden values dropped while training; 0 ≤ p < 1.
        input_noise: Standard deviation of normal noise on the encoded numbers while training, indicators and categories
            left alone; ≥ 0.
        gradient_noise: Standard deviation η of normal noise on gradients; at step t it is η/(1 + t)^0.55 (Neelakantan
            et al. 2015, arXiv 1511.06807, eq. 1 with σ² = η²/(1 + t)^1.1); ≥ 0.
        batch_size: Rows per step; smaller tables give one batch per epoch. Optimizers that need all rows at every step
            take no notice of it.
        drop_last: Leave out an epoch's last, incomplete batch.
        epochs: Passes over the training rows; ≥ 1.
        patience: Stop after so many epochs without a better validation value; needs validation rows. None never stops
            early.
        monitor: ``loss`` or ``error`` (share of wrong classes, labels or pairs, or RMSE; the loss where there is none
            of these): the validation value that picks the best epoch, and that a plateau watches.
        restore_best: Return to the best epoch at the end, the last one of ties; needs validation rows.
        initialisation: Choice of an initializer; ``data``: weights N(0, 1) rescaled so that every pre-activation has
            unit spread on the training rows, biases from rows (RealMLP).
        number_frequencies: Cosines per number in the periodic embedding, a multiple of 16; 0 for none.
        number_embedding_size: Values per number, itself included.
        frequency_scale: Standard deviation of the initial frequencies.
        category_embedding_size: Values per embedded category.
        input_scale: A learned factor on every input.
        seed: Member seed; with (stream, epoch, step) it fixes every random draw.
    """

    hidden: tuple[int, ...] = (16, 16)
    activation: str = "relu"
    parametric_activation: bool = False
    output_activation: str = "auto"
    outputs: int | None = None
    norm: str = "none"
    loss: str = "auto"
    class_weight: str | tuple[float, ...] = "none"
    optimizer: str = "adamw"
    lr: float | None = None
    weight_decay: float | None = None
    l1: float = 0.0
    l2: float = 0.0
    penalty: str = ""
    decay_biases: bool = True
    clip_norm: float | None = None
    clip_value: float | None = None
    schedule: str = "constant"
    momentum_schedule: str = "constant"
    regularisation_schedule: str = "constant"
    width_scaled_lr: bool = False
    lr_factors: tuple[tuple[str, float], ...] = ()
    dropout: float = 0.0
    input_noise: float = 0.0
    gradient_noise: float = 0.0
    batch_size: int = 32
    drop_last: bool = False
    epochs: int = 50
    patience: int | None = None
    monitor: str = "loss"
    restore_best: bool = True
    initialisation: str = "pytorch"
    number_frequencies: int = 0
    number_embedding_size: int = 4
    frequency_scale: float = 0.1
    category_embedding_size: int = 8
    input_scale: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        # Lists and arrays are as good as tuples to a person, but cannot be hashed; what was chosen by pl.loss and its
        # like is kept as its text.
        for field in ("hidden", "lr_factors", "class_weight"):
            value = getattr(self, field)
            if hasattr(value, "tolist"):
                value = value.tolist()
            if isinstance(value, list):
                msgspec.structs.force_setattr(self, field, tuple(tuple(v) if isinstance(v, list) else v for v in value))
        for field in _CHOICES:
            value = getattr(self, field)
            if hasattr(value, "entry"):
                msgspec.structs.force_setattr(self, field, str(value))

    def replace(self, **changes: Any) -> "Recipe":
        """The same recipe with some fields changed."""
        return msgspec.structs.replace(self, **changes)
