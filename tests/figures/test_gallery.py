"""The gallery holds every kind of figure, small, with its description and its numbers."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image

from pellucid.figures.runs import RUN_FIGURES
from pellucid.reference import KINDS

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "gallery"


@pytest.fixture(scope="module")
def gallery() -> ModuleType:
    """The script that draws it; importing it draws nothing."""
    spec = importlib.util.spec_from_file_location("gallery", ROOT / "scripts" / "gallery.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Its dataclass looks itself up there.
    sys.modules["gallery"] = module
    spec.loader.exec_module(module)
    return module


def test_every_kind_of_figure_is_in_the_gallery(gallery: ModuleType) -> None:
    stems = [picture.stem for picture in gallery.pictures()]
    assert len(stems) == len(set(stems))
    known = {kind.name for kind in RUN_FIGURES} | {kind.name for kind in KINDS if kind.figure is not None}
    assert known | {"lr_range", "several_runs"} <= set(stems)


def test_what_the_script_draws_is_what_the_folder_holds(gallery: ModuleType) -> None:
    pictures = gallery.pictures()
    expected = {f"{each.stem}.png" for each in pictures} | {f"{each.stem}.gif" for each in pictures if each.move}
    assert {file.name for file in FOLDER.iterdir()} == expected | {"README.md"}
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) <= 2_500_000


def test_every_picture_is_on_the_page_with_its_description_and_numbers(gallery: ModuleType) -> None:
    sections = (FOLDER / "README.md").read_text("utf-8").split("\n## ")[1:]
    pictures = gallery.pictures()
    assert [section.partition("\n")[0] for section in sections] == [each.heading for each in pictures]
    for each, section in zip(pictures, sections, strict=True):
        with Image.open(FOLDER / f"{each.stem}.png") as image:
            assert image.info["Title"]
            assert f"\n\n{image.info['Description']}\n" in section
        assert f"]({each.stem}.png)" in section and f"`{each.command}`" in section
        assert "\n| " in section and "---" in section
