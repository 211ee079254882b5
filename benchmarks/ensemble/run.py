"""Does choosing among the members of a fit beat their plain average? See README.md beside this file."""

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
LOG = HERE / "log.jsonl"
DATA = HERE.parents[2] / "shared" / "data"
TABLES: dict[str, tuple[str, str, bool | None]] = {
    "titanic": ("titanic.csv", "Survived", None),
    "credit": ("credit.csv", "default", None),
    "penguins": ("penguins.csv", "species", None),
    "wine": ("winequality-red.csv", "", False),
    "mpg": ("mpg.csv", "mpg", None),
    "concrete": ("concrete.csv", "strength", None),
    "insurance": ("insurance.csv", "charges", None),
}
MEMBERS = (8, 16, 24)

Floats = Any
Loss = Callable[[Floats, Floats], float]


def rmse(said: Floats, truth: Floats) -> float:
    """Of numbers ``[n, 1]``."""
    return float(np.sqrt(np.mean((said[:, 0] - truth) ** 2)))


def log_loss(said: Floats, truth: Floats) -> float:
    """Of class probabilities ``[n, c]``."""
    return float(-np.log(np.clip(said[np.arange(len(truth)), truth], np.finfo(float).eps, 1)).mean())


def wrong(said: Floats, truth: Floats) -> float:
    """Share of wrong rows."""
    return float((said.argmax(axis=1) != truth).mean())


class Held:
    """Out-of-fold predictions: a row's is the weighted mean of the members that did not learn from it.

    Args:
        said: ``[m, n, p]``.
        held: Whether a member did not learn from a row ``[m, n]``.
        truth: ``[n]``.
        loss: To choose by.
    """

    def __init__(self, said: Floats, held: Floats, truth: Floats, loss: Loss) -> None:
        self.said, self.held, self.truth, self.measure = said * held[..., None], held.astype(float), truth, loss

    def loss(self, weights: Floats) -> float:
        """Infinite where a row is left without a prediction."""
        count = weights @ self.held
        if (count == 0).any():
            return np.inf
        return self.measure(np.tensordot(weights, self.said, axes=1) / count[:, None], self.truth)

    def own(self) -> Floats:
        """Every member's loss on the rows that it did not learn from ``[m]``."""
        pairs = zip(self.said, self.held > 0, strict=True)
        return np.array([self.measure(said[rows], self.truth[rows]) for said, rows in pairs])


def greedy(held: Held) -> Floats:
    """All members once, then the member that helps most, again and again; the best ensemble on the way."""
    weights = np.ones(len(held.said))
    best, kept = held.loss(weights), weights
    for _ in range(len(weights)):
        steps = weights + np.eye(len(weights))
        losses = [held.loss(step) for step in steps]
        weights = steps[int(np.argmin(losses))]
        if min(losses) < best - 1e-12:
            best, kept = min(losses), weights
    return kept


def pruned(held: Held) -> Floats:
    """The member is left out that harms most, as long as one does."""
    weights = np.ones(len(held.said))
    best = held.loss(weights)
    while weights.sum() > 1:
        losses = [held.loss(weights - step) if weights @ step else np.inf for step in np.eye(len(weights))]
        if min(losses) >= best - 1e-12:
            break
        best = min(losses)
        weights = weights - np.eye(len(weights))[int(np.argmin(losses))]
    return weights


