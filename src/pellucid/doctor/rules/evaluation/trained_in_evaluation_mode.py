"""E302: eval() that is never taken back, so that training goes on in evaluation mode."""

from collections.abc import Iterator

from pellucid.doctor.facts import Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]


def see(session: Session) -> Iterator[Suspicion]:
    """Updates while the model and its dropout or batch norm were in evaluation mode."""
    for number, model in enumerate(session.models):
        own = [each for each in session.passes if each.model == number]
        asleep = [each for each in own if each.steps and each.phase.grad and not each.phase.training and each.still]
        awake = [each for each in own if each.steps and each.phase.training]
        if not asleep:
            continue
        first = asleep[0]
        steps = sum(each.steps for each in asleep)
        layers = ", ".join(path or model.name for path in first.still[:3])
        yield Suspicion(
            f"{model.name} is trained in evaluation mode: eval() was never taken back, and {layers} "
            f"{'do' if len(first.still) > 1 else 'does'} nothing.",
            seen=f"{steps} of {steps + sum(each.steps for each in awake)} updates with model.training False, the "
            f"first is update {first.first_step + 1}",
            fix="model.train()  # at the beginning of every epoch",
            place=first.place,
            layer=first.still[0],
            step=first.first_step + 1,
            # Whoever never trained in training mode may mean it: a network with frozen statistics.
            severity=None if awake else Severity.WARNING,
            evidence={"updates": steps, "layers": list(first.still)},
        )


RULE = Rule(
    code="E302",
    slug="trained-in-evaluation-mode",
    severity=Severity.ERROR,
    stages="SD",
    summary="eval() never reverted",
    causes=("E305", "T609", "T606", "D415"),
    page=Page(
        what="model.eval() holds until model.train() is called. Called once in the first epoch's evaluation and never "
        "taken back, it switches dropout off and freezes batch norm for the rest of training.",
        wrong="for epoch in range(10):\n    train_one_epoch(model)\n    model.eval()\n    evaluate(model)",
        right="for epoch in range(10):\n    model.train()\n    train_one_epoch(model)\n    model.eval()\n    "
        "evaluate(model)",
        hurts="No regularisation from the second epoch on; batch norm normalises by statistics of the first epoch.",
        detection="Proof: updates while model.training was False and the model holds dropout or batch norm.",
        limits="Networks fine-tuned with frozen statistics do this on purpose; without any update in training mode it "
        "is a warning.",
        sources=("Pytorch-UNet issue 31",),
    ),
    see=see,
)
