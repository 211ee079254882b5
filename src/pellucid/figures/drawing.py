"""Figure data → matplotlib → a file. The only file that imports matplotlib, and only when something is drawn.

No pyplot: nothing global is opened, switched or left behind. Colours are those of Okabe & Ito (2008), "Color universal
design", which people with any common colour vision tell apart; dashes say the same once more.
"""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pellucid.errors import SurroundingsError, UsageError
from pellucid.figures.figure import Axis, FigureData, Panel
from pellucid.records import write_whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["FORMATS", "draw", "save"]

FORMATS = ("png", "svg")
_INK, _QUIET, _LINE, _PAPER = "#1b1d20", "#5b6167", "#d9d9d2", "#ffffff"
_SERIES = (
    ("#0072b2", "solid"),
    ("#d55e00", (0, (5, 2))),
    ("#009e73", (0, (1.5, 1.5))),
    ("#cc79a7", (0, (6, 2, 1.5, 2))),
    ("#e69f00", (0, (3, 1.5))),
    ("#56b4e9", (0, (8, 2))),
)
_PANEL_WIDTH, _HEIGHT, _DPI = 4.8, 3.9, 150


def save(figure: FigureData, path: Path) -> None:
    """Write the picture; the file's ending says how. Title and description go into the file too.

    Raises:
        UsageError: If the ending is neither ``.png`` nor ``.svg``.
        SurroundingsError: If matplotlib is not installed, or the file cannot be written.
    """
    kind = path.suffix.lower().removeprefix(".")
    if kind not in FORMATS:
        found = f"ends in {path.suffix}" if path.suffix else "has no ending"
        raise UsageError(f"A picture is drawn as .png or .svg, and {path} {found}. Choose {path.with_suffix('.png')}")
    drawn = _blank(len(figure.panels))
    draw(figure, drawn.axes)
    _name(figure, drawn)
    write_whole(path, _rendered(figure, drawn, kind))


def draw(figure: FigureData, ax: "Axes | Sequence[Axes] | None" = None) -> "list[Axes]":
    """Draw into axes that exist, or into a new figure.

    Args:
        figure: What to draw.
        ax: One pair of axes for each panel, a single one for a single panel; None makes a new figure.

    Returns:
        The axes, one for each panel; their ``.figure`` is the whole picture.

    Raises:
        UsageError: If the number of axes is not the number of panels.
        SurroundingsError: If matplotlib is not installed.
    """
    if ax is None:
        whole = _blank(len(figure.panels))
        _name(figure, whole)
        axes = list(whole.axes)
    else:
        axes = list(ax) if isinstance(ax, Sequence) or hasattr(ax, "__iter__") else [ax]
    if len(axes) != len(figure.panels):
        raise UsageError(f"{figure.title!r} has {len(figure.panels)} panels and was given {len(axes)} pairs of axes.")
    for panel, one in zip(figure.panels, axes, strict=True):
        _draw_panel(panel, one)
    return axes


def _blank(panels: int) -> "Figure":
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise SurroundingsError(
            "Drawing needs matplotlib, which is not installed. Install it: pip install 'pellucid[plots]'"
        ) from None
    width = 6.4 if panels == 1 else _PANEL_WIDTH * panels
    figure = Figure(figsize=(width, _HEIGHT), dpi=_DPI, layout="constrained", facecolor=_PAPER)
    figure.subplots(1, panels)
    return figure


def _name(figure: FigureData, drawn: "Figure") -> None:
    drawn.suptitle(figure.title, x=0.012, ha="left", fontsize=12, fontweight="bold", color=_INK)


def _rendered(figure: FigureData, drawn: "Figure", kind: str) -> bytes:
    from matplotlib import rc_context

    description = {"Title": figure.title, "Description": figure.alt}
    # No date and no random names: equal numbers give equal files.
    metadata: dict[str, Any] = {**description, "Date": None} if kind == "svg" else {**description, "Software": None}
    content = io.BytesIO()
    with rc_context({"svg.hashsalt": "pellucid", "svg.fonttype": "none"}):
        drawn.savefig(content, format=kind, metadata=metadata)
    return content.getvalue()


def _draw_panel(panel: Panel, ax: "Axes") -> None:
    _dress(panel, ax)
    if panel.surface is not None:
        surface = panel.surface
        ax.contourf(
            surface.x, surface.y, surface.heights, levels=surface.levels, cmap="Greys_r", alpha=0.22, extend="both"
        )
        ax.contour(surface.x, surface.y, surface.heights, levels=surface.levels, colors=_QUIET, linewidths=0.5)
    if panel.bars is not None:
        bars = panel.bars
        ax.stairs(bars.heights, bars.edges, fill=True, color=_SERIES[0][0], alpha=0.45, label=bars.label)
    for curve in panel.curves:
        colour, dash = _SERIES[curve.series % len(_SERIES)]
        dots: dict[str, Any] = {"marker": "o", "markersize": 2.6} if curve.dots else {}
        ax.plot(
            curve.x,
            curve.y,
            color=colour,
            # A path full of turns is clearer without dashes.
            linestyle="solid" if curve.dots else dash,
            linewidth=1.2 if curve.dots else 2.0,
            drawstyle="steps-post" if curve.stairs else "default",
            label=curve.label,
            solid_joinstyle="round",
            zorder=3,
            **dots,
        )
    for number, mark in enumerate(panel.marks):
        shape, size = (("o", 7), ("*", 13), ("D", 7))[number % 3]
        ax.plot(
            [mark.x],
            [mark.y],
            linestyle="none",
            marker=shape,
            markersize=size,
            markerfacecolor=_PAPER,
            markeredgecolor=_INK,
            label=mark.label,
            zorder=5,
        )
    named = len(panel.curves) + len(panel.marks) + (panel.bars is not None)
    if named > 1:
        # Beside the drawing, never on it.
        ax.legend(
            loc="lower left",
            bbox_to_anchor=(0.0, 1.0),
            ncols=3,
            frameon=False,
            fontsize=8.5,
            labelcolor=_INK,
            handlelength=2.4,
            borderaxespad=0.2,
            columnspacing=1.4,
        )


def _dress(panel: Panel, ax: "Axes") -> None:
    ax.set_facecolor(_PAPER)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        ax.spines[side].set_color(_QUIET)
        ax.spines[side].set_linewidth(0.8)
    ax.tick_params(colors=_QUIET, labelsize=9, width=0.8)
    if panel.surface is None:
        ax.grid(visible=True, color=_LINE, linewidth=0.6)
        ax.set_axisbelow(True)
    ax.set_xlabel(panel.x.title, fontsize=9.5, color=_INK)
    ax.set_ylabel(panel.y.title, fontsize=9.5, color=_INK)
    if panel.x.logarithmic:
        ax.set_xscale("log")
    if panel.y.logarithmic:
        ax.set_yscale("log")
    if panel.limits is not None:
        left, right, bottom, top = panel.limits
        ax.set_xlim(left, right)
        ax.set_ylim(bottom, top)
    if _crosses_zero(panel, panel.y):
        ax.axhline(0.0, color=_QUIET, linewidth=0.8)


def _crosses_zero(panel: Panel, axis: Axis) -> bool:
    if axis.logarithmic or panel.surface is not None or not panel.curves:
        return False
    lowest = min(float(curve.y[curve.y == curve.y].min()) for curve in panel.curves if (curve.y == curve.y).any())
    highest = max(float(curve.y[curve.y == curve.y].max()) for curve in panel.curves if (curve.y == curve.y).any())
    return lowest < 0 < highest
