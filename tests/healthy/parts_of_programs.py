"""Middles of healthy programs: networks, losses and optimizers, each as its author would write it."""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["LOSSES", "NETWORKS", "OPTIMIZERS", "Loss", "Network"]


@dataclass(frozen=True)
class Network:
    """A network.

    Attributes:
        name: For people.
        code: Lines that bind ``model``; ``{i}`` columns, ``{o}`` outputs.
        drops: Whether it behaves differently in training: rates have to suit that.
    """

    name: str
    code: str
    has_batch_norm: bool = False


def _sequential(*layers: str) -> str:
    return "model = nn.Sequential(\n" + "".join(f"    {layer},\n" for layer in layers) + ")"


NETWORKS: tuple[Network, ...] = (
    Network("relu", _sequential("nn.Linear({i}, 32)", "nn.ReLU()", "nn.Linear(32, {o})")),
    Network(
        "two hidden layers, tanh",
        _sequential("nn.Linear({i}, 32)", "nn.Tanh()", "nn.Linear(32, 16)", "nn.Tanh()", "nn.Linear(16, {o})"),
    ),
    Network(
        "batch norm",
        _sequential(
            "nn.Linear({i}, 32)",
            "nn.BatchNorm1d(32)",
            "nn.ReLU()",
            "nn.Linear(32, 32)",
            "nn.ReLU()",
            "nn.Linear(32, {o})",
        ),
        has_batch_norm=True,
    ),
    Network(
        "layer norm, gelu, dropout",
        _sequential("nn.Linear({i}, 48)", "nn.LayerNorm(48)", "nn.GELU()", "nn.Dropout(0.1)", "nn.Linear(48, {o})"),
    ),
    Network(
        "functions in forward",
        "class Net(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.first = nn.Linear({i}, 40)\n"
        "        self.second = nn.Linear(40, 20)\n"
        "        self.out = nn.Linear(20, {o})\n"
        "\n"
        "    def forward(self, x):\n"
        "        x = F.relu(self.first(x))\n"
        "        x = F.dropout(x, 0.1, training=self.training)\n"
        "        x = F.silu(self.second(x))\n"
        "        return self.out(x)\n"
        "\n\n"
        "model = Net()",
    ),
    Network(
        "residual blocks in a list",
        "class Net(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.inward = nn.Linear({i}, 24)\n"
        "        self.blocks = nn.ModuleList(nn.Sequential(nn.ReLU(), nn.Linear(24, 24)) for _ in range(3))\n"
        "        self.outward = nn.Linear(24, {o})\n"
        "\n"
        "    def forward(self, x):\n"
        "        x = self.inward(x)\n"
        "        for block in self.blocks:\n"
        "            x = x + block(x)\n"
        "        return self.outward(x)\n"
        "\n\n"
        "model = Net()",
    ),
    Network(
        "a frozen first layer",
        "backbone = nn.Sequential(nn.Linear({i}, 128), nn.ReLU())\n"
        "for parameter in backbone.parameters():\n"
        "    parameter.requires_grad_(False)\n"
        "head = nn.Sequential(nn.Linear(128, 32), nn.ReLU(), nn.Linear(32, {o}))\n"
        "model = nn.Sequential(backbone, head)",
    ),
    Network(
        "deep and narrow",
        _sequential(
            *(part for _ in range(3) for part in ("nn.LazyLinear(16)", "nn.LeakyReLU(0.1)")),
            "nn.LazyLinear({o})",
        )
        + "\nmodel(X_train[:2])",
    ),
    Network(
        "Kaiming by hand",
        _sequential("nn.Linear({i}, 64)", "nn.ReLU()", "nn.Linear(64, {o})") + "\nfor layer in model:\n"
        "    if isinstance(layer, nn.Linear):\n"
        "        nn.init.kaiming_normal_(layer.weight)\n"
        "        nn.init.zeros_(layer.bias)",
    ),
    Network(
        "two branches",
        "class Net(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.wide = nn.Linear({i}, {o})\n"
        "        self.deep = nn.Sequential(nn.Linear({i}, 32), nn.ELU(), nn.Linear(32, {o}))\n"
        "\n"
        "    def forward(self, x):\n"
        "        return self.wide(x) + self.deep(x)\n"
        "\n\n"
        "model = Net()",
    ),
)


