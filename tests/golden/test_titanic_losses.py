"""Exercise 4: Titanic, loss by loss. Six recipes that people trained, what is wrong with each, and the right one."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.model_selection import train_test_split

from pellucid.errors import ContractError
from pellucid.records import Recipe
from pellucid.training import train

TABLE = Path(__file__).parents[3] / "shared" / "data" / "titanic.csv"

# What was trained: loss, output activation, outputs; and the rule that each breaks.
FAULTY = {
    "L1 on a sigmoid": ("l1", "sigmoid", 1, "L110"),
    "MSE on a sigmoid": ("mse", "sigmoid", 1, "L110"),
    "NLL on one relu output": ("nll", "relu", 1, "L105"),
    "cross-entropy on one relu output": ("cross_entropy", "relu", 1, "L103"),
    "KL divergence on relu": ("kl_divergence", "relu", 1, "L106"),
    "KL divergence on the log-softmax of one output": ("kl_divergence", "log_softmax", 1, "L103"),
}
SHAPE = Recipe(hidden=(16, 16), optimizer="adam", lr=1e-3, batch_size=32, epochs=50)


@pytest.fixture(scope="module", name="titanic")
def _titanic():
    if not TABLE.exists():
        pytest.skip("the real tables are not here")
    pd = pytest.importorskip("pandas")
    frame = pd.read_csv(TABLE)[["Survived", "Pclass", "Sex", "Age", "Fare"]].dropna()
    assert len(frame) == 714
    X = frame.drop(columns="Survived").assign(Sex=(frame["Sex"] == "female").astype(float)).to_numpy(dtype=float)
    parts = train_test_split(X, frame["Survived"].to_numpy(), test_size=0.2, random_state=42)
    assert len(parts[1]) == 143
    return parts


@pytest.mark.parametrize("name", FAULTY)
def test_a_faulty_recipe_is_refused_with_its_rule_and_the_right_one(titanic, name):
    loss, link, outputs, code = FAULTY[name]
    X, _, y, _ = titanic
    with pytest.raises(ContractError, match=code) as refused:
        train(SHAPE.replace(loss=loss, output_activation=link, outputs=outputs), X, y)
    assert refused.value.code == code
    assert "bce_with_logits" in refused.value.recipe
    # What is proposed is code, and it trains.
    import pellucid as pl

    proposed = eval(refused.value.recipe, {"pl": pl})
    result = train(SHAPE.replace(loss=proposed.loss, epochs=1), X, y)
    assert result.per_member("ended") == ["finished"]


def test_the_right_recipe_on_scaled_columns_reaches_three_quarters(titanic):
    """They got 60.84 to 67.13 %; the corrected recipe gets at least 76 % in the mean of ten seeds.

    Corrected: the loss that reads logits, columns on one scale (D401), and as many epochs as the loss goes on falling
    (D415): the training loss of the last fifty of 200 falls by less than three hundredths.
    """
    X, X_check, y, y_check = titanic
    mean, spread = X.mean(axis=0), X.std(axis=0)
    recipes = [SHAPE.replace(loss="auto", epochs=200, seed=seed) for seed in range(10)]
    result = train(recipes, (X - mean) / spread, y)
    accuracy = (result.predict((X_check - mean) / spread) == y_check).mean(axis=1)
    print(f"titanic, corrected: {accuracy.mean():.4f} ± {accuracy.std():.4f} over ten seeds")
    assert accuracy.mean() >= 0.76
    assert np.ptp(accuracy) < 0.1
    assert (result.loss[:, 149] - result.loss[:, 199] < 0.03).all()
