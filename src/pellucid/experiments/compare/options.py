"""CompareOptions: what a person asked of a comparison."""

from typing import Any

import msgspec

from pellucid.errors import UsageError
from pellucid.experiments.options import FitOptions
from pellucid.tables import UNIT_TASKS

__all__ = ["CompareOptions"]

MOST_SEEDS, MOST_FOLDS, MOST_WORKERS = 1000, 1000, 256


class CompareOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of one comparison.

    Attributes:
        fit: What all variants have in common, as for a fit: target, task, parts of the recipe, seed, test size, columns
            to drop, the folder, the command; ``members`` are those of the retrained winner.
        vary: Factors in the notation of ``plans``: ``activation=relu,gelu``.
        path: One factor of numbers, in order; instead of ``vary``.
        recipes: Named recipes to compare, with everything that is varied beside them.
        seeds: Repeats; each draws its own folds and the seeds of its networks.
        folds: Folds of each repeat.
        scheme: How folds are drawn: one of ``tables.SCHEMES``.
        group: Column whose equal values keep rows on one side of every division.
        time: Column that says when each row happened; asks for folds by time.
        draws: Variants that are drawn at random from what is varied; None: all combinations.
        halving: Pick the variants that are judged by successive halving.
        minutes: Wall time that everything together may take; None: as long as it takes.
        workers: Processes; None: this one.
    """

    fit: FitOptions
    vary: tuple[str, ...] = ()
    path: str = ""
    recipes: tuple[str, ...] = ()
    seeds: int = 10
    folds: int = 5
    scheme: str = "auto"
    group: str | None = None
    time: str | None = None
    draws: int | None = None
    halving: bool = False
    minutes: float | None = None
    workers: int | None = None

    def check(self) -> None:
        """Refuse what cannot be meant, before the table is touched.

        Raises:
            UsageError: If a number is out of its range, or two options contradict each other.
            UnknownNameError: If there is no such recipe.
        """
        self.fit.check()
        for name in self.recipes:
            msgspec.structs.replace(self.fit, recipe=name).check()
        if not (self.vary or self.path or self.recipes):
            raise UsageError(
                "Nothing is varied, so there is nothing to compare. Add --vary activation=relu,gelu,tanh, or"
                " --path l2=1e-3:1e3:log:20."
            )
        if self.path and (self.vary or self.recipes or self.draws):
            raise UsageError("A path goes along one number alone. Give either --path, or --vary with or without draws.")
        if (task := self.fit.task) in UNIT_TASKS:
            raise UsageError(
                "Comparisons are for tasks in which every row has an answer of its own (classes, labels, shares,"
                f" numbers, counts, quantiles), and the task is {task}. Fit each recipe with pellucid fit --task {task}"
                " and the same --seed, and put the scores side by side: they are of the same test rows."
            )
        for name, value, most in (("seeds", self.seeds, MOST_SEEDS), ("folds", self.folds, MOST_FOLDS)):
            least = 1 if name == "seeds" else 2
            if not least <= value <= most:
                raise UsageError(f"The number of {name} must be {least} to {most}, found {value}.")
        if self.draws is not None and self.draws < 1:
            raise UsageError(f"The number of draws must be 1 or above, found {self.draws}.")
        if self.minutes is not None and not 0 < self.minutes < 1e6:
            raise UsageError(f"The minutes must be above 0, found {self.minutes:g}.")
        if self.workers is not None and self.fit.setting.device != "cpu":
            raise UsageError(
                f"Workers share the cores of the CPU, and the networks train on {self.fit.setting.device}, which one"
                " process keeps busy. Leave out --workers, or --device."
            )
        if self.workers is not None and not 1 <= self.workers <= MOST_WORKERS:
            raise UsageError(f"The number of workers must be 1 to {MOST_WORKERS}, found {self.workers}.")

    def deciding(self) -> dict[str, Any]:
        """What decides the table of scores, as plain JSON; the folder, the command and the pace do not."""
        # By way of JSON, so that it equals what is read back from a file.
        own, fit = (msgspec.json.decode(msgspec.json.encode(each)) for each in (self, self.fit))
        told: dict[str, Any] = {**fit, **own}
        for name in ("fit", "minutes", "workers", "out", "command", "members", "header"):
            told.pop(name, None)
        # Where and how networks train anyway.
        usual = {"device": "cpu", "precision": "float32"}
        asked = {name: value for name, value in told.items() if value not in (None, [], {}, "", False)}
        return {name: value for name, value in asked.items() if value != usual.get(name)}
