"""The page's script: small, made of whole modules, with nothing in it that could let a stranger's text run."""

import re
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from pellucid.report.kit import MODULES, digest, report_script
from pellucid.report.pictures import CLASS_COLOURS, DIVERGING, SEQUENTIAL
from pellucid.report.style import POLICY

ROOT = Path(__file__).parents[2]
SOURCES = {name: (files("pellucid.report.kit") / f"{name}.js").read_text("utf-8") for name in MODULES}


def test_every_module_is_in_the_script_and_none_is_forgotten() -> None:
    here = {path.stem for path in (ROOT / "src/pellucid/report/kit").glob("*.js")}
    assert here == set(MODULES)
    script = report_script()
    for name, source in SOURCES.items():
        exported = re.findall(r"^export (?:async )?(?:function|class|const) (\w+)", source, re.MULTILINE)
        assert exported, name
        assert all(re.search(rf"\b(?:function|class|const) {each}\b", script) for each in exported)


def test_imports_point_to_modules_that_stand_before_and_to_what_they_export() -> None:
    for place, (_, source) in enumerate(SOURCES.items()):
        for names, module in re.findall(r'^import \{([^}]*)\} from "\./(\w+)\.js";$', source, re.MULTILINE):
            assert module in MODULES[:place]
            for each in names.split(","):
                assert re.search(
                    rf"^export (?:async )?(?:function|class|const) {each.strip()}\b", SOURCES[module], re.M
                )
        # An import of another form would stay in the script and break it.
        assert source.count("import ") == len(re.findall(r"^import \{", source, re.MULTILINE))


def test_no_two_modules_use_one_name_at_their_top_level() -> None:
    names = [
        each
        for source in SOURCES.values()
        for each in re.findall(r"^(?:export )?(?:async )?(?:function|class|const|let) (\w+)", source, re.MULTILINE)
    ]
    # const A = …, B = …; declares more than one.
    names += [each for source in SOURCES.values() for each in re.findall(r"^const .*?, (\w+) =", source, re.MULTILINE)]
    assert len(names) == len(set(names))


def test_the_script_is_small_and_neither_parses_markup_nor_runs_text() -> None:
    script = report_script()
    assert len(script.encode()) <= 40_000
    forbidden = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|Function\(|setAttribute\(\"style|import\("
    )
    assert not re.search(forbidden, script)
    assert not re.search(r"localStorage|sessionStorage|cookie|fetch\(|XMLHttpRequest|WebSocket|sendBeacon", script)
    assert "</" not in script and "<!--" not in script
    assert not re.search(r"^(import|export)\b|/\*", script, re.MULTILINE)


def test_the_policy_names_the_script_that_is_in_the_page() -> None:
    assert f"script-src '{digest(report_script())}'" in POLICY
    assert "unsafe" not in POLICY


@pytest.mark.parametrize(
    ("name", "colours"),
    [("CLASS_COLOURS", CLASS_COLOURS), ("DIVERGING", DIVERGING), ("SEQUENTIAL", SEQUENTIAL)],
)
def test_python_and_script_paint_in_the_same_colours(name: str, colours: tuple[tuple[int, int, int], ...]) -> None:
    found = re.search(rf"export const {name} = \[(.*?)\];", SOURCES["palette"], re.DOTALL)
    assert found is not None
    numbers = [int(each) for each in re.findall(r"\d+", found[1])]
    assert numbers == [part for colour in colours for part in colour]


def test_the_wheel_takes_everything_below_the_package() -> None:
    built = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]
    assert built["targets"]["wheel"]["packages"] == ["src/pellucid"]
    assert "exclude" not in built and "exclude" not in built["targets"]["wheel"]
