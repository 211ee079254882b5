"""Recipe: everything that defines how one network is trained, as frozen, hashable, JSON-ready data."""

from typing import Any

import msgspec

__all__ = ["Recipe"]


class Recipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one network is built and trained.

    The defaults are plain: PyTorch's initialisation and PyTorch's AdamW, no embedding, no dropout, a constant learning
    rate. Recipes that agree in everything but numbers (learning rates, rates, penalties, seeds) train in one stack.

    Attributes:
        hidden: Width of every hidden layer, in forward order; empty for a linear model.
        activation: Registered name of the activation after each hidden layer.
        parametric_activation: Mix each activation with the identity by a learned slope per unit (start: 1).
        loss: Registered loss, or ``"auto"``: cross-entropy for classes, MSE for numbers.
        label_smoothing: Share of the target spread over all classes, 0 ≤ s < 1; classification only.
        huber_delta: Where the Huber loss turns from parabola to line, in the (standardised) target's unit; > 0.
        optimizer: ``adamw``, ``adam`` or ``sgd``.
        lr: Learning rate; > 0.
        beta1: Decay of Adam's mean; 0 ≤ β < 1.
        beta2: Decay of Adam's mean square; 0 ≤ β < 1.
        eps: Adam's divisor guard; > 0.
        momentum: SGD's momentum; 0 ≤ μ < 1.
        nesterov: Nesterov's form of momentum; SGD with momentum > 0 only.
        weight_decay: Decoupled decay per unit of learning rate, ≥ 0; adamw only. None: PyTorch's 0.01 for adamw.
        l2: L2 penalty: adds ``l2 · parameter`` to the gradient; ≥ 0.
        decay_biases: Decay and penalise every parameter, as PyTorch does; False spares everything but weights.
        schedule: ``constant``, ``cosine``, ``plateau``, ``cyclic`` (RealMLP's coslog4) or ``flat_cosine``.
        regularisation_schedule: The same for dropout and weight decay: ``constant`` or ``flat_cosine``.
        plateau_factor: Factor on the learning rate at a plateau; 0 < f < 1.
        plateau_patience: Epochs without improvement that are put up with; one more is a plateau, as in PyTorch.
            Improvement of the validation value, or of the training loss where there are no validation rows.
        width_scaled_lr: Divide a weight's learning rate by √fan-in (the step sizes of the NTK parametrisation).
        lr_factors: Pairs of (parameter kind, factor on its learning rate); kinds are weight, bias, scale, slope,
            frequency, mixing, category.
        dropout: Share of hidden values dropped while training; 0 ≤ p < 1.
        batch_size: Rows per step; smaller tables give one batch per epoch.
        drop_last: Leave out an epoch's last, incomplete batch.
        epochs: Passes over the training rows; ≥ 1.
        patience: Stop after so many epochs without a better validation value; needs validation rows. None never stops
            early.
        monitor: ``loss`` or ``error`` (share of wrong classes, or RMSE): the validation value that picks the best
            epoch.
        restore_best: Return to the best epoch at the end, the last one of ties; needs validation rows.
        initialisation: ``pytorch`` or ``data`` (weights N(0, 1) rescaled so that every pre-activation has
            unit spread on the training rows, biases from rows; RealMLP).
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
    loss: str = "auto"
    label_smoothing: float = 0.0
    huber_delta: float = 1.0
    optimizer: str = "adamw"
    lr: float = 1e-3
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    momentum: float = 0.0
    nesterov: bool = False
    weight_decay: float | None = None
    l2: float = 0.0
    decay_biases: bool = True
    schedule: str = "constant"
    regularisation_schedule: str = "constant"
    plateau_factor: float = 0.5
    plateau_patience: int = 10
    width_scaled_lr: bool = False
    lr_factors: tuple[tuple[str, float], ...] = ()
    dropout: float = 0.0
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
        # Lists are as good as tuples to a person, but cannot be hashed.
        for field in ("hidden", "lr_factors"):
            value = getattr(self, field)
            if isinstance(value, list):
                msgspec.structs.force_setattr(self, field, tuple(tuple(v) if isinstance(v, list) else v for v in value))

    @property
    def decay(self) -> float:
        """The weight decay that is meant: 0.01 for adamw unless given, 0 for the others."""
        if self.weight_decay is None:
            return 0.01 if self.optimizer == "adamw" else 0.0
        return self.weight_decay

    def replace(self, **changes: Any) -> "Recipe":
        """The same recipe with some fields changed."""
        return msgspec.structs.replace(self, **changes)
