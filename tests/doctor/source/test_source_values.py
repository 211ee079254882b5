"""What names hold, where that is certain, and nothing where it is not."""

import ast

import pytest

from pellucid.doctor.source import UNKNOWN, Source, read_source


def held(code: str, name: str = "x") -> str | None:
    """What ``name`` in ``use(name)``, the last call of ``use``, holds, as text."""
    source = read_source("t.py", "import torch\nimport torch.nn as nn\n" + code)
    value = source.value_of(asked(source, name))
    return ast.unparse(value) if value is not None else None


def asked(source: Source, name: str) -> ast.expr:
    argument = source.calls("use")[-1].argument(0, name)
    assert argument is not None
    return argument


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("x = 1\nuse(x)", "1"),
        ("x = 1\nx = 2\nuse(x)", "2"),
        ("x = y = 3\nuse(x)", "3"),
        ("x, y = 1, 2\nuse(y)", "2"),
        ("a = 1\nb = a\nx = b\nuse(x)", "1"),
        ("x: int = 4\nuse(x)", "4"),
        ("use((x := 5))\nuse(x)", "5"),
        ("x = 1\ndef f():\n    use(x)", "1"),
        ("x = 1\ndef f():\n    x = 2\n    use(x)", "2"),
        ("def f(x):\n    use(x)\nf(7)", "7"),
        ("def f(x):\n    use(x)\nf(x=8)", "8"),
        ("def f(y, x=9):\n    use(x)\nf(1)", "9"),
        ("def f(*, x=1):\n    use(x)\nf(x=2)", "2"),
        ("class A:\n    def __init__(self, x):\n        self.x = x\n    def f(self):\n        use(self.x)\nA(3)", "3"),
        ("class A:\n    def g(self, x):\n        use(x)\nA().g(4)", "4"),
        ("x = 1\nif a:\n    x = 2\n    use(x)", "2"),
        ("x = 1\nif a:\n    use(x)\nelse:\n    x = 2", "1"),
        ("x = 1\nfor i in r:\n    y = i\nuse(x)", "1"),
        ("for i in r:\n    x = 1\n    use(x)", "1"),
        ("with open(f):\n    x = 1\nuse(x)", "1"),
        ("x = nn.Linear(1, 1)\nif cuda:\n    x = x.cuda()\nuse(x)", None),
        ("x = 1 if a else 2\nuse(x)", "1 if a else 2"),
    ],
)
def test_a_name_holds_the_last_thing_that_every_way_gave_it(code: str, value: str | None) -> None:
    assert held(code, "x") == value


@pytest.mark.parametrize(
    "code",
    [
        "x = 1\nif a:\n    x = 2\nuse(x)",
        "if a:\n    x = 1\nuse(x)",
        "x = 1\nwhile a:\n    use(x)\n    x = 2",
        "x = 1\nx += 1\nuse(x)",
        "x = 1\nfor i in r:\n    x += 1\nuse(x)",
        "for x in r:\n    use(x)",
        "with f() as x:\n    use(x)",
        "x, *y = f()\nuse(x)",
        "import x\nuse(x)",
        "use([x for x in r][0])\nx = 1\n[use(x) for x in r]",
        "def f(x):\n    use(x)\nf(1)\nf(2)",
        "def f(x):\n    use(x)\nf(*a)",
        "def f(x):\n    use(x)",
        "def f():\n    global x\n    use(x)\nx = 1",
        "x = 1\ndef f():\n    use(x)\nx = 2",
        "try:\n    x = 1\nexcept E:\n    x = 2\nuse(x)",
        "use(x)\nx = 1",
    ],
)
def test_what_is_not_certain_is_unknown(code: str) -> None:
    assert held(code, "x") is None


@pytest.mark.parametrize(
    "code",
    [
        "def f(x):\n    f(x)\n    use(x)",
        "def f(x):\n    f(x - 1)\n    use(x)",
        "def f(x):\n    f([x])\n    use(x)",
        "class A:\n    def f(self):\n        self.x = -self.x\n        use(self.x)",
    ],
)
def test_a_ring_of_names_ends(code: str) -> None:
    source = read_source("t.py", code)
    assert source.number(asked(source, "x")) is None
    assert source.literal(asked(source, "x")) is UNKNOWN
    assert source.last_step(asked(source, "x")) is None


@pytest.mark.parametrize(
    "moved",
    [
        "x = nn.Linear(1, 2).to(device)",
        "x = nn.Linear(1, 2)\nx = x.to(device)",
        "x = nn.Linear(1, 2)\nif cuda:\n    x = x.cuda()",
        "x = torch.compile(nn.Linear(1, 2))",
        "y = nn.Linear(1, 2)\nx = y.double().eval()",
    ],
)
def test_moving_a_module_makes_no_other(moved: str) -> None:
    source = read_source("t.py", f"import torch\nimport torch.nn as nn\n{moved}\nuse(x)\n")
    made = source.construction(asked(source, "x"))
    assert made is not None
    assert made.name == "torch.nn.Linear"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 1e-3),
        ("-2", -2),
        ("2 * 64", 128),
        ("2 ** 3", 8),
        ("10 ** -2", 0.01),
        ("rate / 2", 0.25),
        ("7 // 2", 3),
        ("True", None),
        ("1 / 0", None),
        ("len(a)", None),
        ("'a'", None),
    ],
)
def test_numbers_are_worked_out(text: str, value: float | None) -> None:
    source = read_source("t.py", f"rate = 0.5\nuse({text})\n")
    assert source.number(asked(source, "x")) == value


def test_plain_values_are_read_and_others_unknown() -> None:
    source = read_source("t.py", "a = 'mean'\nuse((a, [1, -2], None, {'k': 1}))\nuse((a, f()))\n")
    first, second = (call.argument(0, "") for call in source.calls("use"))
    assert source.literal(first) == ("mean", [1, -2], None, {"k": 1})
    assert source.literal(second) is UNKNOWN
    assert source.literal(None) is UNKNOWN