@dataclass(frozen=True)
class Loss:
    """A loss and what has to fit it.

    Attributes:
        name: For people.
        code: Lines that bind ``criterion``, called with outputs and targets.
        outputs: Outputs of the network: a number, or ``"o"`` for as many as the table has.
        target: Lines that make ``y_train``, ``y_val`` and ``y_test`` (arrays) fit the loss; ``{{part}}`` each.
        last: A layer that has to follow the network, such as ``nn.Sigmoid()``; empty for none.
        score: Expression of one number that tells how good ``scores`` are for ``y_test``, and its name.
    """

    name: str
    code: str
    outputs: int | str
    target: str
    score: tuple[str, str]
    last: str = ""


_COLUMN = "torch.tensor({part}, dtype=torch.float32).unsqueeze(1)"
_CLASS = "torch.tensor({part})"
_MATRIX = "torch.tensor({part}, dtype=torch.float32)"
_HALF = ("accuracy", "((scores > 0) == (y_test > 0.5)).float().mean()")
_HALVES = ("accuracy", "((scores > 0.5) == (y_test > 0.5)).float().mean()")
_LARGEST = ("accuracy", "(scores.argmax(dim=1) == y_test).float().mean()")
_SQUARE = ("mse", "(scores - y_test).pow(2).mean()")
_DISTANCE = ("mae", "(scores - y_test).abs().mean()")

