"""Draw the documentation's gallery, every kind of figure once, from data that come with scikit-learn or from a seed."""

import io
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, PngImagePlugin
from sklearn.datasets import load_digits, make_circles, make_moons

import pellucid as pl
from pellucid.figures import FigureData, Table, save
from pellucid.figures.drawing.palette import INK, LINE, PAPER, QUIET, colour_of
from pellucid.figures.runs import RUN_FIGURES
from pellucid.figures.weight_images import weight_images
from pellucid.records.delimited import encode_csv
from pellucid.reference import KINDS, Viewing

FOLDER = Path(__file__).parents[1] / "docs" / "gallery"
WORK = Path(tempfile.gettempdir()) / "pellucid-gallery"
MOVING = WORK / "path.gif"
COMPARED = ("comparison", "critical_difference", "path")
COLOURS, WIDEST = 96, 1000
"""Of a picture: colours of its palette, and its width in pixels at most."""


@dataclass(frozen=True)
class Picture:
    """One entry of the gallery.

    Attributes:
        stem: Of its file.
        heading: In words.
        command: How to get one like it.
        make: Computes it.
        move: Writes it as a GIF into a file, where it moves.
    """

    stem: str
    heading: str
    command: str
    make: Callable[[], FigureData]
    move: Callable[[Path], Any] | None = None


@cache
def moons() -> Path:
    """Two classes that no straight line parts, as a table: 400 rows, seed 0."""
    inputs, classes = make_moons(400, noise=0.3, random_state=0)
    named = {"moon": np.array(["upper", "lower"])[classes]}
    return _written("moons.csv", {"east": inputs[:, 0], "north": inputs[:, 1]}, named)


@cache
def rings() -> Path:
    """One class around the other, which takes a bend: 400 rows, seed 0."""
    inputs, classes = make_circles(400, noise=0.2, factor=0.4, random_state=0)
    return _written(
        "rings.csv", {"x": inputs[:, 0], "y": inputs[:, 1]}, {"ring": np.array(["outer", "inner"])[classes]}
    )


@cache
def run(name: str) -> pl.Run:
    """A finished run: of the moons, twice; of wines (three classes) or diabetes (a number)."""
    own_table = name in ("wine", "diabetes")
    table, target = (f"sklearn:{name}", "target") if own_table else (str(moons()), "moon")
    recipe: dict[str, Any] = {"hidden": (24, 24), "activation": "relu"} if name == "relu" else {}
    return pl.fit(table, target=target, out=_fresh(name), seed=0, **recipe)


@cache
def comparison() -> pl.Comparison:
    """Optimizers compared on the rings, all with the learning rate that suits the first."""
    vary = {"optimizer": ["adamw", "rmsprop", "adagrad", "sgd"]}
    return pl.compare(str(rings()), target="ring", vary=vary, seeds=4, folds=4, epochs=40, out=_fresh("optimizers"))


@cache
def path() -> pl.Comparison:
    """Strengths of an L2 penalty compared on the moons."""
    return pl.compare(
        str(moons()),
        target="moon",
        path="l2=1e-4:10:log:8",
        seeds=2,
        folds=4,
        epochs=60,
        out=_fresh("strengths"),
        gif=MOVING,
    )


@cache
def rates() -> FigureData:
    """A learning-rate range test on scikit-learn's digits."""
    digits = load_digits()
    recipe = pl.Recipe(hidden=(32,), loss="cross_entropy", optimizer="adam", batch_size=64)
    return pl.figure(pl.lr_range_test(recipe, digits.data / 16.0, digits.target, points=33))


@cache
def images() -> FigureData:
    """First-layer weights of a small network that has learned scikit-learn's digits, pixel by pixel."""
    digits = load_digits()
    recipe = pl.Recipe(hidden=(20,), activation="tanh", loss="cross_entropy", optimizer="adam", l2=0.01, epochs=30)
    trained = pl.train([recipe], digits.data / 16.0, digits.target)
    weights = next(values for name, values in trained.parameters(0).items() if name.endswith(".weight"))
    return weight_images(weights, (8, 8), caption="One hidden layer of 20 units, 30 epochs on 1,797 images.")


