"""Rules about losses that no recipe can break: what a hand-written loop can get wrong and a recipe cannot say."""

__all__ = ["RULED_OUT"]

RULED_OUT: dict[str, str] = {
    "L107": "kl_divergence is summed over classes and averaged over rows; a recipe has no other reduction.",
    "L108": "Outputs and targets must agree in shape; nothing is broadcast to fit.",
    "L115": "softmax and its kin run over the outputs of a row; a recipe has no dimension to choose.",
    "L116": "A step's loss is the weighted mean over its rows, whatever their number.",
    "L118": "Losses take the logarithm of softmax or sigmoid in one step, which never overflows.",
    "L119": "Every loss is minimised; a recipe has no sign to turn.",
}
"""Code → why."""
