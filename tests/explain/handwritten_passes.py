"""A pass written by hand: what renderings are tested on, whatever the trace says."""

from pellucid.records import CheckRecord, LineRecord, PassRecord, RemarkRecord, StageRecord

__all__ = ["handwritten"]


def _update(symbol, old, new):
    return StageRecord(
        phase="update",
        title=f"adam, step 1: {symbol}",
        lines=(
            LineRecord(symbol="m", formula="β_1·m + (1 − β_1)·g", numbers="0.9·0 + (1 − 0.9)·(−0.376)", value=-0.0376),
            LineRecord(symbol=symbol, formula=f"{symbol} + Δ{symbol}", numbers=f"{old} + 0.01", value=new),
        ),
    )


def handwritten(*, name="income", rows=1, weights=5):
    """A small pass with everything that can occur.

    Args:
        name: Of an input, as a stranger would write it.
        rows: Rows in the batch.
        weights: Whose update is told.
    """
    return PassRecord(
        network="2-2-1, tanh",
        loss="bce_with_logits",
        optimizer="adam(lr=0.01)",
        inputs=(name, "age"),
        rows=rows,
        value=0.522,
        stages=(
            StageRecord(
                phase="forward",
                title="layer 1, linear 2 → 2",
                sentence=f"The first input is {name}.",
                row=0,
                lines=(
                    LineRecord(symbol="x_1", formula="", value=0.5, note=name),
                    LineRecord(
                        symbol="z_1^(1)",
                        formula="w_11^(1)·x_1 + w_12^(1)·x_2 + b_1^(1)",
                        numbers="0.42·0.5 + (−1.3)·(−1) + 0.1",
                        value=1.61,
                    ),
                    LineRecord(
                        symbol="a_1^(1)",
                        formula="tanh(z_1^(1))",
                        numbers="tanh(1.61)",
                        value=0.9232,
                        derivative="1 − a_1^(1)^2",
                        slope=0.1477,
                    ),
                ),
                folded=1,
                arrays={"z": [[1.61, 0.3]], "W": [[0.42, -1.3], [0.2, 0.1]], "big": [[0.0] * 50] * 50},
            ),
            StageRecord(
                phase="backward",
                title="layer 2",
                lines=(
                    LineRecord(
                        symbol="∂L/∂z_1^(2)",
                        formula="−e^(−z_1^(2))",
                        numbers="−e^(−720)",
                        value=-2.03e-313,
                        single=0.0,
                        note="underflows",
                    ),
                ),
            ),
            StageRecord(
                phase="update",
                title="adam, step 1",
                lines=(LineRecord(symbol="lr", formula="", value=0.01, note="the learning rate"),),
                folded=6,
                arrays={"0.weight": {"before": [[0.7]], "after": [[0.71]]}},
            ),
            *(_update(f"w_1{place}^(2)", 0.1 * place, 0.1 * place + 0.01) for place in range(1, weights + 1)),
        ),
        remarks=(
            RemarkRecord(kind="saturated", place="layer 1", sentence="a_1^(1) is 0.9232: near its end.", rule="G203"),
        ),
        checks=(CheckRecord(against="autograd", compared=9, largest=1.1e-16, place="1.weight"),),
    )
