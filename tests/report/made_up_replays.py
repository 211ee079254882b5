"""Replays and layers of a training that nobody did."""

import numpy as np

from pellucid.records import LayerRecord, ReplayAxis, ReplayRecord, pack_frames

FRAMES = 12
EPOCHS = tuple(range(0, 3 * FRAMES, 3))
LOSSES = (None, *(0.9 - 0.02 * place for place in range(1, FRAMES)))


def boundary(meaning: str = "probability", *, classes: tuple[str, ...] = ("no", "yes"), side: int = 20) -> ReplayRecord:
    """Left to right, from the first class to the last, the steeper the later."""
    slope = np.linspace(-1, 1, side)[None, None, :] * np.arange(FRAMES)[:, None, None]
    share = 1 / (1 + np.exp(-np.broadcast_to(slope, (FRAMES, side, side))))
    cells = np.round(31 * share)
    if meaning == "class":
        cells = np.minimum(len(classes) - 1, np.floor(share * len(classes))) * 8 + np.round(7 * np.abs(2 * share - 1))
    return ReplayRecord(
        kind="boundary",
        meaning=meaning,  # type: ignore[arg-type]
        epochs=EPOCHS,
        losses=LOSSES,
        shape=(FRAMES, side, side),
        levels=8 * len(classes) if meaning == "class" else 32,
        x=ReplayAxis(label="age", low=0, high=80),
        y=ReplayAxis(label="fare", low=-5, high=500),
        low=-2.0 if meaning == "value" else 0.0,
        high=4.0 if meaning == "value" else 1.0,
        classes=() if meaning == "value" else classes,
        frames=pack_frames(cells.astype(np.uint8)),
    )


def certainty(classes: tuple[str, ...] = ("no", "yes"), *, bins: int = 10) -> ReplayRecord:
    """At first all rows stand in the middle, at the end three quarters of them in the last bin and one in the first."""
    shares = np.zeros((FRAMES, len(classes), bins))
    for frame in range(FRAMES):
        done = frame / (FRAMES - 1)
        shares[frame, :, bins // 2] = 1 - done
        shares[frame, :, -1] += 0.75 * done
        shares[frame, :, 0] += 0.25 * done
    return ReplayRecord(
        kind="certainty",
        meaning="share",
        epochs=EPOCHS,
        losses=LOSSES,
        shape=shares.shape,
        levels=201,
        x=ReplayAxis(label="probability of the own class", low=0, high=1),
        y=ReplayAxis(label="share of its rows", low=0, high=1),
        classes=classes,
        counts=(40,) * len(classes),
        frames=pack_frames(np.round(200 * shares).astype(np.uint8)),
    )


def predictions(rows: int = 30) -> ReplayRecord:
    """All predictions begin at the mean and end at most 2 units above the truth."""
    truth = np.round(np.linspace(0, 200, rows))
    frames = np.stack([100 + (truth + 4 - 100) * frame / (FRAMES - 1) for frame in range(FRAMES)])
    axis = ReplayAxis(label="price", low=0.0, high=127.5)
    return ReplayRecord(
        kind="predictions",
        meaning="value",
        epochs=EPOCHS,
        losses=LOSSES,
        shape=frames.shape,
        levels=256,
        x=axis,
        y=axis,
        low=0.0,
        high=127.5,
        truth=truth.astype(np.uint8).tobytes(),
        frames=pack_frames(np.round(frames).astype(np.uint8)),
    )


def layer_records(members: int = 3, *, layers: int = 3, epochs: int = 30) -> list[LayerRecord]:
    """Gradients that shrink by ten from layer to layer; nothing follows the last one."""
    return [
        LayerRecord(
            member=member,
            epoch=epoch,
            layer=layer,
            weight=3.0,
            gradient=10.0**-layer * (1 + member),
            moved=None if epoch == 0 else 0.1 / epoch,
            dead=0.25 * layer if layer < layers else None,
            saturated=0.1 if layer < layers else None,
        )
        for member in range(members)
        for epoch in range(epochs + 1)
        for layer in range(1, layers + 1)
    ]
