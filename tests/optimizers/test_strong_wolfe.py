import math

import pytest

from pellucid.optimizers.strong_wolfe import strong_wolfe

FUNCTIONS = {
    "parabola": (lambda t: (t - 3) ** 2, lambda t: 2 * (t - 3)),
    "quartic": (lambda t: (t - 2) ** 4 - t, lambda t: 4 * (t - 2) ** 3 - 1),
    "waves": (lambda t: math.sin(3 * t) - 0.3 * t + 0.05 * t * t - 4 * t / (1 + t), None),
    "flat beyond a cliff": (lambda t: -math.tanh(5 * t), None),
}


def run(function, slope, first, trials=25):
    search = strong_wolfe(function(0.0), slope(0.0), first, reach=1.0, trials=trials)
    tried = [next(search)]
    try:
        while True:
            tried.append(search.send((function(tried[-1]), slope(tried[-1]))))
    except StopIteration as end:
        return end.value, tried


@pytest.mark.parametrize("first", [1e-3, 0.5, 1.0, 40.0])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_length_meets_both_conditions(name, first):
    function, slope = FUNCTIONS[name]
    slope = slope or (lambda t: (function(t + 1e-6) - function(t - 1e-6)) / 2e-6)
    t, tried = run(function, slope, first)
    assert tried[0] == first
    assert function(t) <= function(0.0) + 1e-4 * t * slope(0.0)
    assert abs(slope(t)) <= 0.9 * abs(slope(0.0))


def test_values_that_are_not_numbers_are_stepped_back_from():
    def function(t):
        return (t - 1) ** 2 if t < 2 else math.nan

    t, tried = run(function, lambda t: 2 * (t - 1) if t < 2 else math.nan, 50.0)
    assert 0 < t < 2
    assert tried[0] == 50.0


def test_no_more_is_tried_than_allowed():
    _, tried = run(lambda t: -t, lambda t: -1.0, 1.0, trials=4)
    assert len(tried) == 5


def test_a_search_that_finds_nothing_lower_stays():
    t, _ = run(lambda t: t + (0.0 if t == 0 else 1.0), lambda t: -1.0 if t == 0 else 1.0, 1.0, trials=3)
    assert t == 0.0
