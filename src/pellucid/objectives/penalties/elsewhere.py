"""What also holds a network back, but is set by a recipe field of its own: listed to be found beside the penalties."""

from pellucid.objectives.penalties.entry import Penalty

__all__ = ["ELSEWHERE"]

ELSEWHERE = (
    Penalty(
        name="weight_decay",
        formula="p ← p − lr·weight_decay·p, beside the optimizer's own step",
        purpose="Shrinks parameters independently of their gradients: what AdamW does, and better than l2 where each "
        "parameter has a step size of its own.",
        source='Loshchilov & Hutter (2019), "Decoupled weight decay regularization", arXiv 1711.05101, algorithm 2',
        aliases=("decoupled_weight_decay", "decoupled"),
        twin="torch.optim.AdamW(weight_decay=…)",
        recipe="weight_decay=0.01",
    ),
    Penalty(
        name="dropout",
        formula="h ← h·mask/(1 − p), each value of the mask 0 with chance p, while training",
        purpose="Units cannot rely on one another; acts like an average over many smaller networks.",
        source='Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov (2014), "Dropout: a simple way to prevent '
        'neural networks from overfitting"',
        twin="torch.nn.Dropout",
        recipe="dropout=0.1",
    ),
    Penalty(
        name="batch_norm",
        formula="(z − mean)/√(variance + eps)·scale + shift, mean and variance over the rows of a batch",
        purpose="Keeps pre-activations on one scale, so that larger learning rates work; its noise regularises a "
        "little. Needs batches of more than a few rows.",
        source='Ioffe & Szegedy (2015), "Batch normalization", arXiv 1502.03167, algorithm 1',
        aliases=("BatchNorm1d",),
        twin="torch.nn.BatchNorm1d",
        recipe='norm="batch_norm"',
    ),
    Penalty(
        name="layer_norm",
        formula="(z − mean)/√(variance + eps)·scale + shift, mean and variance over the units of a row",
        purpose="Keeps pre-activations on one scale whatever the batch, and the same while training and predicting.",
        source='Ba, Kiros & Hinton (2016), "Layer normalization", arXiv 1607.06450, eq. (3)',
        aliases=("LayerNorm",),
        twin="torch.nn.LayerNorm",
        recipe='norm="layer_norm"',
    ),
    Penalty(
        name="label_smoothing",
        formula="q ← (1 − s)·q + s/C, q the target's distribution over C classes",
        purpose="Never asks for certainty: logits stay small, probabilities honest.",
        source='Szegedy, Vanhoucke, Ioffe, Shlens & Wojna (2016), "Rethinking the Inception architecture", '
        "arXiv 1512.00567, §7",
        twin="torch.nn.CrossEntropyLoss(label_smoothing=…)",
        recipe='loss="cross_entropy(label_smoothing=0.1)"',
    ),
    Penalty(
        name="early_stopping",
        formula="stop after `patience` epochs without a better validation value, and return to the best epoch",
        purpose="The shorter the training, the closer the network stays to where it began; costs validation rows.",
        source='Prechelt (1998), "Early stopping – but when?"',
        recipe="patience=20",
    ),
    Penalty(
        name="input_noise",
        formula="x ← x + σ·N(0, 1), while training",
        purpose="Rows become small clouds: the function is smooth around them. For small σ it is l2 on the slope.",
        source='Bishop (1995), "Training with noise is equivalent to Tikhonov regularization"',
        aliases=("denoising",),
        recipe="input_noise=0.1",
    ),
    Penalty(
        name="gradient_noise",
        formula="g ← g + η/(1 + t)^0.55·N(0, 1) at step t",
        purpose="Helps very deep networks out of bad beginnings; the noise dies down.",
        source='Neelakantan et al. (2015), "Adding gradient noise improves learning for very deep networks", '
        "arXiv 1511.06807, eq. (1)",
        recipe="gradient_noise=0.1",
    ),
    Penalty(
        name="clip_norm",
        formula="g ← g·min(1, limit/‖g‖), ‖g‖ over all of a member's parameters",
        purpose="No single batch can throw the network far: against exploding gradients.",
        source='Pascanu, Mikolov & Bengio (2013), "On the difficulty of training recurrent neural networks", '
        "algorithm 1",
        aliases=("clip_grad_norm_", "gradient_clipping"),
        twin="torch.nn.utils.clip_grad_norm_",
        recipe="clip_norm=1.0",
    ),
    Penalty(
        name="clip_value",
        formula="g ← min(max(g, −limit), limit), value by value",
        purpose="Like clip_norm, but each value by itself, so that the direction changes.",
        source="torch.nn.utils.clip_grad_value_",
        aliases=("clip_grad_value_",),
        twin="torch.nn.utils.clip_grad_value_",
        recipe="clip_value=1.0",
    ),
)
