"""ASGD and schedule-free AdamW, as lines: rules that predict with an average.

Polyak & Juditsky (1992) and Bottou (2012), §5.3, as in PyTorch; Defazio et al. (2024), algorithm 1, with the three
sequences x, y and z of the paper.
"""

from pellucid.explain.updates.account import Account, Formula, Formulas, Now

__all__ = ["ASGD", "SCHEDULE_FREE_ADAMW"]


def _asgd(now: Now) -> Formulas:
    gradient = "g" if now.factor == 1.0 else "f·g"
    decay = "λ·w + " if now.decays and now.numbers["weight_decay"] else ""
    begun = now.t - 1 - now.numbers["t0"] > 1
    average = Formula("a", "a + (w − a)/(t − 1 − t_0)") if begun else Formula("a", "w", "averaging has not begun")
    return Formulas(
        (Formula("Δw", f"−η·({decay}{gradient})"), Formula("w", "w + Δw"), average),
        (Formula("η", "lr_0/(1 + λ·lr_0·(t − 1))^α"),),
        "Predictions are made with the average a.",
    )


def _schedule_free(now: Now) -> Formulas:
    decay = " + λ·w" if now.decays and now.numbers["weight_decay"] else ""
    direction = "g/(√v̂ + ε)" if now.factor == 1.0 else "f·g/(√v̂ + ε)"
    growing = now.numbers["warmup_steps"] > 1
    return Formulas(
        (
            Formula("v", "β_2·v + (1 − β_2)·g²"),
            Formula("v̂", "v/(1 − β_2^t)"),
            Formula("u", direction + decay),
            Formula("z", "z − γ·u"),
            Formula("x", "(1 − c)·x + c·z", "the average, which predicts"),
            Formula("w", "(1 − β_1)·z + β_1·x", "where the next gradient is taken"),
        ),
        (
            Formula("γ", "lr_0·min(1, t/warmup)" if growing else "lr_0"),
            Formula("γ_max", "max(γ_max, γ)"),
            Formula("q", "t^r·γ_max^p", "this step's weight in the average"),
            Formula("Q", "Q + q"),
            Formula("c", "q/Q"),
        ),
        "Gradients are taken at w, between the iterate z and the average x.",
    )


ASGD = Account(_asgd, {"weight_decay": "λ", "alpha": "α", "t0": "t_0"}, {"a": "w"}, predicts="a")
SCHEDULE_FREE_ADAMW = Account(
    _schedule_free,
    {
        "beta1": "β_1",
        "beta2": "β_2",
        "eps": "ε",
        "weight_decay": "λ",
        "warmup_steps": "warmup",
        "weight_lr_power": "p",
    },
    {"v": 0.0, "z": "w", "x": "w"},
    {"γ_max": 0.0, "Q": 0.0},
    predicts="x",
)
