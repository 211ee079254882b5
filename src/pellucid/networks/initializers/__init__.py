"""Initializers, by name: how the weights and biases of a linear layer are first drawn; one family per file."""

from pellucid.catalogue import Registry
from pellucid.networks.initializers.entry import ChosenInitializer, Initializer
from pellucid.networks.initializers.orthogonal import ORTHOGONAL
from pellucid.networks.initializers.plain import CONSTANT, NORMAL, UNIFORM, ZEROS
from pellucid.networks.initializers.pytorch import DATA, PYTORCH
from pellucid.networks.initializers.scaled import (
    KAIMING_NORMAL,
    KAIMING_UNIFORM,
    LECUN_NORMAL,
    LECUN_UNIFORM,
    XAVIER_NORMAL,
    XAVIER_UNIFORM,
)
from pellucid.networks.initializers.sparse import SPARSE

__all__ = ["INITIALIZERS", "ChosenInitializer", "Initializer"]

INITIALIZERS: Registry[Initializer, ChosenInitializer] = Registry(
    "initializer",
    [
        PYTORCH,
        UNIFORM,
        NORMAL,
        XAVIER_UNIFORM,
        XAVIER_NORMAL,
        KAIMING_UNIFORM,
        KAIMING_NORMAL,
        LECUN_UNIFORM,
        LECUN_NORMAL,
        ORTHOGONAL,
        SPARSE,
        ZEROS,
        CONSTANT,
        DATA,
    ],
    ChosenInitializer,
)
