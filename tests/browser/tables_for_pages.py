"""Tables made up for reports: one for each kind of page, small enough that a fit takes a second or two."""

import csv
import random
from pathlib import Path

__all__ = [
    "HOSTILE",
    "digit_rows",
    "hostile_rows",
    "letters_rows",
    "plane_rows",
    "prices_rows",
    "voyage_rows",
    "write_table",
]

Rows = list[list[object]]

RIGHT_TO_LEFT = "\u202eevil\u202c \u05e9\u05dc\u05d5\u05dd"
LONG = "Donaudampfschifffahrt" * 24
"""A single word of 504 letters: nowhere to break."""
HOSTILE = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(2)> ' onfocus='alert(3)' autofocus x='",
    "</style></title></script><svg onload=alert(4)>",
    RIGHT_TO_LEFT,
    LONG,
    "<!-- <script> ]]>",
    "${7*7} {{7*7}} javascript:alert(5)",
)
"""Names of columns and categories of which none may become anything but text."""


def write_table(path: Path, rows: Rows) -> Path:
    """Writes the rows as CSV."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def voyage_rows(rows: int = 320) -> Rows:
    """Who survived a voyage: numbers, categories, gaps, an id, and two classes."""
    chance = random.Random(3)
    table: Rows = [["Passenger", "Class", "Sex", "Age", "Fare", "Harbour", "Survived"]]
    for number in range(rows):
        rank, woman = chance.choice([1, 2, 3, 3]), chance.random() < 0.4
        age = "" if chance.random() < 0.2 else round(chance.uniform(1, 75))
        survived = chance.random() < (0.75 if woman else 0.25) - 0.1 * (rank - 2)
        fare = round(80 / rank**2 * chance.uniform(0.6, 1.6), 2)
        harbour = chance.choice(["Cork", "Southampton", "Cherbourg"])
        table.append(
            [1000 + number, rank, "female" if woman else "male", age, fare, harbour, "yes" if survived else "no"]
        )
    return table


def prices_rows(rows: int = 320) -> Rows:
    """What houses cost: a number from numbers and a category."""
    chance = random.Random(4)
    table: Rows = [["area", "age", "distance", "district", "price"]]
    for _ in range(rows):
        area, age, distance = chance.uniform(40, 240), chance.uniform(0, 90), chance.expovariate(1 / 6)
        district = chance.choice(["harbour", "hill", "old town"])
        price = 900 * area * (1.4 if district == "hill" else 1) - 700 * age - 4000 * distance + chance.gauss(0, 9000)
        table.append([round(area, 1), round(age), round(distance, 2), district, round(price)])
    return table


def letters_rows(rows: int = 780) -> Rows:
    """26 classes, from A to Z, around as many points of a space with 6 axes."""
    chance = random.Random(5)
    middles = {letter: [chance.uniform(0, 15) for _ in range(6)] for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    table: Rows = [["width", "height", "onpix", "edge", "slant", "mass", "letter"]]
    for place in range(rows):
        letter = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[place % 26]
        table.append([*(round(middle + chance.gauss(0, 2), 2) for middle in middles[letter]), letter])
    return table


def plane_rows(rows: int = 300) -> Rows:
    """Three classes in a plane of two inputs: what a boundary is drawn in."""
    chance = random.Random(6)
    table: Rows = [["length", "depth", "species"]]
    middles = {"Adelie": (38.0, 18.0), "Chinstrap": (49.0, 18.5), "Gentoo": (47.0, 15.0)}
    for place in range(rows):
        species = list(middles)[place % 3]
        length, depth = middles[species]
        table.append([round(chance.gauss(length, 2.6), 2), round(chance.gauss(depth, 0.9), 2), species])
    return table


def digit_rows(rows: int = 240) -> Rows:
    """Handwritten digits, 8 × 8 pixels from 0 to 16, of the data set inside scikit-learn."""
    from sklearn.datasets import load_digits

    data = load_digits()
    table: Rows = [[*data.feature_names, "digit"]]
    return (
        table + [[*map(int, pixels), int(digit)] for pixels, digit in zip(data.data, data.target, strict=True)][:rows]
    )


def hostile_rows(rows: int = 240) -> Rows:
    """Columns, categories and classes called ``HOSTILE``."""
    chance = random.Random(7)
    table: Rows = [[f"{name} {number}" for number, name in enumerate(HOSTILE)]]
    for _ in range(rows):
        numbers = [round(chance.gauss(0, 1), 3) for _ in range(3)]
        words = [chance.choice(HOSTILE[:5]) for _ in range(3)]
        answer = HOSTILE[0] if numbers[0] + numbers[1] > 0 else HOSTILE[4]
        table.append([*numbers, *words, answer])
    return table
