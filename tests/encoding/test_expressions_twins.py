"""Re-expressions beside scikit-learn's."""

import numpy as np
import pytest
from number_families import COLUMNS
from sklearn.preprocessing import (
    FunctionTransformer,
    MinMaxScaler,
    PowerTransformer,
    QuantileTransformer,
    RobustScaler,
    StandardScaler,
)

from pellucid.encoding.expressions import EXPRESSIONS

SHAPES = ["normal", "skewed", "prices", "counts", "both signs", "years", "negative", "an outlier"]
TWINS = {
    "none": lambda rows: FunctionTransformer(),
    "standard": lambda rows: StandardScaler(),
    "min_max": lambda rows: MinMaxScaler(),
    "robust": lambda rows: RobustScaler(),
    "log(standardize=false)": lambda rows: FunctionTransformer(np.log, inverse_func=np.exp),
    "log1p(standardize=false)": lambda rows: FunctionTransformer(np.log1p, inverse_func=np.expm1),
    "sqrt(standardize=false)": lambda rows: FunctionTransformer(np.sqrt, inverse_func=np.square),
}


def cases(choices):
    for choice in choices:
        for name in SHAPES:
            if EXPRESSIONS(choice).entry.takes(COLUMNS[name]).all():
                yield pytest.param(choice, name, id=f"{choice} of {name}")


@pytest.mark.parametrize(("choice", "name"), list(cases(TWINS)))
def test_values_and_inverses_are_those_of_scikit_learn(choice, name):
    values = COLUMNS[name]
    fitted, twin = EXPRESSIONS(choice).fit(values), TWINS[choice](len(values))
    theirs = twin.fit_transform(values[:, None])[:, 0]
    np.testing.assert_allclose(fitted.forward(values), theirs, rtol=1e-10, atol=1e-12)
    outputs = np.linspace(theirs.min(), theirs.max(), 50)
    back = twin.inverse_transform(outputs[:, None])[:, 0]
    np.testing.assert_allclose(fitted.inverse(outputs), back, rtol=1e-10, atol=1e-10 * values.std())


@pytest.mark.parametrize("name", ["normal", "skewed", "counts", "both signs", "negative"])
def test_power_finds_the_exponent_of_scikit_learn(name):
    values = COLUMNS[name]
    fitted, twin = EXPRESSIONS("power").fit(values), PowerTransformer()
    theirs = twin.fit_transform(values[:, None])[:, 0]
    assert fitted.exponent == pytest.approx(twin.lambdas_[0], abs=1e-5)
    np.testing.assert_allclose(fitted.forward(values), theirs, atol=1e-4)


@pytest.mark.parametrize("name", ["normal", "skewed", "both signs", "negative"])
def test_every_training_row_gets_the_normal_score_of_scikit_learn(name):
    values = COLUMNS[name]
    twin = QuantileTransformer(n_quantiles=len(values), output_distribution="normal")
    theirs = twin.fit_transform(values[:, None])[:, 0]
    fitted = EXPRESSIONS("quantile_normal").fit(values)
    inside = (values > values.min()) & (values < values.max())
    np.testing.assert_allclose(fitted.forward(values)[inside], theirs[inside], atol=1e-9)
    # The two ends are clipped at Φ⁻¹(1e-7), there by a hair less.
    np.testing.assert_allclose(fitted.forward(values), theirs, atol=1e-6)