def pictures() -> list[Picture]:
    """Everything that is drawn, in the order of the page."""
    return [*of_runs(), *of_planes(), *of_comparisons(), *of_training(), *of_entries()]


def of_runs() -> Iterator[Picture]:
    """Figures of a run; of numbers where classes have none."""
    sources = {
        "fit": "diabetes",
        "residuals": "diabetes",
        "confusion": "wine",
        "layers": "relu",
        "network": "relu",
        "replay": "wine",
    }
    for kind in RUN_FIGURES:
        command = f"pellucid show run RUN --plot {kind.name}.png"
        if kind.name == "images":
            yield Picture(kind.name, _heading(kind.name, kind.shows), command, images)
        elif kind.name not in COMPARED:
            source = sources.get(kind.name, "moons")
            yield Picture(
                kind.name,
                _heading(kind.name, kind.shows),
                command,
                _of(kind.name, lambda s=source: run(s)),
                (lambda file, s=source: pl.figure(run(s), "replay", file=file)) if kind.frames else None,
            )


def of_planes() -> Iterator[Picture]:
    """What a boundary does with more than two columns."""
    for fill, does in (("slice", "held at their medians"), ("plane", "along the principal plane"), ("nearest", "lent")):
        yield Picture(
            f"boundary_{fill}",
            f"Boundary of 13 columns: the others {does}",
            f"pellucid show run RUN --plot boundary.png --fill {fill}",
            lambda fill=fill: pl.figure(run("wine"), "boundary", fill=fill),
        )


def of_comparisons() -> Iterator[Picture]:
    """Figures of a comparison."""
    for kind in RUN_FIGURES:
        if kind.name in COMPARED:
            command = f"pellucid show run COMPARISON --plot {kind.name}.png"
            source = path if kind.name == "path" else comparison
            yield Picture(kind.name, _heading(kind.name, kind.shows), command, _of(kind.name, source))
    yield Picture(
        "boundary_path",
        "Boundary along a path: it moves with the strength",
        "pellucid compare TABLE --target y --path l2=1e-4:10:log:8 --gif boundary.gif",
        lambda: pl.figure(path(), "boundary"),
        lambda file: file.write_bytes((path() and MOVING).read_bytes()),
    )
    yield Picture(
        "variant_curves",
        "Learning curves of compared variants",
        "pellucid show run COMPARISON --plot curves.png",
        _of("curves", comparison),
    )


def of_training() -> Iterator[Picture]:
    """Figures of what ``train`` and its kin return."""
    yield Picture("lr_range", "Learning-rate range", "pl.figure(pl.lr_range_test(recipe, X, y))", rates)
    yield Picture(
        "several_runs",
        "Learning curves of several runs",
        'pl.figure(["RUN", "OTHER"], "curves")',
        lambda: pl.figure([run("moons"), run("relu")], "curves"),
    )


def of_entries() -> Iterator[Picture]:
    """One entry of each kind of the catalogue that has a picture."""
    chosen = {
        "activation": "gelu",
        "loss": "huber",
        "optimizer": "adam",
        "schedule": "one_cycle",
        "penalty": "elastic_net(strength=0.5)",
        "initializer": "kaiming_normal",
        "expression": "log",
        "surface": "two_minima",
    }
    for kind in KINDS:
        if kind.figure is not None:
            name = chosen.get(kind.name, kind.registry.names()[0])
            shown = f'"{name}"' if "(" in name else name
            yield Picture(
                kind.name,
                f"{kind.name[0].upper()}{kind.name[1:]} {name.partition('(')[0]}",
                f"pellucid show {kind.name} {shown} --plot {kind.name}.png",
                lambda kind=kind, name=name: kind.figure(kind.registry(name), Viewing()),
            )


