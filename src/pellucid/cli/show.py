"""``pellucid show``: what the catalogue holds, and what one entry of it is and does."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from pellucid.errors import UsageError

__all__ = ["show"]


def show(
    what: Annotated[
        str,
        typer.Argument(
            metavar="WHAT",
            help="activations, losses, optimizers, schedules, penalties, initializers, expressions, heads,"
            " metrics, surfaces or contract; or run, for the figures of a run.",
        ),
    ],
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]",
            help='One of them, with numbers where wanted: "huber(delta=0.5)"; or the folder of a run.',
        ),
    ] = None,
    more: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE]...", help="Further files of --plot.", show_default=False)
    ] = None,
    plot: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="Draw it into this .png, .svg or .pdf file. Of a run several, and the file's name says which figure:"
            " --plot curves.png roc.png.",
        ),
    ] = None,
    surface: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="An optimizer's ground: bowl, valley, saddle, two_minima or noisy."),
    ] = None,
    lr: Annotated[
        float | None, typer.Option(metavar="RATE", help="An optimizer's learning rate; the best of several otherwise.")
    ] = None,
    steps: Annotated[int | None, typer.Option(metavar="N", help="An optimizer's steps.")] = None,
    epochs: Annotated[int | None, typer.Option(metavar="N", help="Length of a schedule's run.")] = None,
    columns: Annotated[
        str | None, typer.Option(metavar="A,B", help="The two columns of a run's boundary; the weightiest otherwise.")
    ] = None,
    fill: Annotated[
        str | None,
        typer.Option(metavar="HOW", help="What a boundary does with the other columns: slice, plane or nearest."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of the screen.")] = False,
) -> None:
    """Show what can be chosen, with formula, numbers and picture; or the figures of a run."""
    from pellucid.reference import Viewing

    viewing = Viewing(surface=surface, lr=lr, steps=steps, epochs=epochs)
    if what.strip().casefold() in ("run", "runs"):
        from pellucid.cli.show_run import show_run

        plots = [*(plot or []), *_further(more, plot)]
        show_run(name, plots, viewing.given, columns=columns, fill=fill, as_json=as_json)
        return
    from pellucid.reference import look_at, look_over

    file = _only(plot, more)
    for option, value in (("columns", columns), ("fill", fill)):
        if value is not None:
            raise UsageError(f"--{option} belongs to the boundary of a run. Leave it out.")
    if what.strip().casefold() == "contract":
        _show_contract(name, viewing.given, file, as_json=as_json)
        return
    if name is None:
        listing = look_over(what, viewing=viewing, plot=file)
        if as_json:
            from pellucid.cli.documents import listing_document

            sys.stdout.write(listing_document(listing))
            return
        from pellucid.cli.layout import ink_for, screen_width
        from pellucid.cli.sheets import listing_lines

        print("\n".join(listing_lines(listing, width=screen_width(), ink=ink_for(sys.stdout))))
        return
    view = look_at(what, name, viewing=viewing, plot=file)
    if as_json:
        from pellucid.cli.documents import view_document

        sys.stdout.write(view_document(view))
        return
    from pellucid.cli.layout import ink_for, screen_width
    from pellucid.cli.sheets import view_lines

    print("\n".join(view_lines(view, width=screen_width(), ink=ink_for(sys.stdout))))


def _further(more: list[Path] | None, plot: list[Path] | None) -> list[Path]:
    if more and not plot:
        raise UsageError(f"What is {str(more[0])!r}? Files to draw come after --plot: --plot curves.png roc.png.")
    return more or []


def _only(plot: list[Path] | None, more: list[Path] | None) -> Path | None:
    """The one file that an entry can be drawn into."""
    files = [*(plot or []), *_further(more, plot)]
    if len(files) > 1:
        raise UsageError(f"Only a run has several figures, found --plot {' '.join(map(str, files))}. Give one file.")
    return files[0] if files else None


def _show_contract(name: str | None, given: tuple[str, ...], plot: Path | None, *, as_json: bool) -> None:
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
