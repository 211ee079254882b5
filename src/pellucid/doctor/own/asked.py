"""The rules that our own trainer is asked about, each with the reason, and with a fix in the words of its options.

A trainer that is always the same cannot make most mistakes of a hand-written loop: gradients are zeroed, every
parameter is held, evaluation is evaluation. Nor is asked here what is told already. The contract refuses losses and
outputs that do not fit (L1xx, N507), and the first look at the values tells of class weights and parts without effect
(L120, E313). The table's own findings tell of useless and leaking columns (D405, D406); networks that ended in no
number are counted where they are left out (T605); a run compares itself with a linear model on rows that nobody has
seen (T611). Layers come in one order (N504), and types are converted (D412). A member returns to its best epoch (T609),
and the rows that pick it say more than a loss that still falls (D415). Targets that were shuffled apart from their rows
(D408) show as T608, which is judged here by the rows that picked the epoch.
"""

from typing import Literal, NamedTuple, TypeAlias

from pellucid.doctor.rules import RULES
from pellucid.records import Severity

__all__ = ["ASKED", "Asked", "View"]

View: TypeAlias = Literal["network", "columns", "rows", "penalty"]
"""What a rule is shown: the layers behind the embedding with what reaches them; the encoded columns as they are;
whole rows, codes of embedded categories included; the network with its penalty as PyTorch's optimizers have it."""


class Asked(NamedTuple):
    """A rule that can hold for our own trainer.

    Attributes:
        code: The rule.
        why: How it can come to hold.
        fix: What a person can do, in the options of ``fit``; ``{lower}``, ``{higher}`` and ``{weaker}`` stand for a
            tenth and a thousandfold of the learning rate and a hundredth of the penalty. Empty: the rule's own.
        view: What it is shown.
        is_each: Whether it is asked of every member; else once for all members of one recipe.
        gravest: How grave its findings are at most.
        least: How grave they are at least; lesser ones are not told.
    """

    code: str
    why: str
    fix: str = ""
    view: View = "network"
    is_each: bool = False
    gravest: Severity = Severity.ERROR
    least: Severity = Severity.INFO


ASKED: tuple[Asked, ...] = (
    Asked(
        "L117",
        "first weights and unscaled columns are a person's choice",
        "Leave scaling and initialisation to the recipe, or scale the target.",
    ),
    Asked("E304", "the table may leave a last batch of two rows", "Use another --batch-size, or --norm layer_norm."),
    Asked("E305", "running statistics lag behind weights that move fast", "Use --norm layer_norm, or a lower --lr."),
    Asked(
        "D401",
        "columns are scaled as a person asks",
        "Leave --scaling and --express to the recipe, or use --scaling standard.",
        "columns",
    ),
    Asked("D402", "so are targets", "Leave --target-expression to the recipe."),
    Asked(
        "D404",
        "validation rows may be given",
        "Drop repeated rows, or keep rows that belong together on one side.",
        "rows",
    ),
    Asked("D410", "columns may arrive scaled already", "Scale once: leave --scaling to the recipe.", "columns"),
    Asked(
        "N501",
        "any activation can be asked for",
        "Use an activation that bends, such as --activation relu, or no hidden layers.",
        # Who asks for the identity by name gets a linear model that is right, if one in disguise.
        gravest=Severity.WARNING,
    ),
    Asked("N502", "any initializer can be asked for", "Leave --initialisation to the recipe: weights must differ."),
    Asked("N503", "any initializer can be asked for", "Leave --initialisation to the recipe, or use kaiming_uniform."),
    Asked("N505", "any widths can be asked for", "Widen the narrowest of the --hidden layers."),
    Asked(
        "G207",
        "steps may be smaller than float32 can add",
        "Raise the learning rate: leave --lr to the recipe, or use --lr {higher}.",
    ),
    Asked(
        "T603",
        "deep stacks of saturating activations",
        "Use --activation relu or --norm layer_norm, or fewer layers.",
        # The first steps of a network that has learned since say nothing about it.
        least=Severity.WARNING,
    ),
    Asked(
        "T604",
        "any learning rate can be asked for",
        "Lower the learning rate: leave --lr to the recipe, or use --lr {lower}.",
    ),
    Asked(
        "T606",
        "any learning rate can be asked for",
        "Lower the learning rate: leave --lr to the recipe, or use --lr {lower}.",
        is_each=True,
    ),
    Asked(
        "T607",
        "any learning rate can be asked for",
        "Raise the learning rate: leave --lr to the recipe, or use --lr {higher}.",
        is_each=True,
    ),
    Asked("T610", "any penalty can be asked for", "Weaken the penalty: --l2 {weaker}.", "penalty", is_each=True),
    Asked(
        "T601",
        "units of a rectifier may die on the way",
        "Use a lower --lr, or --activation leaky_relu.",
        is_each=True,
    ),
    Asked(
        "T602",
        "units of bounded activations may end at their ends",
        "Use a lower --lr, --norm layer_norm, or --activation relu.",
        is_each=True,
    ),
    Asked("T608", "the columns may not tell the target", is_each=True),
    Asked(
        "D409",
        "what is left of a network whose units are dead or saturated is a constant",
        "Look at the other findings first; else lower --lr.",
        is_each=True,
    ),
    Asked("D411", "rare classes", "Let every class count alike: --class-weight balanced.", is_each=True),
)
"""In the order in which they are asked."""

assert all(each.code in RULES for each in ASKED), "a rule is asked that there is not"
