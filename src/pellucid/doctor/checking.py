"""Checking: source that is read and not run, and live objects that are tried out on copies."""

import copy
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from pellucid.doctor.diagnosis import Diagnosis, examine
from pellucid.doctor.facts import Session
from pellucid.doctor.observing import Observer
from pellucid.doctor.rule import Rule
from pellucid.doctor.rules import RULES
from pellucid.doctor.source import Source, read_file
from pellucid.doctor.telling import shown_file
from pellucid.doctor.undisturbed import undisturbed
from pellucid.errors import DataError, UsageError
from pellucid.records import Finding

if TYPE_CHECKING:
    from pellucid.training import TrainResult

__all__ = ["Reading", "check", "check_source"]

ROWS = 2048
"""Rows that a check on live objects takes: as many as a session keeps."""
_NOT_THEIRS = {"__pycache__", "node_modules", "site-packages", "venv", "env"}


@dataclass(frozen=True)
class Reading:
    """What reading some files has shown.

    Attributes:
        findings: File by file, the roots of each in order.
        files: Files that were read.
        unread: Why others were not, a sentence each.
        checks: Rules that were applied to each.
        silenced: Findings that comments silence.
    """

    findings: list[Finding]
    files: tuple[str, ...]
    unread: tuple[str, ...]
    checks: int
    silenced: int


def check_source(paths: Iterable[Path], rules: Mapping[str, Rule] = RULES) -> Reading:
    """What is wrong in scripts and notebooks, from their text alone.

    Args:
        paths: Files; folders stand for all scripts and notebooks below, hidden folders and environments left out.
        rules: Rules to apply; those that read source count.

    Raises:
        DataError: If nothing could be read.
    """
    readers = {code: replace(rule, see=None) for code, rule in rules.items() if rule.read is not None}
    findings: list[Finding] = []
    files: list[str] = []
    unread: list[str] = []
    silenced = 0
    for path in paths:
        for file in _files(path, unread):
            source = _read(file, unread)
            if source is None:
                continue
            # Each for itself: what one file does wrong explains nothing in another.
            found = examine(Session(is_over=True), sources=[source], rules=readers)
            findings += found.findings
            silenced += found.silenced
            files.append(shown_file(str(file)))
    if not files:
        raise DataError("\n".join(unread) or "There is no Python file and no notebook in what was named. Name one.")
    return Reading(findings, tuple(files), tuple(unread), len(readers), silenced)


def _files(path: Path, unread: list[str]) -> Iterator[Path]:
    if not path.exists():
        unread.append(f"There is no file or folder {str(path)!r}.")
    if not path.is_dir():
        yield from [path] if path.exists() else []
        return
    for folder, below, names in os.walk(path):
        below[:] = sorted(name for name in below if _is_theirs(Path(folder) / name))
        yield from (Path(folder) / name for name in sorted(names) if name.endswith((".py", ".ipynb")))


def _is_theirs(folder: Path) -> bool:
    hidden = folder.name.startswith(".") or folder.name in _NOT_THEIRS
    return not hidden and not (folder / "pyvenv.cfg").exists()


def _read(path: Path, unread: list[str]) -> Source | None:
    try:
        return read_file(path)
    except SyntaxError as error:
        where = f", line {error.lineno}" if error.lineno else ""
        unread.append(f"{path}{where} is not Python: {error.msg}.")
    except UnicodeDecodeError:
        unread.append(f"{path} is no text in UTF-8.")
    except ValueError as error:
        unread.append(str(error))
    except OSError as error:
        unread.append(f"{path} cannot be read: {error.strerror}.")
    except RecursionError:
        unread.append(f"{path} is nested too deeply to be read.")
    return None


def check(
    model: "nn.Module | TrainResult",
    loss_fn: Callable[..., Tensor] | None = None,
    X: Any = None,
    y: Any = None,
    optimizer: torch.optim.Optimizer | None = None,
    *,
    validation: tuple[Any, Any] | None = None,
) -> Diagnosis:
    """What is wrong with a model, its loss and its data, before training: one pass forward and backward on copies.

    Or what is wrong with networks that ``pl.train`` has trained: ``pl.check(result, X=X, y=y)``.

    Nothing of the caller's changes: neither weights, gradients and buffers nor the optimizer nor random states.

    Args:
        model: The network; or what ``pl.train`` gave back, whose loss and optimizer are known.
        loss_fn: The loss, called as ``loss_fn(model(X), y)``; a module or a function.
        X: Inputs ``[n, …]``: a tensor, or what ``torch.as_tensor`` takes; at most the first 2,048 rows are used. With
            what ``pl.train`` gave back: as it was given there.
        y: Targets of the same rows, as the loss wants them.
        optimizer: The optimizer that is to train it, for the rules about what it holds; a copy makes one step.
        validation: With what ``pl.train`` gave back: as it was given there.

    Returns:
        The diagnosis: a sequence of findings that prints as text.

    Raises:
        DataError: If model or optimizer cannot be copied, or the arrays are not those that networks learned from.
        UsageError: If something is missing, or does not belong to what is checked.
    """
    if not isinstance(model, nn.Module):
        # Our own trainer is loaded for who has used it alone.
        from pellucid.doctor.own.checking import check_result

        if loss_fn is not None or optimizer is not None:
            raise UsageError("What pl.train gave back knows its loss and optimizer. Use pl.check(result, X=X, y=y).")
        if X is None:
            raise UsageError("The rows that the networks learned from are missing. Use pl.check(result, X=X, y=y).")
        return check_result(model, X, y, validation=validation)
    if loss_fn is None or X is None or y is None:
        raise UsageError("A model is checked with its loss and data. Use pl.check(model, loss_fn, X, y).")
    if validation is not None:
        raise UsageError("validation belongs to what pl.train gave back. Leave it out: one batch is looked at.")
    try:
        # Together, so that the copied optimizer holds the copied model's parameters, or the strangers that it held.
        network, loss, steps = copy.deepcopy((model, loss_fn, optimizer))
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        raise DataError(f"The model cannot be copied, which a check needs ({reason}). Use pellucid.watch.") from error
    inputs, targets = torch.as_tensor(X)[:ROWS].detach(), torch.as_tensor(y)[:ROWS].detach()
    session = Session()
    copies: list[nn.Module | torch.optim.Optimizer] = [network, *([steps] if steps is not None else [])]
    with undisturbed(session), torch.enable_grad():
        observer = Observer(session, only=copies, loss=loss)
        try:
            with observer:
                _one_step(network, loss, inputs, targets, steps)
        except Exception as error:
            session.error = error
    session.is_over = True
    return examine(session)


def _one_step(
    network: nn.Module,
    loss: Callable[..., Tensor],
    inputs: Tensor,
    targets: Tensor,
    optimizer: torch.optim.Optimizer | None,
) -> None:
    network.train()
    if optimizer is not None:
        optimizer.zero_grad()
    value = loss(network(inputs), targets)
    # A loss that is not reduced is averaged, as anybody would.
    value.mean().backward()  # type: ignore[no-untyped-call]
    if optimizer is not None:
        optimizer.step()
