"""Features that give the target away."""

import numpy as np
import pytest

from pellucid.tables import decide_columns, read_table

RANDOM = np.random.default_rng(5)
N = 300
X = RANDOM.normal(size=N)
CLASSES = np.array(["a", "b", "c"])[RANDOM.integers(3, size=N)]
RARE = np.where(np.arange(N) % 100 == 7, "yes", "no")
KINDS = np.array(["p", "q", "r"])[RANDOM.integers(3, size=N)]
RATES = np.array([{"p": 1.0, "q": 0.2, "r": 80.0}[kind] for kind in KINDS])


def leaks(target, **features):
    columns = {"target": target, "harmless": RANDOM.normal(size=N), **features}
    findings = decide_columns(read_table(columns), "target")[1]
    return {finding.column: finding for finding in findings if finding.code == "B059"}


LEAKING = {
    "the same number": (X, {"x": X * 3 + 1}),
    "a curve of it": (X, {"x": np.exp(X)}),
    "the same class in other words": (CLASSES, {"x": np.char.add("is ", CLASSES)}),
    "the class as a number": (CLASSES, {"x": np.searchsorted(["a", "b", "c"], CLASSES) * 7}),
    "a number beyond a threshold": (np.where(X > 0, "yes", "no"), {"x": X}),
    "a rare class": (RARE, {"x": np.where(RARE == "yes", 5.0, 0.0) + X / 100}),
    "a category that fixes the number": (np.array([1.0, 5.0, 20.0] * 100) + X / 1000, {"x": ["p", "q", "r"] * 100}),
}


@pytest.mark.parametrize("case", LEAKING)
def test_a_feature_that_tells_the_target_alone_is_listed(case):
    target, features = LEAKING[case]
    found = leaks(target, **{name: np.asarray(values).tolist() for name, values in features.items()})
    assert list(found) == ["x"]
    assert found["x"].evidence["score"] >= 0.99
    assert "--drop x" in found["x"].fix


def test_an_amount_in_several_currencies_is_found_with_its_companion():
    found = leaks(np.exp(X) * RATES, amount=np.exp(X), currency=KINDS.tolist())
    assert list(found) == ["amount"]
    assert found["amount"].evidence["within"] == "currency"
    assert "within each currency" in found["amount"].message


HONEST = {
    "a good feature": (X, {"x": X + RANDOM.normal(size=N) / 3}),
    "a nearly useless feature for a rare class": (RARE, {"x": X}),
    "many small categories": (X, {"x": [f"k{i % 100}" for i in range(N)], "amount": RANDOM.normal(size=N)}),
    "a category that tells a little": (CLASSES, {"x": np.where(RANDOM.random(N) < 0.8, CLASSES, "a")}),
}


@pytest.mark.parametrize("case", HONEST)
def test_an_honest_feature_is_no_leak(case):
    target, features = HONEST[case]
    assert leaks(target, **{name: np.asarray(values).tolist() for name, values in features.items()}) == {}


def test_a_name_that_contains_the_targets_is_suspected():
    columns = {"price": X, "price_encoded": RANDOM.normal(size=N), "pricey": RANDOM.normal(size=N)}
    findings = decide_columns(read_table(columns), "price")[1]
    assert [finding.column for finding in findings if finding.code == "B060"] == ["price_encoded"]
