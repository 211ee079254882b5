"""Intervals as bars of characters, names cut to a width, and the scale that the bars share."""

import math

import pytest

from pellucid.cli.interval_plot import interval_bar, scale_ends
from pellucid.cli.layout import cells, shortened
from pellucid.report.comparison.scale import Scale

TENTHS = Scale(0.0, 1.0)


@pytest.mark.parametrize(
    ("estimate", "bar"),
    [
        ((0.5, 0.0, 1.0), "━━━━━●━━━━"),
        ((0.55, 0.4, 0.69), "    ━●━"),
        ((0.55, 0.45, 0.62), "    ╺●╸"),
        ((0.0, None, None), "●"),
        ((1.0, None, None), "         ●"),
        ((0.95, 0.85, 3.0), "        ╺●"),
        ((-0.5, -1.0, 0.4), "◂"),
        ((2.0, 0.4, 3.0), "         ▸"),
        ((None, None, None), ""),
        ((math.inf, None, None), ""),
    ],
)
def test_a_bar_shows_where_an_interval_lies(estimate: tuple[float | None, ...], bar: str) -> None:
    assert interval_bar(TENTHS, estimate, 10) == bar  # type: ignore[arg-type]


def test_the_ends_of_a_scale_stand_at_the_ends_of_the_bars() -> None:
    assert scale_ends("0.78", "0.83", 20) == "0.78            0.83"


def test_a_scale_holds_every_interval_of_those_that_lie_together() -> None:
    assert Scale.of([(0.8, 0.7, 0.9), (0.6, 0.5, 0.7)], greater_is_better=True) == Scale(0.5, 0.9)


@pytest.mark.parametrize("greater", [True, False])
def test_one_variant_far_from_many_does_not_settle_the_scale(greater: bool) -> None:
    sign = 1 if greater else -1
    near = [(sign * (1.0 - place / 100), None, None) for place in range(8)]
    scale = Scale.of([*near, (-sign * 1e6, None, None)], greater_is_better=greater)
    assert scale is not None
    assert [scale.low, scale.high] == pytest.approx(sorted((sign * 1.0, sign * 0.93)))


def test_where_all_but_one_are_level_that_one_is_shown() -> None:
    level = [(0.9, None, None)] * 8
    assert Scale.of([*level, (0.5, None, None)], greater_is_better=True) == Scale(0.5, 0.9)


@pytest.mark.parametrize("estimates", [[], [(None, None, None)], [(0.8, None, None)] * 3])
def test_nothing_to_tell_apart_has_no_scale(estimates: list[tuple[float | None, None, None]]) -> None:
    assert Scale.of(estimates, greater_is_better=True) is None


@pytest.mark.parametrize(
    ("text", "width", "short"),
    [
        ("relu, lr 0.1", 12, "relu, lr 0.1"),
        ("relu, lr 0.1", 11, "relu,…r 0.1"),
        ("elastic_net(strength=0.01)", 12, "elasti…0.01)"),
        ("広い名前の活性化関数", 9, "広い…関数"),
    ],
)
def test_a_long_name_keeps_both_its_ends(text: str, width: int, short: str) -> None:
    assert shortened(text, width) == short
    assert cells(short) <= width
