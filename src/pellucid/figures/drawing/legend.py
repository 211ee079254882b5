"""The legend: above its panel, never on the data, in as many columns as there is room for."""

from typing import TYPE_CHECKING, Any, TypeAlias

from pellucid.figures.drawing.lettering import width_of, worded
from pellucid.figures.drawing.palette import INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Named", "draw_legend"]

Named: TypeAlias = tuple[str, Any]
"""A label and what was drawn for it; an empty label stays out of the legend."""

_SIZE, _TITLE, _LONGEST = 8.5, 10.0, 34
# Handle, and the blanks beside it and between columns, in points.
_BESIDE = (2.4 + 0.8 + 1.4) * _SIZE


def draw_legend(named: list[Named], title: str, ax: "Axes") -> None:
    """Write the panel's title and, where there is more than one name, the legend beneath it."""
    # Parts that share a name share an entry.
    entries = {label: handle for label, handle in reversed(named) if label}
    labels = [label for label, _ in named if label in entries]
    labels = list(dict.fromkeys(labels))
    if len(labels) < 2:
        if title:
            ax.set_title(worded(title, 70), loc="left", fontsize=_TITLE, color=INK)
        return
    texts = [worded(label, _LONGEST) for label in labels]
    room = ax.get_window_extent().width / ax.get_figure(root=True).dpi * 72  # type: ignore[union-attr]
    legend = ax.legend(
        [entries[label] for label in labels],
        texts,
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        ncols=_columns(texts, room),
        frameon=False,
        fontsize=_SIZE,
        labelcolor=INK,
        handlelength=2.4,
        borderaxespad=0.2,
        columnspacing=1.4,
        title=worded(title, 70) or None,
        title_fontproperties={"size": _TITLE},
        alignment="left",
    )
    legend.get_title().set_color(INK)


def _columns(texts: list[str], room: float) -> int:
    """As many even columns as fit into so many points; entries run down the columns."""
    for columns in range(min(len(texts), 4), 1, -1):
        lines = -(-len(texts) // columns)
        runs = [texts[start : start + lines] for start in range(0, len(texts), lines)]
        if len(runs) == columns and sum(width_of(run, _SIZE) + _BESIDE for run in runs) <= room:
            return columns
    return 1