def best_half(held: Held) -> Floats:
    """The members with the lower losses on their own held-out rows."""
    weights = np.zeros(len(held.said))
    weights[np.argsort(held.own())[: len(weights) // 2]] = 1
    return weights


def best_one(held: Held) -> Floats:
    """The member with the least loss on its own held-out rows."""
    return np.eye(len(held.said))[int(np.argmin(held.own()))]


RULES = {"greedy": greedy, "pruned": pruned, "best half": best_half, "best one": best_one}


def train(name: str, seed: int) -> dict[str, Any]:
    """What 24 members of the default recipe say of all rows, a third of which is kept for judging."""
    from pellucid.experiments import FitOptions
    from pellucid.experiments.choosing import choose_recipe
    from pellucid.experiments.ensembles import train_ensemble
    from pellucid.experiments.preparing import decide, prepare
    from pellucid.tables import read_table

    file, target, header = TABLES[name]
    table = read_table(DATA / file, header=header)
    options = FitOptions(target=(target or table.names[-1],), seed=seed, test_size=0.3)
    decided = decide(table, options)
    recipe, preparation = choose_recipe(options, decided.target.task, len(decided.train), decided.target.levels)
    prepared = prepare(decided, preparation)
    ensemble = train_ensemble(prepared, recipe, members=max(MEMBERS), seed=seed)
    result = ensemble.result
    outputs = result.outputs(prepared.encoded.numbers, prepared.encoded.codes).swapaxes(1, 2)
    heads = [objective.head for objective in result.objectives]
    said = [head.predict(outputs[[m], : result.objectives[m].outputs])[0].T for m, head in enumerate(heads)]
    held = np.zeros((len(said), len(decided.values)), dtype=bool)
    for member, rows in enumerate(ensemble.rows.validation):
        held[member, rows] = True
    numbers = decided.target.task == "regression"
    truth = prepared.targets.reshape(-1) if numbers else decided.values
    return {
        "preds": np.stack(said),
        "held": held,
        "truth": truth,
        "train": decided.train,
        "test": decided.test,
        "task": decided.target.task,
    }


def measure(name: str, seed: int, found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Losses of the average and of every rule on the test rows; the rules see the training rows alone."""
    numbers = str(found["task"]) == "regression"
    truth = np.asarray(found["truth"]).reshape(-1)
    own, kept = found["train"], found["test"]
    for members in MEMBERS:
        said = found["preds"][:members]
        chosen_by = rmse if numbers else log_loss
        held = Held(said[:, own], found["held"][:members][:, own], truth[own], chosen_by)
        for judged in (rmse,) if numbers else (wrong, log_loss):
            plain = judged(said[:, kept].mean(axis=0), truth[kept])
            losses = {}
            for rule, choose in RULES.items():
                weights = choose(held)
                mean = np.tensordot(weights / weights.sum(), said[:, kept], axes=1)
                losses[rule] = judged(mean, truth[kept])
            yield {"table": name, "seed": seed, "members": members, "loss": judged.__name__, "average": plain, **losses}


def summary(lines: list[dict[str, Any]]) -> str:
    """Relative change against the average, in per cent, and how often it was better or worse."""
    pooled: dict[tuple[str, int, str], list[float]] = defaultdict(list)
    scale: dict[tuple[str, int, str], list[float]] = defaultdict(list)
    for line in lines:
        scale[line["table"], line["members"], line["loss"]].append(line["average"])
    for line in lines:
        level = float(np.mean(scale[line["table"], line["members"], line["loss"]]))
        for rule in RULES:
            change = 100 * (line[rule] - line["average"]) / level
            pooled[line["loss"], line["members"], rule].append(change)
    told = ["| judged by | members | rule | change | better | equal | worse |", "|---|---|---|---|---|---|---|"]
    for (loss, members, rule), changes in pooled.items():
        values = np.array(changes)
        error = values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else np.nan
        better, worse = int((values < -1e-9).sum()), int((values > 1e-9).sum())
        told.append(
            f"| {loss.replace('_', ' ')} | {members} | {rule} | {values.mean():+.1f} ± {error:.1f} % | {better} "
            f"| {len(values) - better - worse} | {worse} |"
        )
    return "\n".join(told)


def main() -> None:
    """Go on where the log stops; --fresh starts anew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--fresh", action="store_true")
    asked = parser.parse_args()
    lines = [] if asked.fresh or not LOG.exists() else [json.loads(line) for line in LOG.read_text().splitlines()]
    done = {(line["table"], line["seed"]) for line in lines}
    for seed in range(asked.seeds):
        for name in TABLES:
            if (name, seed) not in done:
                lines += measure(name, seed, train(name, seed))
                LOG.write_text("".join(json.dumps(line) + "\n" for line in lines))
    print(summary(lines))


if __name__ == "__main__":
    main()
