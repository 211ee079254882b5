"""Rows of a table, copied to one place."""

import pytest
import torch

from pellucid.training.gathering import Gathering

ROWS = torch.tensor([[[4, 0], [1, 1]], [[3, 3], [0, 4]]])


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.int64])
@pytest.mark.parametrize("width", [(), (3,), (2, 3)])
def test_a_steps_rows_stand_where_they_are_wanted(dtype, width):
    table = torch.arange(5 * torch.Size(width).numel()).reshape(5, *width).to(dtype)
    into = torch.zeros(4, *width, dtype=dtype)
    with torch.inference_mode():
        gathering = Gathering(table, into)
        steps = gathering.steps(ROWS)
        assert len(steps) == 2
        for step, rows in zip(ROWS, steps, strict=True):
            gathering.take(rows)
            assert torch.equal(into, table[step.flatten()])
