"""D412: float64 or whole numbers where the network has float32."""

import ast
import traceback
from collections.abc import Iterator

from pellucid.doctor.facts import Place, Session
from pellucid.doctor.rule import Edit, Page, Rule, Suspicion
from pellucid.doctor.source import Source, SourceCall
from pellucid.doctor.source.bindings import reaching
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

# What puts numbers between whole ones, unless it was told a range.
_SCALERS = ("StandardScaler", "RobustScaler", "PowerTransformer", "MaxAbsScaler", "MinMaxScaler", "Normalizer", "PCA")
_UNCHANGED = frozenset(
    {
        "torch.from_numpy",
        "torch.as_tensor",
        "torch.tensor",
        "torch.Tensor",
        "torch.FloatTensor",
        "numpy.array",
        "numpy.asarray",
        ".float",
        ".double",
        ".to",
        ".numpy",
        ".to_numpy",
        ".copy",
        ".clone",
        ".values",
    }
)
_WHOLE_TENSORS = ("torch.LongTensor", "torch.IntTensor", "torch.ShortTensor", "torch.ByteTensor")
_WHOLE_METHODS = (".long", ".int", ".short")
_WHOLE_TYPES = {
    *("torch.long", "torch.int", "torch.int64", "torch.int32", "torch.int16", "torch.uint8"),
    *("int", "np.int64", "np.int32", "numpy.int64", "numpy.int32", "'int'", "'int64'", "'int32'"),
}


def see(session: Session) -> Iterator[Suspicion]:
    """PyTorch's errors about types, in words; and what the sources make whole numbers of."""
    for source in session.sources:
        yield from read(source)
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


def read(source: Source) -> Iterator[Suspicion]:
    """``torch.LongTensor(X)`` of what a scaler made, or a subtraction of the mean and a division by the spread."""
    for call in source.all_calls:
        converted = _made_whole(call)
        maker = _scaled_by(source, converted) if converted is not None else None
        if converted is None or maker is None:
            continue
        yield Suspicion(
            f"{source.segment(converted)} is made whole numbers of after {maker} scaled it: everything behind the "
            "point is cut off, and most of what is left is 0.",
            seen=source.segment(call.node).splitlines()[0],
            fix="torch.tensor(…, dtype=torch.float32); whole numbers are for classes and for positions",
            place=call.place,
            edits=_as_float(source, call),
        )


def _made_whole(call: SourceCall) -> ast.expr | None:
    """What a call makes whole numbers of; None if it does not."""
    if call.name in _WHOLE_TENSORS:
        return call.args[0] if call.args else None
    if call.name in _WHOLE_METHODS and not call.args:
        return call.base
    kind = call.keywords.get("dtype")
    if call.name in ("torch.tensor", "torch.as_tensor", "numpy.array", "numpy.asarray"):
        return call.args[0] if call.args and kind is not None and ast.unparse(kind) in _WHOLE_TYPES else None
    if call.name in (".astype", ".to", ".type"):
        kind = kind or (call.args[0] if call.args else None)
        return call.base if kind is not None and ast.unparse(kind) in _WHOLE_TYPES else None
    return None


def _scaled_by(source: Source, node: ast.expr, depth: int = 8) -> str | None:
    """What put its numbers between whole ones; None if that cannot be told."""
    value = source.value_of(node, through=_UNCHANGED)
    if value is None and isinstance(node, ast.Name):
        value = _part_of_split(source, node)
    while isinstance(value, ast.Subscript):  # rows of it
        value = source.value_of(value.value, through=_UNCHANGED)
    if value is None or depth == 0:
        return None
    if isinstance(value, ast.Name | ast.Attribute) and value is not node:
        return _scaled_by(source, value, depth - 1)
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Div):
        left, right = ast.unparse(value.left), ast.unparse(value.right)
        by_hand = isinstance(value.left, ast.BinOp) and isinstance(value.left.op, ast.Sub)
        return "(x − mean) / spread" if by_hand and "mean" in left and "std" in right else None
    if isinstance(value, ast.Call):
        call = source.call(value)
        if call.name in (".fit_transform", ".transform") and call.base is not None:
            return _scaler(source, call.base)
    return None


def _scaler(source: Source, node: ast.expr) -> str | None:
    made = source.construction(node)
    while made is not None and made.name == ".fit" and made.base is not None:
        made = source.construction(made.base)
    name = made.name.rpartition(".")[2] if made is not None else ""
    if made is None or name not in _SCALERS or "feature_range" in made.keywords or made.args:
        return None
    return name


def _part_of_split(source: Source, name: ast.Name) -> ast.expr | None:
    """What ``train_test_split`` was given for one of the names that it gives."""
    bindings = reaching(name, source.bindings, source.parents) or []
    node = bindings[0].node if len(bindings) == 1 else None
    if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
        return None
    call, target = source.call(node.value), node.targets[0]
    if call.name != "sklearn.model_selection.train_test_split" or not isinstance(target, ast.Tuple):
        return None
    names = [ast.unparse(each) for each in target.elts]
    position = names.index(name.id) // 2 if name.id in names else len(call.args)
    return call.args[position] if position < len(call.args) else None


def _as_float(source: Source, call: SourceCall) -> tuple[Edit, ...]:
    """The same call, with float32."""
    function = call.node.func
    if call.name in _WHOLE_TENSORS and isinstance(function, ast.Attribute):
        return (source.replace(function, f"{source.segment(function.value)}.FloatTensor"),)
    if call.name in _WHOLE_METHODS and call.base is not None:
        return (source.replace(call.node, f"{source.segment(call.base)}.float()"),)
    return ()


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
    causes=("T611", "T608", "D406", "D409", "D411", "D415", "T609"),
    page=Page(
        what="NumPy's numbers are float64, PyTorch's weights float32. Class labels are int64, targets of regressions "
        "and of BCE float32.",
        wrong="import numpy as np\nimport torch\nfrom torch import nn\n\nX = torch.from_numpy(np.random.randn(8, "
        "4))\nnn.Linear(4, 1)(X)",
        right="import numpy as np\nimport torch\nfrom torch import nn\n\nX = torch.from_numpy(np.random.randn(8, "
        "4)).float()\nnn.Linear(4, 1)(X)",
        hurts="The program stops; or everything is worked out in float64, twice as slowly. Scaled columns cut off to "
        "whole numbers have three or four values left.",
        detection="The error that PyTorch raised. In the source: whole numbers made of what a scaler, or (x − mean) / "
        "spread, has given.",
        limits="Other types that PyTorch converts by itself are not looked at. Scalers with settings of their own may "
        "give whole numbers, and are let pass.",
        sources=("PyTorch, type promotion",),
    ),
    see=see,
    read=read,
)
