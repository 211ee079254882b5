"""FitOptions: what a person asked of the main job."""

import msgspec

from pellucid.errors import UnknownNameError, UsageError
from pellucid.experiments.recipes import RECIPES

__all__ = ["FitOptions"]


class FitOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of one fit; None leaves a choice to the recipe.

    Attributes:
        target: The column to predict.
        task: ``binary``, ``multiclass`` or ``regression``; None decides from the column.
        recipe: Named recipe: ``tabular`` or ``plain``.
        hidden: Widths of the hidden layers.
        activation: Registered activation.
        loss: Registered loss.
        optimizer: Registered optimiser.
        lr: Learning rate; > 0.
        batch_size: Rows per step; ≥ 1.
        epochs: Passes over the training rows; ≥ 1.
        members: Networks in the ensemble; ≥ 1.
        seed: The same seed and table give the same networks.
        drop: Columns that the network must not see.
        header: As given for reading.
        test_size: Share of the rows kept for judging; between 0 and 1.
        out: The run's folder; None makes a new one below ``runs/``.
        command: How the run was started, for the record.
    """

    target: str
    task: str | None = None
    recipe: str = "tabular"
    hidden: tuple[int, ...] | None = None
    activation: str | None = None
    loss: str | None = None
    optimizer: str | None = None
    lr: float | None = None
    batch_size: int | None = None
    epochs: int | None = None
    members: int | None = None
    seed: int = 0
    drop: tuple[str, ...] = ()
    header: bool | None = None
    test_size: float = 0.2
    out: str | None = None
    command: str = ""

    def check(self) -> None:
        """Refuse what cannot be meant, before the table is touched.

        Raises:
            UsageError: If a number is out of its range.
            UnknownNameError: If there is no such recipe.
        """
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
