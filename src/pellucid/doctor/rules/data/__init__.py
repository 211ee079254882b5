"""Rules D4xx: data."""

from pellucid.doctor.rule import Rule
from pellucid.doctor.rules.data import (
    fitted_before_split,
    inputs_ignored,
    majority_collapse,
    misaligned_rows,
    nominal_as_ordinal,
    not_shuffled,
    rows_mixed,
    target_leak,
    too_few_steps,
    train_validation_overlap,
    unscaled_features,
    unscaled_target,
    unseeded,
    useless_column,
    wrong_dtype,
    wrong_thing_normalised,
)

__all__ = ["DATA"]

DATA: tuple[Rule, ...] = (
    unscaled_features.RULE,
    unscaled_target.RULE,
    fitted_before_split.RULE,
    train_validation_overlap.RULE,
    target_leak.RULE,
    useless_column.RULE,
    not_shuffled.RULE,
    misaligned_rows.RULE,
    inputs_ignored.RULE,
    wrong_thing_normalised.RULE,
    majority_collapse.RULE,
    wrong_dtype.RULE,
    rows_mixed.RULE,
    unseeded.RULE,
    too_few_steps.RULE,
    nominal_as_ordinal.RULE,
)
