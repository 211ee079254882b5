"""``pellucid show``: what the catalogue holds, and what one entry of it is and does."""

import sys
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["show"]


def show(
    what: Annotated[
        str,
        typer.Argument(
            metavar="WHAT",
            help="activations, losses, optimizers, schedules, penalties, initializers, expressions, heads,"
            " metrics, surfaces or contract.",
        ),
    ],
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help='One of them, with numbers where wanted: "huber(delta=0.5)".')
    ] = None,
    plot: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw it into this .png or .svg file.")] = None,
    surface: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="An optimizer's ground: bowl, valley, saddle, two_minima or noisy."),
    ] = None,
    lr: Annotated[
        float | None, typer.Option(metavar="RATE", help="An optimizer's learning rate; the best of several otherwise.")
    ] = None,
    steps: Annotated[int | None, typer.Option(metavar="N", help="An optimizer's steps.")] = None,
    epochs: Annotated[int | None, typer.Option(metavar="N", help="Length of a schedule's run.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of the screen.")] = False,
) -> None:
    """Show what can be chosen: all of a kind, or one with its formula, its numbers and its picture."""
    from pellucid.reference import Viewing, look_at, look_over

    viewing = Viewing(surface=surface, lr=lr, steps=steps, epochs=epochs)
    if what.strip().casefold() == "contract":
        _show_contract(name, viewing.given, plot, as_json=as_json)
        return
    if name is None:
        listing = look_over(what, viewing=viewing, plot=plot)
        if as_json:
            from pellucid.cli.documents import listing_document

            sys.stdout.write(listing_document(listing))
            return
        from pellucid.cli.layout import ink_for, screen_width
        from pellucid.cli.sheets import listing_lines

        print("\n".join(listing_lines(listing, width=screen_width(), ink=ink_for(sys.stdout))))
        return
    view = look_at(what, name, viewing=viewing, plot=plot)
    if as_json:
        from pellucid.cli.documents import view_document

        sys.stdout.write(view_document(view))
        return
    from pellucid.cli.layout import ink_for, screen_width
    from pellucid.cli.sheets import view_lines

    print("\n".join(view_lines(view, width=screen_width(), ink=ink_for(sys.stdout))))


def _show_contract(name: str | None, given: tuple[str, ...], plot: Path | None, *, as_json: bool) -> None:
    from pellucid.errors import UsageError
    from pellucid.reference import look_at_contract

    if given or plot is not None:
        raise UsageError(f"--{given[0] if given else 'plot'} does not belong to the contract. Leave it out.")
    view = look_at_contract(name)
    if as_json:
        from pellucid.cli.documents import contract_document

        sys.stdout.write(contract_document(view))
        return
    from pellucid.cli.contract import contract_lines
    from pellucid.cli.layout import ink_for, screen_width

    print("\n".join(contract_lines(view, width=screen_width(), ink=ink_for(sys.stdout))))