def main() -> None:
    """Write the page and its pictures, and remove those that are no longer drawn."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    every = pictures()
    parts = [
        "<!-- Written by `make docs`. Change the figures, not this page. -->",
        "# Gallery",
        "Every kind of figure once, from tables that come with scikit-learn or from a seed. Colours are told apart\n"
        "with any common colour vision, dashes and shapes say the same once more. Each picture has a sentence that\n"
        "says what is to be seen, which its file carries too, and a table of its numbers.",
    ]
    for each in every:
        found = each.make()
        file = FOLDER / f"{each.stem}.png"
        file.write_bytes(small_png(found))
        parts += [f"## {each.heading}", f"![{_plain(found.alt)}]({file.name})", found.alt]
        if each.move is not None:
            moving = file.with_suffix(".gif")
            each.move(moving)
            parts.append(f"![The same, moving]({moving.name})")
        parts += [f"*{found.caption}*"] if found.caption else []
        parts += [f"<details><summary>Numbers</summary>\n\n{_table(found.table)}\n\n</details>", f"`{each.command}`"]
    (FOLDER / "README.md").write_text("\n\n".join(parts) + "\n", "utf-8")
    kept = {f"{each.stem}.png" for each in every} | {f"{each.stem}.gif" for each in every if each.move}
    for stale in [file for file in FOLDER.iterdir() if file.name not in kept | {"README.md"}]:
        stale.unlink()


def small_png(figure: FigureData) -> bytes:
    """The picture with few colours and its description; equal numbers give equal bytes."""
    WORK.mkdir(parents=True, exist_ok=True)
    drawn = WORK / "drawn.png"
    save(figure, drawn)
    with Image.open(drawn) as image:
        plain = image.convert("RGB")
    if plain.width > WIDEST:
        plain = plain.resize((WIDEST, round(plain.height * WIDEST / plain.width)), Image.Resampling.LANCZOS)
    about = PngImagePlugin.PngInfo()
    about.add_itxt("Title", figure.title)
    about.add_itxt("Description", figure.alt)
    content = io.BytesIO()
    few = plain.quantize(palette=_palette(plain), dither=Image.Dither.NONE)
    few.save(content, "PNG", optimize=True, pnginfo=about)
    return content.getvalue()


def _palette(picture: Image.Image) -> Image.Image:
    """The colours of the series and of the ink as they are, and the picture's own most telling ones."""
    kept = [*(colour_of(series) for series in range(6)), INK, QUIET, LINE, PAPER]
    exact = [int(colour[place : place + 2], 16) for colour in kept for place in (1, 3, 5)]
    own = picture.quantize(COLOURS, dither=Image.Dither.NONE).getpalette()
    assert own is not None
    found = Image.new("P", (1, 1))
    found.putpalette((exact + own[: 3 * COLOURS])[: 3 * 256])
    return found


def _of(name: str, source: Callable[[], pl.Run | pl.Comparison]) -> Callable[[], FigureData]:
    return lambda: pl.figure(source(), name)


def _heading(name: str, shows: str) -> str:
    words = {"roc": "ROC", "fit": "Predicted and true numbers"}.get(name, name.replace("_", " "))
    return f"{words[0].upper()}{words[1:]}: {shows}"


def _table(table: Table) -> str:
    marks = ["---:" if numeric else "---" for numeric in table.numeric()]
    lines = [table.columns, marks, *table.texts()]
    return "\n".join(f"| {' | '.join(map(_plain, line))} |" for line in lines)


def _plain(text: str) -> str:
    return text.replace("|", r"\|").replace("[", r"\[").replace("]", r"\]")


def _written(name: str, numbers: dict[str, np.ndarray], words: dict[str, np.ndarray]) -> Path:
    WORK.mkdir(parents=True, exist_ok=True)
    path = WORK / name
    path.write_bytes(encode_csv({**{head: each.round(3) for head, each in numbers.items()}, **words}))
    return path


def _fresh(name: str) -> str:
    """A folder that holds nothing: runs are never overwritten."""
    folder = WORK / name
    shutil.rmtree(folder, ignore_errors=True)
    return str(folder)


if __name__ == "__main__":
    main()
