"""A row's sum is the same bits wherever the row stands; float32."""

import pytest
import torch

from pellucid.networks.row_sums import row_sums


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("width", [16, 32, 48, 80, 128, 208, 512, 1040])
def test_a_rows_sum_depends_on_the_row_alone(width, threads):
    """In stacks of one and many, short and long batches: what the row gives in the smallest stack there is."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        draw = torch.Generator().manual_seed(width)
        rows = torch.randn(16, width, generator=draw) * torch.logspace(-3, 3, width)
        alone = row_sums(rows.view(1, 16, width)).flatten()
        for members, batch in ((1, 32), (3, 16), (1, 4096), (2, 2048), (7, 48), (64, 16), (300, 16)):
            repeated = rows.repeat(members * batch // 16, 1).view(members, batch, width)
            found = row_sums(repeated)
            assert torch.equal(found.flatten(), alone.repeat(members * batch // 16))
    finally:
        torch.set_num_threads(before)
