"""Layers by epoch, and first weights as images."""

import base64
import json
import re
from collections.abc import Callable

import msgspec
import numpy as np
import pytest
from made_up_replays import layer_records
from made_up_runs import column
from test_page import Structure, assert_sealed

from pellucid.records import EpochRecord, RunRecord
from pellucid.report import render_report
from pellucid.report.layers import layers_section
from pellucid.report.weights import pixels_of, weights_figure

Runs = Callable[..., RunRecord]
T = "\N{NARROW NO-BREAK SPACE}"


def test_every_quantity_has_its_figure_with_the_mean_over_the_networks() -> None:
    markup = str(layers_section(layer_records()))
    titles = re.findall(r'chart-title">([^<]*)<', markup)
    assert titles == [
        "Gradient by layer (logarithmic scale)",
        "Movement by layer (logarithmic scale)",
        "Dead units by layer",
        "Saturated values by layer",
    ]
    assert "layer 1 ends at 0.200; layer 2 ends at 0.0200; layer 3 ends at 0.00200." in markup
    assert f"layer 1 ends at 25.0{T}%; layer 2 ends at 50.0{T}%." in markup
    blocks = [json.loads(each) for each in re.findall(r'json">(.*?)</script>', markup)]
    assert blocks[0]["lines"][0]["value"][0] == 0.2
    assert blocks[1]["x"][0] == 1  # before the first step nothing has moved


def test_what_was_not_measured_has_no_figure_and_no_layers_have_none() -> None:
    only = [msgspec.structs.replace(each, moved=None, dead=None, saturated=None) for each in layer_records()]
    assert str(layers_section(only)).count("<figure") == 1
    assert layers_section([]) is None


def test_of_a_deep_network_the_ends_and_some_between_are_drawn() -> None:
    markup = str(layers_section(layer_records(1, layers=30)))
    first = markup.split("<figure")[1]
    assert first.count('class="curve line') == 2 * 6  # lines and their signs in the legend
    assert "layer 1 " in first and "layer 30 " in first


def image_run(run: RunRecord, side: int = 8, *, unused: tuple[int, ...] = ()) -> RunRecord:
    pixels = tuple(column(f"pixel{n}", used=n not in unused) for n in range(side * side))
    return msgspec.structs.replace(run, columns=(column(run.target, "target", used=False), *pixels))


def test_columns_that_are_pixels_are_known_by_their_names(run_record: Runs) -> None:
    pixels = pixels_of(image_run(run_record(), unused=(0, 9)))
    assert pixels is not None and pixels.side == 8
    assert list(pixels.places) == [n for n in range(64) if n not in (0, 9)]
    assert pixels_of(run_record()) is None
    lines = tuple(column(f"pixel_{n // 8}_{n % 8}") for n in range(64))
    named = pixels_of(msgspec.structs.replace(run_record(), columns=lines))
    assert named is not None and list(named.places) == list(range(64))
    dark = image_run(run_record())
    columns = (*dark.columns[:3], msgspec.structs.replace(dark.columns[3], kind="boolean"), *dark.columns[4:])
    passed = pixels_of(msgspec.structs.replace(dark, columns=columns))
    assert passed is not None and list(passed.places) == [0, 1, *range(3, 64), 2]  # as the encoding has its inputs
    odd = image_run(run_record())
    assert pixels_of(msgspec.structs.replace(odd, columns=odd.columns[:-1])) is None


def test_weights_are_drawn_where_inputs_are_pixels_and_only_there(run_record: Runs) -> None:
    weights = np.random.default_rng(0).normal(size=(64, 30))
    weights[:, 7] *= 10
    markup = str(weights_figure(image_run(run_record()), weights))
    assert "What the first layer looks for: 24 units of 30" in markup
    assert re.search(r"<tbody><tr><th[^>]*>8</th>", markup)  # the heaviest unit first
    assert 'viewBox="0 0 73 28"' in markup
    assert base64.b64decode(markup.split("base64,")[1].split('"')[0]).startswith(b"\x89PNG")
    assert weights_figure(run_record(), weights) is None
    assert weights_figure(image_run(run_record()), weights[:60]) is None


def test_fifty_networks_of_two_hundred_epochs_stay_a_small_page(run_record: Runs) -> None:
    run = run_record()
    members = tuple(run.members[place % 8] for place in range(50))
    g = np.random.default_rng(4)
    epochs = [
        EpochRecord(member=m, epoch=e, loss=g.random(), val_loss=g.random(), val_error=g.random(), lr=0.1)
        for m in range(50)
        for e in range(1, 201)
    ]
    page = render_report(
        msgspec.structs.replace(run, members=members), epochs, layers=layer_records(50, layers=5, epochs=20)
    )
    assert_sealed(page)
    assert len(page) < 600_000
    assert "each network" in Structure(page).words


@pytest.mark.parametrize("count", [1, 2, 17])
def test_bands_are_drawn_for_more_than_one_and_single_lines_wait_where_they_are_many(
    count: int, run_record: Runs, epoch_records: Callable[..., list[EpochRecord]]
) -> None:
    members = tuple(run_record().members[place % 8] for place in range(count))
    page = render_report(msgspec.structs.replace(run_record(), members=members), epoch_records(members)).decode()
    assert page.count('class="band" data-line="band"') == (2 if count > 1 else 0)
    assert ('data-shows="each" data-off' in page) == (count > 16)
