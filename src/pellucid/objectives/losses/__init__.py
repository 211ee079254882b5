"""Losses, by name; each with its value and its gradient, one close family per file."""

from pellucid.catalogue import Registry
from pellucid.objectives.chosen import ChosenLoss
from pellucid.objectives.entry import Loss
from pellucid.objectives.losses.adaptive_log_softmax import ADAPTIVE_LOG_SOFTMAX
from pellucid.objectives.losses.binary_cross_entropy import BCE, BCE_WITH_LOGITS, MULTILABEL_SOFT_MARGIN
from pellucid.objectives.losses.cosine_embedding import COSINE_EMBEDDING
from pellucid.objectives.losses.cross_entropy import CROSS_ENTROPY, NLL
from pellucid.objectives.losses.ctc import CTC
from pellucid.objectives.losses.focal import FOCAL
from pellucid.objectives.losses.gaussian_nll import GAUSSIAN_NLL
from pellucid.objectives.losses.hinge_embedding import HINGE_EMBEDDING
from pellucid.objectives.losses.huber import HUBER, SMOOTH_L1
from pellucid.objectives.losses.kl_divergence import KL_DIVERGENCE
from pellucid.objectives.losses.l1 import L1
from pellucid.objectives.losses.log_cosh import LOG_COSH
from pellucid.objectives.losses.margin_ranking import MARGIN_RANKING
from pellucid.objectives.losses.margins import EXPONENTIAL, HINGE, SOFT_MARGIN, SQUARED_HINGE
from pellucid.objectives.losses.mse import MSE
from pellucid.objectives.losses.multi_margin import MULTI_MARGIN
from pellucid.objectives.losses.multilabel_margin import MULTILABEL_MARGIN
from pellucid.objectives.losses.ordinal import CORAL, CORN
from pellucid.objectives.losses.poisson_nll import POISSON_NLL
from pellucid.objectives.losses.quantile import QUANTILE
from pellucid.objectives.losses.triplet_margin import TRIPLET_MARGIN

__all__ = ["LOSSES", "ChosenLoss", "Loss"]

LOSSES: Registry[Loss, ChosenLoss] = Registry(
    "loss",
    [
        MSE,
        L1,
        HUBER,
        SMOOTH_L1,
        LOG_COSH,
        QUANTILE,
        POISSON_NLL,
        GAUSSIAN_NLL,
        BCE,
        BCE_WITH_LOGITS,
        CROSS_ENTROPY,
        NLL,
        FOCAL,
        ADAPTIVE_LOG_SOFTMAX,
        KL_DIVERGENCE,
        HINGE,
        SQUARED_HINGE,
        EXPONENTIAL,
        SOFT_MARGIN,
        MULTI_MARGIN,
        MULTILABEL_MARGIN,
        MULTILABEL_SOFT_MARGIN,
        CORAL,
        CORN,
        COSINE_EMBEDDING,
        HINGE_EMBEDDING,
        MARGIN_RANKING,
        TRIPLET_MARGIN,
        CTC,
    ],
    ChosenLoss,
)
