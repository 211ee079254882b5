"""watch: the doctor beside a training loop, for models and optimizers that a person hands over."""

from collections.abc import Callable, Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from torch import nn
from torch.optim import Optimizer

from pellucid.doctor.facts import Session
from pellucid.doctor.observing import Observer
from pellucid.errors import UsageError

if TYPE_CHECKING:
    from pellucid.doctor.diagnosis import Diagnosis
    from pellucid.records import Finding

__all__ = ["Doctor", "watch"]


class Doctor:
    """Watches a training loop until it is closed. Made by ``watch``.

    Attributes:
        session: What was seen so far.
    """

    def __init__(self, session: Session, observer: Observer) -> None:
        self.session = session
        self._observer = observer

    def findings(self) -> "list[Finding]":
        """What is wrong so far, the root of it first."""
        return self._examine().findings

    def report(self) -> "list[Finding]":
        """Prints what is wrong so far, and returns it."""
        self.session.is_over = True
        diagnosis = self._examine()
        print(diagnosis)
        return diagnosis.findings

    def close(self) -> None:
        """Stops watching and takes away every hook. ``report`` and ``findings`` still answer."""
        self._observer.stop()
        self.session.is_over = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.session.error = error
        self.close()

    def __deepcopy__(self, memo: dict[int, Any]) -> "Doctor":
        return self  # reached through an object of the person's: there is one watch, and nothing of it is copied

    def __reduce__(self) -> tuple[Callable[[], "Doctor"], tuple[()]]:
        return _gone, ()  # in a file or another process nothing is watched, and what was seen stays here

    def _examine(self) -> "Diagnosis":
        from pellucid.doctor.diagnosis import examine  # all rules: only now, a loop must not wait for them to begin

        with self._observer.paused():
            self._observer.tell()
            return examine(self.session, sources=self.session.sources)


def _gone() -> Doctor:
    """A doctor that has seen nothing and watches nothing."""
    return Doctor(Session(is_over=True), Observer(Session()))


def watch(
    model: nn.Module | Iterable[nn.Module],
    optimizer: Optimizer | Iterable[Optimizer] | None = None,
    loss_fn: Callable[..., Any] | None = None,
) -> Doctor:
    """Watches a model while your own loop trains it. Call it before the loop, and ``report`` after it.

    The training computes the same bits as without, and nothing that fails in here reaches it.

    Args:
        model: The model, or several.
        optimizer: Its optimizer, or several; None for all that hold any of its parameters.
        loss_fn: The loss, a module or a function of your own with output and target as its first arguments. PyTorch's
            losses are recognised without; of a function of your own this tells what its output and target are.

    Returns:
        The doctor: ``report()`` prints the findings, ``findings()`` returns them, ``close()`` stops. As a context
        manager it closes at the end.

    Raises:
        UsageError: If something else than models, optimizers and a function is handed over.

    Example:
        >>> import torch
        >>> model = torch.nn.Linear(2, 1)
        >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        >>> with watch(model, optimizer) as doctor:
        ...     for _ in range(3):
        ...         optimizer.zero_grad()
        ...         model(torch.ones(4, 2)).square().mean().backward()
        ...         optimizer.step()
        >>> doctor.session.updates
        3
    """
    models = [model] if isinstance(model, nn.Module) else _listed(model, "models")
    optimizers = [optimizer] if isinstance(optimizer, Optimizer) else _listed(optimizer, "optimizers")
    for thing, kind, what in [
        *((m, nn.Module, "model") for m in models),
        *((o, Optimizer, "optimizer") for o in optimizers),
    ]:
        if not isinstance(thing, kind):
            raise UsageError(
                f"watch was given {type(thing).__name__} where it expects {'a' if what == 'model' else 'an'} {what}. "
                "Call it as watch(model, optimizer, loss_fn), with lists where there are several."
            )
    if not models:
        raise UsageError("watch was given no model. Call it as watch(model, optimizer, loss_fn).")
    if loss_fn is not None and not callable(loss_fn):
        raise UsageError(
            f"loss_fn is {type(loss_fn).__name__}, which cannot be called. Give the loss itself, not its value."
        )
    session = Session()
    observer = Observer(session, only=[*models, *optimizers], loss=loss_fn)
    observer.start()
    return Doctor(session, observer)


def _listed(things: Any, what: str) -> list[Any]:
    if things is None:
        return []
    try:
        return list(things)
    except TypeError:
        raise UsageError(
            f"watch was given {type(things).__name__} where it expects {what}. Call it as watch(model, optimizer, "
            "loss_fn), with lists where there are several."
        ) from None
