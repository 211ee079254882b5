"""D412: float64 or whole numbers where the network has float32."""

import traceback
from collections.abc import Iterator

from pellucid.doctor.facts import Place, Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]

_MESSAGES = {
    "must have the same dtype, but got Double and Float": (
        "inputs are float64 and the network's weights float32",
        "X.float()  # or torch.tensor(X, dtype=torch.float32)",
    ),
    "mat1 and mat2 must have the same dtype": ("inputs and weights have different types", "X.float()"),
    "expected scalar type Float but found Double": ("something is float64 where float32 is expected", "X.float()"),
    "expected scalar type Long but found": ("class labels must be whole numbers (int64)", "y.long()"),
    "Found dtype Double but expected Float": ("targets are float64 and outputs float32", "y.float()"),
    "not implemented for 'Int'": (
        "whole numbers (int32) where int64 or float32 is expected",
        "y.long()  # classes; y.float() for numbers",
    ),
    "not implemented for 'Bool'": ("truth values where numbers are expected", "y.float()"),
    "result type Float can't be cast to the desired output type Long": (
        "targets are whole numbers where float32 is expected",
        "y.float()",
    ),
}


def see(session: Session) -> Iterator[Suspicion]:
    """PyTorch's errors about types, in words; and whole networks in float64."""
    text = str(session.error) if session.error is not None else ""
    for part, (what, fix) in _MESSAGES.items():
        if part in text:
            yield Suspicion(
                f"Types do not match: {what}.",
                seen=f"it stopped with: {text.splitlines()[0]}",
                fix=fix,
                place=_place(session),
            )
            return


def _place(session: Session) -> Place | None:
    own = {source.file for source in session.sources}
    frames = traceback.extract_tb(session.error.__traceback__) if session.error is not None else []
    for frame in reversed(frames):
        if frame.filename in own or ("site-packages" not in frame.filename and "/pellucid/" not in frame.filename):
            return Place(frame.filename, frame.lineno or 1, frame.name)
    return None


RULE = Rule(
    code="D412",
    slug="wrong-dtype",
    severity=Severity.ERROR,
    stages="SP",
    summary="float64 or integer input to a float32 network, integer division, bool targets",
    page=Page(
        what="NumPy's numbers are float64, PyTorch's weights float32. Class labels are int64, targets of regressions "
        "and of BCE float32.",
        wrong="import numpy as np\nimport torch\nfrom torch import nn\n\nX = torch.from_numpy(np.random.randn(8, "
        "4))\nnn.Linear(4, 1)(X)",
        right="import numpy as np\nimport torch\nfrom torch import nn\n\nX = torch.from_numpy(np.random.randn(8, "
        "4)).float()\nnn.Linear(4, 1)(X)",
        hurts="The program stops; or everything is worked out in float64, twice as slowly.",
        detection="The error that PyTorch raised.",
        limits="Types that PyTorch converts by itself are not looked at.",
        sources=("PyTorch, type promotion",),
    ),
    see=see,
)
