"""L107: KLDivLoss with reduction mean, which divides by the classes too."""

from collections.abc import Iterator

from pellucid.doctor.facts import LossSite, Session
from pellucid.doctor.rule import Edit, Page, Rule, Suspicion
from pellucid.doctor.rules.losses.changes_of_losses import edits_of, loss_call
from pellucid.doctor.source import Source
from pellucid.records import Severity

__all__ = ["RULE"]


def see(session: Session) -> Iterator[Suspicion]:
    """Divergences that are averaged over classes as well; a note where there is but one."""
    for site in session.losses:
        if site.kind != "kl_div" or not site.training or site.options.get("reduction", "mean") != "mean":
            continue
        call = site.training[0]
        if len(call.output_shape) < 2 or call.output_shape[-1] < 1:
            continue
        classes = call.output_shape[-1]
        yield Suspicion(
            f"KLDivLoss with reduction='mean' divides by the {classes} classes too: the divergence is {classes} times "
            "as large."
            if classes > 1
            else "KLDivLoss with reduction='mean' divides by the number of classes too. With one output that is no "
            "difference yet.",
            seen=f"input {list(call.output_shape)}, reduction mean",
            fix='nn.KLDivLoss(reduction="batchmean")',
            place=site.place,
            severity=None if classes > 1 else Severity.INFO,
            evidence={"classes": classes},
            edits=_edits(session, site),
        )


def _edits(session: Session, site: LossSite) -> tuple[Edit, ...]:
    """The reduction, written out."""
    found = loss_call(session, site)
    if found is None:
        return ()
    source, use = found
    call = use.made or use.call
    reduction = call.keywords.get("reduction")
    if reduction is not None:
        return edits_of(source, [(reduction, '"batchmean"')])
    comma = ", " if call.node.args or call.node.keywords else ""
    return edits_of(source, [(call.node, f'{source.segment(call.node)[:-1]}{comma}reduction="batchmean")')])


def read(source: Source) -> Iterator[Suspicion]:
    """``nn.KLDivLoss()`` as it is, and ``F.kl_div`` without ``reduction``."""
    for call in source.calls("torch.nn.KLDivLoss", "torch.nn.functional.kl_div"):
        reduction = call.argument(99, "reduction")
        if (reduction is None and not call.is_open) or (reduction is not None and source.literal(reduction) == "mean"):
            yield Suspicion(
                "KLDivLoss averages over the classes too unless reduction is batchmean.",
                seen=source.segment(call.node),
                fix='reduction="batchmean"',
                place=call.place,
            )


RULE = Rule(
    code="L107",
    slug="kl-mean-reduction",
    severity=Severity.WARNING,
    stages="S",
    summary="KLDivLoss with reduction mean divides by classes too; batchmean is the divergence",
    causes=("D415",),
    page=Page(
        what="The default reduction of nn.KLDivLoss averages over rows and classes. The Kullback-Leibler divergence "
        "is a sum over classes; reduction='batchmean' is that.",
        wrong="from torch import nn\n\ncriterion = nn.KLDivLoss()",
        right='from torch import nn\n\ncriterion = nn.KLDivLoss(reduction="batchmean")',
        hurts="The loss and its gradient are as many times too small as there are classes, which acts as a lower "
        "learning rate and unbalances sums with other losses.",
        detection="The reduction of the loss that was called.",
        limits="None known.",
        sources=("PyTorch, documentation of KLDivLoss: mean does not return the true divergence value",),
    ),
    see=see,
    read=read,
)
