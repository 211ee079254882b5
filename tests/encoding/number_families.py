"""Named columns of numbers that every re-expression is tried on."""

import numpy as np

RANDOM = np.random.default_rng(7)

COLUMNS = {
    "normal": RANDOM.normal(3.0, 2.0, 400),
    "small": RANDOM.normal(0.0, 1e-9, 200),
    "large": RANDOM.normal(1e12, 1e9, 200),
    "skewed": RANDOM.lognormal(1.0, 1.5, 500),
    "prices": np.round(RANDOM.lognormal(11.0, 0.5, 300), -2),
    "counts": RANDOM.poisson(3.0, 300).astype(float),
    "mostly zero": np.where(RANDOM.random(300) < 0.6, 0.0, RANDOM.exponential(5.0, 300)),
    "both signs": RANDOM.standard_t(2.5, 400),
    "years": 1990.0 + np.arange(60) % 37,
    "negative": -RANDOM.gamma(2.0, 40.0, 250),
    "two values": np.array([5.0, 7.0] * 20),
    "an outlier": np.r_[RANDOM.normal(size=99), 2000.0],
    "two rows": np.array([1.0, 3.0]),
}
