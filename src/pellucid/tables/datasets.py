"""Data sets by name: the ones inside scikit-learn, which need no network, and OpenML's, which are kept once fetched."""

import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from pellucid.errors import SurroundingsError, UnknownNameError
from pellucid.tables.frames import table_from_columns
from pellucid.tables.policy import refuse
from pellucid.tables.table import Table

__all__ = ["BUNDLED", "read_dataset"]

BUNDLED = ("breast_cancer", "diabetes", "digits", "iris", "linnerud", "wine")
"""Data sets inside scikit-learn; the target is called ``target``, in linnerud there are three."""


def read_dataset(name: str) -> Table:
    """The table behind ``sklearn:NAME`` or ``openml:NAME``, target column included.

    Raises:
        UnknownNameError: If scikit-learn ships no such data set; names the nearest.
        SurroundingsError: If OpenML cannot be reached and the data set was not fetched before.
    """
    shelf, _, key = name.partition(":")
    return _bundled(name, key) if shelf == "sklearn" else _from_openml(name, key)


def _bundled(name: str, key: str) -> Table:
    if key not in BUNDLED:
        raise UnknownNameError("data set sklearn:", key, BUNDLED)
    from sklearn import datasets

    bunch = getattr(datasets, f"load_{key}")()
    columns: dict[str, Any] = {str(feature): bunch.data[:, i] for i, feature in enumerate(bunch.feature_names)}
    if key == "linnerud":
        columns |= {str(target): bunch.target[:, i] for i, target in enumerate(bunch.target_names)}
    elif key in {"breast_cancer", "iris", "wine"}:
        # Labels as words, so that results speak of "malignant" rather than of 0.
        columns["target"] = np.asarray(bunch.target_names, dtype=object)[bunch.target]
    else:
        columns["target"] = bunch.target
    return table_from_columns(columns, name=name)


def cache_folder() -> Path:
    """Where fetched data sets stay: ``$PELLUCID_CACHE``, else the user's cache folder."""
    if chosen := os.environ.get("PELLUCID_CACHE"):
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pellucid"


def _from_openml(name: str, key: str) -> Table:
    from sklearn.datasets import fetch_openml

    identity: dict[str, Any] = {"data_id": int(key)} if key.isdecimal() else {"name": key, "version": "active"}
    try:
        with warnings.catch_warnings():
            # Warnings of several versions and of retries: the first is OpenML's business, the second ends below.
            warnings.simplefilter("ignore")
            bunch = fetch_openml(
                **identity, as_frame=False, parser="liac-arff", data_home=str(cache_folder()), n_retries=1, delay=0.1
            )
    except OSError as error:
        raise SurroundingsError(
            f"OpenML could not be reached for {name} ({error}), and no copy is in {cache_folder()}."
            " Try again with a network, or give a local file."
        ) from error
    except ValueError as error:
        raise refuse("B003", f"OpenML has no data set {key!r} that can be read: {error}") from error
    columns = {
        str(feature): _decoded(bunch, str(feature), bunch.data[:, i]) for i, feature in enumerate(bunch.feature_names)
    }
    targets = [str(target) for target in bunch.target_names]
    matrix = bunch.target.reshape(len(bunch.data), -1) if bunch.target is not None else np.empty((len(bunch.data), 0))
    columns |= {target: matrix[:, i] for i, target in enumerate(targets)}
    return table_from_columns(columns, name=name)


def _decoded(bunch: Any, feature: str, values: Any) -> Any:
    """Words for a nominal feature, which scikit-learn hands out as numbers into a list of words."""
    words = (bunch.categories or {}).get(feature)
    if not words:
        return values
    return [None if value != value else str(words[int(value)]) for value in np.asarray(values, dtype=np.float64)]
