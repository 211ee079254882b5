"""What ctc does otherwise on a GPU, where additions to one place come in any order."""

import torch

from pellucid.objectives.losses.ctc import _by_symbol


def test_shares_add_up_to_the_same_in_a_fixed_order():
    generator = torch.Generator().manual_seed(0)
    shares = torch.rand(2, 16, 7, generator=generator, dtype=torch.float64)
    # Blanks around the labels, and labels that come again.
    symbols = torch.randint(0, 4, (2, 16, 7), generator=generator)
    symbols[:, :, ::2] = 0
    added = torch.zeros(2, 16, 4, dtype=torch.float64).scatter_add_(2, symbols, shares)
    torch.testing.assert_close(_by_symbol(shares, symbols, 4), added, rtol=1e-15, atol=1e-15)
