"""``pellucid explain``: one forward pass, one backward pass and one update, in numbers."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pellucid.cli import options as option
from pellucid.errors import UnknownNameError, UsageError

if TYPE_CHECKING:
    from pellucid.explain.explanation import Explanation

__all__ = ["explain"]

_FORMATS = ("text", "markdown", "latex", "html", "json")
_BY_SUFFIX = {".txt": "text", ".md": "markdown", ".tex": "latex", ".html": "html", ".htm": "html", ".json": "json"}

# Quantities of one kind that the screen tells of a wide layer; files have all that the pass has.
_MOST = 2


def explain(
    model: Annotated[
        Path | None, typer.Argument(metavar="MODEL", help="A model.safetensors that fit wrote, or a run's folder.")
    ] = None,
    table: Annotated[
        str | None, typer.Argument(metavar="TABLE", help="A table with the target column; the run's own otherwise.")
    ] = None,
    row: Annotated[
        int | None, typer.Option(metavar="N", help="Which row is followed, counted from 0; the first otherwise.")
    ] = None,
    network: Annotated[
        str | None, typer.Option(metavar="WIDTHS", help="A network without a model: 2-3-1 has 2 inputs and 1 output.")
    ] = None,
    activation: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of its hidden layers: tanh (the default), relu, gelu …")
    ] = None,
    output_activation: Annotated[
        str | None, typer.Option(metavar="NAME", help="At its output, such as sigmoid; what the loss reads otherwise.")
    ] = None,
    x: Annotated[
        list[str] | None, typer.Option(metavar="A,B,…", help="Its inputs; given several times, the rows of a batch.")
    ] = None,
    y: Annotated[
        list[str] | None, typer.Option(metavar="VALUE", help="The target of each --x: a number, a class, or A,B,…")
    ] = None,
    names: Annotated[str | None, typer.Option(metavar="A,B,…", help="Names of its inputs.")] = None,
    weights: Annotated[
        float | None, typer.Option(metavar="VALUE", help="Every weight has this value; drawn by the seed otherwise.")
    ] = None,
    bias: Annotated[
        bool | None, typer.Option("--bias/--no-bias", help="Whether its layers have biases; they do by default.")
    ] = None,
    seed: Annotated[int | None, typer.Option(metavar="N", help="The same seed gives the same weights.")] = None,
    loss: Annotated[
        str | None, typer.Option(metavar="NAME", help="The model's own, or the right one for the target, otherwise.")
    ] = None,
    optimizer: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of the update: sgd (the default), adam, lion …")
    ] = None,
    lr: Annotated[float | None, typer.Option(metavar="RATE", help="Its learning rate; its own otherwise.")] = None,
    steps: Annotated[int, typer.Option(metavar="N", help="Passes and updates behind one another.")] = 1,
    member: Annotated[
        int | None, typer.Option(metavar="N", help="Which of a model's networks, counted from 0.")
    ] = None,
    header: option.Header = None,
    form: Annotated[
        str | None, typer.Option("--format", metavar="NAME", help="text, markdown, latex, html or json.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="File to write; standard output otherwise.")
    ] = None,
    as_json: option.AsJson = False,
) -> None:
    """Follow one row through a network and back: every number with its formula, checked against autograd."""
    if out == Path("-"):
        out = None
    form = _format(form, out, as_json=as_json)
    sketched = {
        "activation": activation,
        "output-activation": output_activation,
        "x": x,
        "y": y,
        "names": names,
        "weights": weights,
        "bias": bias,
        "seed": seed,
    }
    saved = {"member": member, "header": header}
    _require_one(model, network, sketched, saved)
    if network is None:
        from pellucid.jobs.explain import explain as explain_model

        assert model is not None
        explanation = explain_model(
            model,
            table,
            row=row or 0,
            loss=loss,
            optimizer=_rule(optimizer, lr),
            steps=steps,
            member=member or 0,
            header=header,
        )
    else:
        inputs = [_numbers("--x", each) for each in x or ()]
        from pellucid.explain.explaining import explain as explain_pass
        from pellucid.explain.sources import parse_network

        sketch = parse_network(
            network,
            activation=activation or "tanh",
            output_activation=output_activation or "auto",
            weights=weights,
            bias=bias is not False,
        )
        explanation = explain_pass(
            sketch,
            inputs,
            _targets(y),
            loss=loss,
            optimizer=_rule(optimizer, lr),
            row=row,
            seed=seed,
            names=_names(names, sketch.inputs),
            steps=steps,
        )
    _give(explanation, form, out)


def _format(form: str | None, out: Path | None, *, as_json: bool) -> str:
    """What is written: as asked for, or as the file's name says.

    Raises:
        UsageError: If two options contradict each other, or there is no such format.
    """
    known = None if form is None else form.strip().casefold()
    if known is not None and known not in _FORMATS:
        raise UnknownNameError("format", known, _FORMATS)
    if as_json and known not in (None, "json"):
        raise UsageError(f"--json and --format {known} contradict each other. Give one.")
    if as_json:
        known = "json"
    if out is None:
        return known or "text"
    if out.is_dir():
        raise UsageError(f"{out} is a folder; --out (-o) wants a file. Choose a name in it: {out / 'pass.html'}")
    named = _BY_SUFFIX.get(out.suffix.casefold())
    if known is not None and named is not None and known != named:
        raise UsageError(
            f"--out {out} asks for {named}, and {'--json' if as_json else f'--format {known}'} for another."
        )
    return known or named or "text"


def _require_one(model: Path | None, network: str | None, sketched: dict[str, Any], saved: dict[str, Any]) -> None:
    """A model or a sketched network, and of the options only those that belong to it.

    Raises:
        UsageError: If both or none are there, or an option belongs to the other.
    """
    if model is None and network is None:
        raise UsageError(
            "What shall be explained? Name a model, as in pellucid explain runs/titanic-7f3a --row 3, or a network, as "
            "in pellucid explain --network 2-3-1 --x 0.5,-1 --y 1."
        )
    if model is not None and network is not None:
        raise UsageError(f"MODEL ({model}) and --network {network} are two networks. Give one.")
    foreign = saved if network is not None else sketched
    odd = next((name for name, value in foreign.items() if value not in (None, [])), None)
    if odd is not None:
        owner = "a saved MODEL" if network is not None else "--network"
        raise UsageError(
            f"--{odd} belongs to {owner}. Leave it out{'' if network is not None else ', or add --network'}."
        )
    if network is not None and not sketched["x"]:
        raise UsageError("--x is missing. The inputs of --network, such as --x 0.5,-1.")


def _rule(optimizer: str | None, lr: float | None) -> str | None:
    """The optimizer with its learning rate.

    Raises:
        UsageError: If the rate is given twice.
    """
    if lr is None:
        return optimizer
    from pellucid.catalogue import read_choice, write_choice

    choice = read_choice(optimizer or "sgd")
    if "lr" in choice.given:
        raise UsageError(f"--optimizer {optimizer} has a learning rate already, and --lr gives another. Give one.")
    return write_choice(choice.name, {**choice.given, "lr": lr})


def _names(given: str | None, inputs: int) -> list[str] | None:
    if given is None:
        return None
    names = [each.strip() for each in given.split(",")]
    if len(names) != inputs:
        raise UsageError(f"--names names {len(names)} inputs, and --network has {inputs}. Name each of them once.")
    return names


def _numbers(name: str, text: str) -> list[float]:
    try:
        return [float(part) for part in text.replace("−", "-").split(",")]
    except ValueError:
        raise UsageError(f"{name} takes numbers with commas between them, such as 0.5,-1; found {text!r}.") from None


def _targets(given: list[str] | None) -> list[Any] | None:
    """One target for each row: whole numbers stay whole, as they may be classes; words are classes."""
    if not given:
        return None
    rows = [[_value(part.strip()) for part in text.replace("−", "-").split(",")] for text in given]
    return rows if any(len(row) > 1 for row in rows) else [row[0] for row in rows]


def _value(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _give(explanation: "Explanation", form: str, out: Path | None) -> None:
    from pellucid.explain import rendering

    record = explanation.record
    if form == "text" and out is None:
        from pellucid.cli.layout import ink_for, screen_width

        print(rendering.as_text(record, width=screen_width(), ink=ink_for(sys.stdout), most=_MOST))
        return
    written = {
        "text": rendering.as_text,
        "markdown": rendering.as_markdown,
        "latex": rendering.as_latex,
        "html": rendering.as_page,
        "json": rendering.as_json,
    }[form](record)
    written += "" if written.endswith("\n") else "\n"
    if out is None:
        sys.stdout.write(written)
        return
    from pellucid.printable import printable
    from pellucid.records import write_whole

    write_whole(out, written.encode())
    print(f"One pass as {form} in {printable(str(out))}", file=sys.stderr)
