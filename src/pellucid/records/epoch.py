"""EpochRecord: one line of ``metrics.jsonl``."""

import msgspec

__all__ = ["EpochRecord"]


class EpochRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One member after one epoch.

    Attributes:
        member: Position in the stack, counted from 0.
        epoch: Counted from 1.
        loss: Mean training loss over the epoch's rows. NaN if there was no step; JSON has no NaN, so that the file says
            null for any value that is not finite, which reads back as None.
        val_loss: Mean validation loss, None without validation rows, and as above.
        val_error: Share of wrong classes, or RMSE in the standardised target's unit; None without validation rows.
        lr: Learning rate of the epoch's last step.
    """

    member: int
    epoch: int
    loss: float | None
    val_loss: float | None
    val_error: float | None
    lr: float
