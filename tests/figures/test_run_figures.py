"""Figures of schedules, penalties, initializers and re-expressions: their curves are the entries' own arithmetic."""

import numpy as np
import pytest

from pellucid.encoding.expressions import EXPRESSIONS
from pellucid.figures.expression_curves import expression_figure, made_up_column
from pellucid.figures.first_weights import initializer_figure
from pellucid.figures.penalty_curves import penalty_figure
from pellucid.figures.schedule_run import schedule_figure
from pellucid.networks import INITIALIZERS
from pellucid.objectives.penalties import PENALTIES
from pellucid.optimizers import SCHEDULES


@pytest.mark.parametrize("name", SCHEDULES.names())
@pytest.mark.parametrize("epochs", [None, 1, 7])
def test_a_schedules_curve_is_its_values(name: str, epochs: int | None) -> None:
    figure = schedule_figure(SCHEDULES(name), epochs=epochs)
    length = epochs or 50
    (curve,) = figure.panels[0].curves
    own = SCHEDULES(name).values(1.0, np.arange(length * 40), steps_per_epoch=40, epochs=length)
    if not SCHEDULES(name).watched:
        np.testing.assert_array_equal(curve.y, own)
    assert curve.x[-1] < length
    assert figure.table.rows[0][:2] == (1, own[0])
    assert figure.table.rows[-1][0] == length
    assert f"over {length} epochs" in figure.alt


def test_a_plateau_is_shown_what_it_acts_on() -> None:
    figure = schedule_figure(SCHEDULES("plateau(factor=0.1, patience=5)"))
    factors, seen = (panel.curves[0].y for panel in figure.panels)
    assert len(seen) == 50
    assert set(np.round(factors, 12)) >= {1.0, 0.1, 0.01}
    assert "those here are made up" in figure.alt
    assert len(schedule_figure(SCHEDULES("warm_up(then=plateau)")).panels) == 2


def test_momenta_are_drawn_up_to_1() -> None:
    panel = schedule_figure(SCHEDULES("sutskever")).panels[0]
    assert panel.y.label == "momentum"
    assert panel.limits is not None and panel.limits[3] > 1.0


@pytest.mark.parametrize("entry", list(PENALTIES), ids=lambda entry: entry.name)
def test_what_is_a_penalty_is_drawn_and_nothing_else(entry) -> None:
    figure = penalty_figure(PENALTIES(entry.name))
    assert (figure is not None) == entry.is_penalty


def test_a_penaltys_numbers_are_drawn() -> None:
    figure = penalty_figure(PENALTIES("elastic_net(strength=2, l1_share=0.25)"))
    assert figure is not None
    # 2·(¼·|p| + ¾·½·p²) and 2·(¼·sign p + ¾·p) at p = 2.
    assert figure.table.rows[7] == pytest.approx((2.0, 4.0, 3.5))
    assert (figure.facts["l1_part"], figure.facts["l2_part"]) == (0.5, 1.5)
    limit = penalty_figure(PENALTIES("max_norm(limit=2)"))
    assert limit is not None and limit.table.rows[-1] == pytest.approx((4.0, 2.0, 0.5))


def test_initializers_show_how_the_spread_of_values_goes_through_a_deep_network() -> None:
    kaiming, small = (initializer_figure(INITIALIZERS(name)) for name in ("kaiming_normal", "pytorch"))
    assert kaiming is not None and small is not None
    assert 0.3 < kaiming.facts["relu_spread"] < 3.0
    assert small.facts["relu_spread"] < 1e-6
    bars = kaiming.panels[0].bars
    assert bars is not None and np.sum(bars.heights * np.diff(bars.edges)) == pytest.approx(1.0)
    assert kaiming.facts["std"] == pytest.approx((2 / 128) ** 0.5, rel=0.02)
    assert initializer_figure(INITIALIZERS("data")) is None


def test_an_initializer_of_silence_has_a_picture() -> None:
    figure = initializer_figure(INITIALIZERS("zeros"))
    assert figure is not None and not figure.panels[1].y.logarithmic


@pytest.mark.parametrize("name", EXPRESSIONS.names())
def test_a_re_expression_shows_the_way_back(name: str) -> None:
    figure = expression_figure(EXPRESSIONS(name))
    for row in figure.table.rows:
        assert row[3] == pytest.approx(row[1], rel=1e-6)
    assert (np.diff(figure.panels[0].curves[0].y) > -1e-12).all()


def test_a_logarithm_takes_the_tail_away() -> None:
    facts = expression_figure(EXPRESSIONS("log")).facts
    assert facts["skewness_before"] > 2
    assert abs(facts["skewness"]) < 0.3
    assert (made_up_column() > 0).all()
