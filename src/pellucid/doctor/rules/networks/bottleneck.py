"""N505: a layer so narrow that what the outputs need cannot pass."""

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from pellucid.doctor.facts import ModelSeen, Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]


_FEWEST_ROWS = 100
_TIMES = 2.0
"""How many times the error of a linear code the network's has to be: twice is far more than unfinished training."""
_SHARE = 0.1
"""Share of the rows' variance from which on something is lost: a code of one number may well follow a curve."""


def see(session: Session) -> Iterator[Suspicion]:
    """Hidden linear layers of one unit where several outputs follow, in networks of classes and in autoencoders."""
    yield from _codes(session)
    kinds = {site.kind for site in session.trained_losses()}
    for model in session.models:
        widths = _widths(model)
        if len(widths) < 2:
            continue
        outputs = widths[-1][1]
        path, narrowest = min(widths[:-1], key=lambda each: each[1])
        shown = " → ".join(str(width) for _, width in widths)
        is_decoder = model.inputs is not None and model.inputs.dim() == 2 and model.inputs.shape[1] == outputs
        if is_decoder or outputs < 3 or not kinds & {"cross_entropy", "nll_loss"}:
            continue
        if narrowest == 1:
            yield Suspicion(
                f"Layer {path} has one unit, and {outputs} classes are told apart behind it: everything about a row "
                "has to pass through one number.",
                seen=f"widths {shown}",
                fix=f"Widen layer {path} to at least {max(16, outputs)} units.",
                layer=path,
                place=model.place,
                evidence={"widths": [width for _, width in widths]},
            )
        elif narrowest < outputs / 4:
            yield Suspicion(
                f"Layer {path} has {narrowest} units for {outputs} classes: scores of {outputs} classes in "
                f"{narrowest} dimensions are tied to one another.",
                seen=f"widths {shown}",
                fix=f"Widen layer {path} to at least {outputs} units.",
                layer=path,
                place=model.place,
                severity=Severity.INFO,
                evidence={"widths": [width for _, width in widths]},
            )


def _codes(session: Session) -> Iterator[Suspicion]:
    """Autoencoders whose code is one number, where a linear code of a few loses far less of the same rows.

    Encoder and decoder may be two models, one called on what the other gave.
    """
    chain = session.models[:2]
    rows = _reconstructed(session)
    if not chain or rows is None or not session.is_over:
        return
    if len(chain) == 2 and not _follow(chain[0], chain[1]):
        return
    widths = [each for model in chain for each in _widths(model)]
    if len(widths) < 2 or widths[-1][1] != rows.shape[1]:
        return
    path, narrowest = min(widths[:-1], key=lambda each: each[1])
    error = _last_error(session)
    if narrowest != 1 or error is None:
        return
    # What k principal components leave: no code of k numbers that a linear decoder reads does better.
    values = torch.linalg.svdvals(rows - rows.mean(0)) ** 2 / rows.numel()
    left = [float(values[k:].sum()) for k in range(rows.shape[1] // 2 + 1)]
    # Rows that vary alike in every direction leave 1 − k/columns: there no small code is any better.
    plain = [left[0] * (1 - k / rows.shape[1]) for k in range(len(left))]
    enough = next((k for k in range(2, len(left)) if _TIMES * left[k] <= min(error, plain[k])), None)
    if enough is None or error < _SHARE * left[0]:
        return
    name = f"layer {path}" if path else "the encoder"
    yield Suspicion(
        f"The code that {name} gives is one number, and {rows.shape[1]} columns are to be rebuilt from it: the "
        "rows vary in more directions than one.",
        seen=f"mean squared error {error:.3g}, but {enough} principal components of the same rows leave only "
        f"{left[enough]:.3g}; widths {' → '.join(str(width) for _, width in widths)}",
        fix=f"Give the code at least {enough} numbers.",
        layer=path,
        place=chain[0].place,
        evidence={"widths": [width for _, width in widths], "error": error, "components": enough, "left": left[enough]},
        causes=("T608", "T611", "D415"),
    )


def _reconstructed(session: Session) -> Tensor | None:
    """Rows that the first model was given and the only squared loss compares with, as float64 ``[n, columns]``."""
    sites = session.trained_losses()
    given = session.models[0].inputs if session.models else None
    if len(sites) != 1 or sites[0].kind != "mse_loss" or sites[0].options.get("reduction", "mean") != "mean":
        return None
    targets = [call.target for call in sites[0].training if call.target is not None and call.target.dim() == 2]
    if not targets or given is None or given.dim() != 2 or not given.is_floating_point():
        return None
    rows = torch.cat(targets)
    if rows.shape[1] != given.shape[1] or rows.shape[1] < 4 or len(rows) < _FEWEST_ROWS:
        return None
    known = {row.tobytes() for row in given.to(rows.dtype).cpu().contiguous().numpy()}
    is_same = [row.tobytes() in known for row in rows.cpu().contiguous().numpy()]
    rows = rows[torch.tensor(is_same, device=rows.device)].double().cpu()
    return rows if len(rows) >= max(_FEWEST_ROWS, 0.9 * len(is_same)) and bool(rows.isfinite().all()) else None


def _follow(encoder: ModelSeen, decoder: ModelSeen) -> bool:
    """Whether the second takes what the first gives."""
    ends = [layer.output_shape for layer in encoder.layers][-1:]
    begins = [layer.input_shape for layer in decoder.layers][:1]
    return bool(ends and begins) and ends[0] is not None and ends == begins


def _last_error(session: Session) -> float | None:
    """Mean of the last tenth of what ``backward`` was called on; None if that was not one number, or too few."""
    if len(session.backwards) != 1:
        return None
    values = session.backwards[0].values
    last = [float(each) for each in values[-max(1, len(values) // 10) :] if each.numel() == 1]
    return sum(last) / len(last) if len(values) >= 20 and last else None


def _widths(model: ModelSeen) -> list[tuple[str, int]]:
    return [(layer.path, layer.module.out_features) for layer in model.layers if isinstance(layer.module, nn.Linear)]


RULE = Rule(
    code="N505",
    slug="bottleneck",
    severity=Severity.WARNING,
    stages="S",
    summary="a layer of one unit, fewer units than classes, far more parameters than rows",
    causes=("T608", "T611", "D415", "T601", "T607", "D409", "D411"),
    page=Page(
        what="Whatever the outputs need to know about a row passes through every layer. A hidden layer of one unit "
        "puts all rows on a line, on which several classes can hardly be told apart.",
        wrong="from torch import nn\n\nmodel = nn.Sequential(\n"
        "    nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1), nn.ReLU(), nn.Linear(1, 10)\n)",
        right="from torch import nn\n\nmodel = nn.Sequential(\n"
        "    nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 16), nn.ReLU(), nn.Linear(16, 10)\n)",
        hurts="Ten digits through one unit: accuracy stays at 20 to 40 % where 97 % are usual.",
        detection="A hidden linear layer of one unit before three or more classes (warning); fewer than a quarter as "
        "many units as classes (info). An autoencoder with a code of one number: by experiment, where at most half as "
        "many principal components of the same rows as there are columns leave less than half of the error that "
        "training ended with (more than a tenth of the variance), and of what rows without any pattern would leave.",
        limits="Codes of two numbers and more, regressions and embeddings are left alone: a narrow layer is their "
        "point. Denoising and variational autoencoders are not compared.",
        sources=("Theia, arXiv 2412.05775: structural faults judged by the data",),
    ),
    see=see,
)