LOSSES: Mapping[str, tuple[Loss, ...]] = {
    "binary": (
        Loss("BCE with logits", "criterion = nn.BCEWithLogitsLoss()", 1, _COLUMN, _HALF),
        Loss("sigmoid and BCE", "criterion = nn.BCELoss()", 1, _COLUMN, _HALVES, "nn.Sigmoid()"),
        Loss("two outputs", "criterion = nn.CrossEntropyLoss()", 2, _CLASS, _LARGEST),
        Loss(
            "BCE by hand",
            "def criterion(z, y):\n    return -(y * F.logsigmoid(z) + (1 - y) * F.logsigmoid(-z)).mean()",
            1,
            _COLUMN,
            _HALF,
        ),
        Loss(
            "soft labels",
            "def criterion(z, y):\n    return F.binary_cross_entropy_with_logits(z, y * 0.9 + 0.05)",
            1,
            _COLUMN,
            _HALF,
        ),
        Loss(
            "hinge by hand",
            "def criterion(z, y):\n    return F.relu(1 - z * (2 * y - 1)).mean()",
            1,
            _COLUMN,
            _HALF,
        ),
        Loss(
            "positive weight",
            "share = y_train.mean()\ncriterion = nn.BCEWithLogitsLoss(pos_weight=(1 - share) / share)",
            1,
            _COLUMN,
            _HALF,
        ),
    ),
    "multiclass": (
        Loss("cross-entropy", "criterion = nn.CrossEntropyLoss()", "o", _CLASS, _LARGEST),
        Loss("label smoothing", "criterion = nn.CrossEntropyLoss(label_smoothing=0.1)", "o", _CLASS, _LARGEST),
        Loss("log-softmax and NLL", "criterion = nn.NLLLoss()", "o", _CLASS, _LARGEST, "nn.LogSoftmax(dim=1)"),
        Loss(
            "class weights",
            "counts = torch.bincount(y_train)\n"
            "criterion = nn.CrossEntropyLoss(weight=len(y_train) / (len(counts) * counts.float()))",
            "o",
            _CLASS,
            _LARGEST,
        ),
        Loss(
            "KL divergence to soft classes",
            "def criterion(z, y):\n"
            "    soft = F.one_hot(y, z.shape[1]) * 0.9 + 0.1 / z.shape[1]\n"
            '    return F.kl_div(F.log_softmax(z, dim=1), soft, reduction="batchmean")',
            "o",
            _CLASS,
            _LARGEST,
        ),
        Loss("margins", "criterion = nn.MultiMarginLoss()", "o", _CLASS, _LARGEST),
        Loss(
            "focal loss by hand",
            "def criterion(z, y):\n"
            '    loss = F.cross_entropy(z, y, reduction="none")\n'
            "    return ((1 - torch.exp(-loss)) ** 2 * loss).mean()",
            "o",
            _CLASS,
            _LARGEST,
        ),
    ),
    "regression": (
        Loss("MSE", "criterion = nn.MSELoss()", 1, _COLUMN, _SQUARE),
        Loss("Huber", "criterion = nn.HuberLoss()", 1, _COLUMN, _DISTANCE),
        Loss("smooth L1", "criterion = nn.SmoothL1Loss()", 1, _COLUMN, _DISTANCE),
        Loss("L1", "criterion = nn.L1Loss()", 1, _COLUMN, _DISTANCE),
        Loss(
            "root mean square",
            "def criterion(prediction, y):\n    return torch.sqrt(F.mse_loss(prediction, y) + 1e-8)",
            1,
            _COLUMN,
            _SQUARE,
        ),
        Loss(
            "log-cosh by hand",
            "def criterion(prediction, y):\n"
            "    d = prediction - y\n"
            "    return (d + F.softplus(-2 * d) - math.log(2)).mean()",
            1,
            _COLUMN,
            _SQUARE,
        ),
        Loss(
            "upper quantile by hand",
            "def criterion(prediction, y):\n    d = y - prediction\n    return torch.maximum(0.8 * d, -0.2 * d).mean()",
            1,
            _COLUMN,
            ("covered", "(y_test <= scores).float().mean()"),
        ),
        Loss(
            "mean and variance",
            "def criterion(prediction, y):\n"
            "    mean, spread = prediction.split(1, dim=1)\n"
            "    return F.gaussian_nll_loss(mean, y, F.softplus(spread) + 1e-3)",
            2,
            _COLUMN,
            ("mse", "(scores[:, :1] - y_test).pow(2).mean()"),
        ),
    ),
    "multilabel": (
        Loss("BCE with logits", "criterion = nn.BCEWithLogitsLoss()", "o", _MATRIX, _HALF),
        Loss("soft margins", "criterion = nn.MultiLabelSoftMarginLoss()", "o", _MATRIX, _HALF),
    ),
    "count": (
        Loss("Poisson", "criterion = nn.PoissonNLLLoss()", 1, _COLUMN, ("mae", "(scores.exp() - y_test).abs().mean()")),
        Loss(
            "MSE of roots",
            "criterion = nn.MSELoss()",
            1,
            "torch.tensor({part}, dtype=torch.float32).unsqueeze(1).sqrt()",
            _SQUARE,
        ),
    ),
}

# Rates that suit networks of this size.
OPTIMIZERS: tuple[str, ...] = (
    "torch.optim.Adam({p}, lr=0.01)",
    "torch.optim.SGD({p}, lr=0.05, momentum=0.9)",
    "torch.optim.AdamW({p}, lr=0.005, weight_decay=0.01)",
    "torch.optim.SGD({p}, lr=0.05, momentum=0.9, nesterov=True)",
    "torch.optim.RMSprop({p}, lr=0.003)",
    "torch.optim.NAdam({p}, lr=0.005)",
    "torch.optim.SGD({p}, lr=0.1)",
    "torch.optim.Adagrad({p}, lr=0.05)",
    "torch.optim.RAdam({p}, lr=0.01)",
    "torch.optim.Adam({p}, lr=0.005, betas=(0.8, 0.99))",
)
