"""FitOptions: what a person asked of the main job."""

from typing import cast

import msgspec

from pellucid.errors import UnknownNameError, UsageError
from pellucid.experiments.recipes import RECIPES
from pellucid.experiments.unit_options import check_unit_options
from pellucid.networks import Precision
from pellucid.training import Setting, check_setting

__all__ = ["FitOptions"]


class FitOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of one fit; None leaves a choice to the recipe.

    Attributes:
        target: The column to predict, or several: labels of yes or no, numbers, parts of a distribution; none for a
            reconstruction.
        task: One of ``tables.TASKS``; None decides from the columns.
        levels: Which quantiles; they ask for the task quantile.
        order: Classes from low to high; they ask for the task ordinal.
        group: Column whose equal values hold rows together, for the tasks ranking and sequence.
        code: Values of a reconstruction's code, or of an embedding's vectors; ≥ 1.
        context: Neighbouring rows on either side that a row of a sequence is seen with; ≥ 0.
        target_expression: Choice of a re-expression of a target of numbers; None standardises.
        express: Columns with a re-expression of their own: name → choice.
        scaling: Choice of a re-expression of all other columns of numbers.
        recipe: Named recipe: ``tabular`` or ``plain``.
        hidden: Widths of the hidden layers.
        activation: Choice of an activation.
        norm: ``none``, ``batch_norm`` or ``layer_norm``.
        loss: Choice of a loss.
        class_weight: ``none`` or ``balanced``.
        optimizer: Choice of an optimiser; one of another kind than the recipe's comes with its own learning rate, which
            is then the same for all parameters.
        lr: Learning rate; > 0.
        weight_decay: Decoupled decay; ≥ 0.
        schedule: Choice of a schedule of the learning rate.
        penalty: Choices of penalties, joined by +.
        l2: L2 penalty; ≥ 0.
        dropout: Share of hidden values dropped while training.
        initialisation: Choice of an initialiser.
        batch_size: Rows per step; ≥ 1.
        epochs: Passes over the training rows; ≥ 1.
        members: Networks in the ensemble; ≥ 1.
        seed: The same seed and table give the same networks.
        drop: Columns that the network must not see.
        header: As given for reading.
        test_size: Share of the rows kept for judging; between 0 and 1.
        device: Where the networks train: ``cpu`` or ``cuda``; None: the CPU. They are judged on the CPU.
        precision: Of the matrix products while training: ``float32`` or ``bfloat16``; None: float32.
        out: The run's folder; None makes a new one below ``runs/``.
        command: How the run was started, for the record.
    """

    target: tuple[str, ...]
    task: str | None = None
    levels: tuple[float, ...] = ()
    order: tuple[str, ...] = ()
    group: str | None = None
    code: int | None = None
    context: int | None = None
    target_expression: str | None = None
    express: dict[str, str] = {}
    scaling: str | None = None
    recipe: str = "tabular"
    hidden: tuple[int, ...] | None = None
    activation: str | None = None
    norm: str | None = None
    loss: str | None = None
    class_weight: str | None = None
    optimizer: str | None = None
    lr: float | None = None
    weight_decay: float | None = None
    schedule: str | None = None
    penalty: str | None = None
    l2: float | None = None
    dropout: float | None = None
    initialisation: str | None = None
    batch_size: int | None = None
    epochs: int | None = None
    members: int | None = None
    seed: int = 0
    drop: tuple[str, ...] = ()
    header: bool | None = None
    test_size: float = 0.2
    device: str | None = None
    precision: str | None = None
    out: str | None = None
    command: str = ""

    @property
    def setting(self) -> Setting:
        """How training computes."""
        return Setting(device=self.device or "cpu", precision=cast(Precision, self.precision or "float32"))

    def check(self) -> None:
        """Refuse what cannot be meant, before the table is touched.

        Raises:
            UsageError: If a number is out of its range.
            UnknownNameError: If there is no such recipe.
            SurroundingsError: If the device is not there.
        """
        check_unit_options(self)
        check_setting(self.setting)
        if self.recipe not in RECIPES:
            raise UnknownNameError("recipe", self.recipe, tuple(RECIPES))
        if not 0 < self.test_size < 1:
            raise UsageError(
                f"The test size must lie between 0 and 1, found {self.test_size:g}. 0.2 keeps a fifth of the rows."
            )
        if self.members is not None and not 1 <= self.members <= 1000:
            raise UsageError(f"The number of members must be 1 to 1000, found {self.members}.")
        if not 0 <= self.seed < 2**53:
            raise UsageError(f"The seed must be 0 or a whole number below 2⁵³, found {self.seed}.")
