"""NetworkAutoencoder: rows through a narrow code and back."""

from typing import Any, Self

import numpy as np
import torch
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_array, check_is_fitted

from pellucid.activations import ACTIVATIONS
from pellucid.errors import DataError, UsageError
from pellucid.estimators.inputs import rows_of, standardise
from pellucid.estimators.parameters import check_number, check_whole, check_widths
from pellucid.estimators.training import recipe_of, setting_of, train_units
from pellucid.objectives import LOSSES
from pellucid.records import ActivationLayer, TargetSpec
from pellucid.shapes import Floats

__all__ = ["NetworkAutoencoder"]


class NetworkAutoencoder(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Learns to give its input back through a code of few values.

    The hidden layers of the way in are laid out in reverse on the way out: ``hidden=(32,), code=2`` is i-32-2-32-i.

    Args:
        code: Values of the code; fewer than X has columns makes it undercomplete.
        noise: Standard deviation of the noise on the standardised inputs while training: a denoising autoencoder
            (Vincent et al. 2010, "Stacked denoising autoencoders").
        sparsity: Strength of an L1 penalty on the hidden values, the code included: a sparse autoencoder.
        loss: Choice of a loss between input and output, both standardised.
        hidden: Width of every hidden layer before the code.
        activation: Choice of an activation, also of the code; none that gives more values than the width says.
        optimizer: Choice of an optimizer.
        lr: Learning rate; None: the optimizer's own.
        schedule: Choice of a schedule.
        batch_size: Rows per step.
        epochs: Passes over the rows.
        dropout: Share of hidden values dropped while training.
        l2: L2 penalty.
        random_state: Seed; None: 0.
        device: Where it trains: ``cpu`` or ``cuda``; it predicts on the CPU.

    Attributes:
        result_: The trained network, a ``TrainResult``.
        n_features_in_: Columns of X.
    """

    def __init__(
        self,
        *,
        code: int = 2,
        noise: float = 0.0,
        sparsity: float = 0.0,
        loss: str = "mse",
        hidden: tuple[int, ...] = (64,),
        activation: str = "silu",
        optimizer: str = "adamw",
        lr: float | None = 5e-3,
        schedule: str = "cosine",
        batch_size: int = 64,
        epochs: int = 200,
        dropout: float = 0.0,
        l2: float = 0.0,
        random_state: int | None = None,
        device: str = "cpu",
    ) -> None:
        self.code, self.noise, self.sparsity, self.loss = code, noise, sparsity, loss
        self.hidden, self.activation, self.optimizer, self.lr = hidden, activation, optimizer, lr
        self.schedule, self.batch_size, self.epochs = schedule, batch_size, epochs
        self.dropout, self.l2, self.random_state, self.device = dropout, l2, random_state, device

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn from rows ``[n, i]``; y is not looked at.

        Raises:
            ValueError: If X holds anything but finite numbers.
            UsageError: If a parameter is out of range.
            SurroundingsError: If the device is not there.
        """
        rows = rows_of(self, X, fitting=True)
        check_whole(self, "code", 1)
        check_number(self, "sparsity")
        check_number(self, "noise")
        check_widths(self)
        self._check_choices()
        setting = setting_of(self)
        self._scale = standardise(rows)
        scaled = self._scale.apply(rows)
        recipe = recipe_of(
            self,
            hidden=(*self.hidden, int(self.code), *reversed(self.hidden)),
            loss=str(self.loss),
            input_noise=float(self.noise),
            penalty=f"activity_l1(strength={float(self.sparsity)!r})" if self.sparsity else "",
        )
        target = TargetSpec(
            task="reconstruction", columns=rows.shape[1], low=float(scaled.min()), high=float(scaled.max())
        )
        self.result_ = train_units(recipe, scaled, scaled, target, setting=setting)
        modules = self.result_.to_torch(0)
        # The layer behind the activation that ends the way in.
        ends = [
            place + 1
            for place, layer in enumerate(layer for layer in self.result_.network(0).layers)
            if isinstance(layer, ActivationLayer)
        ]
        self._split = self._module_of(ends[len(self.hidden)])
        self._modules, self._length = modules, int(self.code)
        return self

    def _check_choices(self) -> None:
        """Refuse what would give a code of another length, or compare with targets that standardised numbers are not.

        Raises:
            UsageError: If activation or loss does so.
        """
        activation, loss = ACTIVATIONS(self.activation), LOSSES(self.loss)
        if activation.entry.gives and not activation.entry.takes:
            raise UsageError(
                f"{activation.name} gives more values than it takes, so the code would not have {self.code}. Use an "
                "activation that keeps the width."
            )
        if loss.entry.reads != "reals":
            raise UsageError(
                f"NetworkAutoencoder compares standardised numbers, but {loss.name} reads "
                f"{loss.entry.reads.replace('_', ' ')}. Use mse, l1 or huber."
            )

    def _module_of(self, layers: int) -> int:
        """How many modules the leading layers make; a feature layer that only copies makes none."""
        return layers - (len(self.result_.network(0).layers) - len(self.result_.to_torch(0)))

    def transform(self, X: Any) -> Floats:
        """Codes ``[n, code]``."""
        return self._run(self._modules[: self._split], self._scale.apply(rows_of(self, X)))

    def inverse_transform(self, codes: Any) -> Floats:
        """Rows ``[n, i]`` of codes ``[n, code]``, in the columns' own units.

        Raises:
            ValueError: If codes hold anything but finite numbers, or are of another length.
        """
        check_is_fitted(self)
        given = check_array(codes, dtype=np.float64, input_name="codes")
        if given.shape[1] != self._length:
            raise DataError(f"Codes of {given.shape[1]} values were given, {self._length} are expected.")
        return self._scale.undo(self._run(self._modules[self._split :], given))

    def reconstruct(self, X: Any) -> Floats:
        """Rows through the code and back ``[n, i]``, in the columns' own units."""
        return self.inverse_transform(self.transform(X))

    def score(self, X: Any, y: Any = None) -> float:
        """Share of the columns' spread that comes back: 1 − Σ(x − x̂)² / Σ(x − mean)², on standardised columns.

        Where there is no spread it is 1 for rows that come back exactly, else 0, as scikit-learn's r2_score has it.
        """
        rows = rows_of(self, X)
        scaled, back = self._scale.apply(rows), self._scale.apply(self.reconstruct(rows))
        lost, spread = ((scaled - back) ** 2).sum(), ((scaled - scaled.mean(axis=0)) ** 2).sum()
        return float(1.0 - lost / spread if spread else lost == 0)

    def get_feature_names_out(self, input_features: Any = None) -> Any:
        """``code0`` …, one name per value of the code."""
        check_is_fitted(self)
        return np.array([f"code{number}" for number in range(self._length)], dtype=object)

    @staticmethod
    def _run(modules: torch.nn.Module, values: Floats) -> Floats:
        with torch.no_grad():
            found: Floats = modules(torch.as_tensor(values, dtype=torch.float32)).double().numpy()
        return found
