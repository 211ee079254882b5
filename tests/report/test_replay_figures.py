"""The replay in the page: a still picture of the end, the numbers behind it, and frames that a script can read."""

import base64
import json
import re
import struct
import zlib
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import pytest
from made_up_replays import EPOCHS, FRAMES, boundary, certainty, predictions
from test_page import Structure, assert_sealed, headings

from pellucid.records import EpochRecord, ReplayRecord, RunRecord, pack_frames, unpack_frames
from pellucid.report import render_report
from pellucid.report.pictures import CLASS_COLOURS, DIVERGING, class_ramp, png_address, ramp
from pellucid.report.replay import replay_section
from pellucid.report.replay.certainty import sure_columns
from pellucid.report.replay.predicted import error_columns

Runs = Callable[..., RunRecord]
Epochs = Callable[..., list[EpochRecord]]
T = "\N{NARROW NO-BREAK SPACE}"
HOSTILE = '</script><script>alert(1)</script>\u2028\u202e"&'
REPLAYS = {
    "probability": boundary(),
    "class": boundary("class", classes=("a", "b", "c")),
    "value": boundary("value"),
    "certainty": certainty(),
    "certainty of many": certainty(tuple("abcdefghijklmnopqrstuvwxyz")),
    "predictions": predictions(),
}


def block(markup: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json">(.*?)</script>', markup)
    assert found is not None
    told: dict[str, Any] = json.loads(found[1])
    return told


def cells(markup: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", markup.split("<tbody>")[1])
    return [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row) for row in rows]


@pytest.mark.parametrize("name", REPLAYS)
def test_the_block_holds_the_frames_as_they_were(name: str) -> None:
    replay = REPLAYS[name]
    told = block(replay_section(replay))
    frames = unpack_frames(base64.b64decode(told["frames"]), tuple(told["shape"]))
    assert np.array_equal(frames, unpack_frames(replay.frames, replay.shape))
    assert tuple(told["epochs"]) == EPOCHS and len(told["losses"]) == FRAMES
    assert told["losses"][0] is None


@pytest.mark.parametrize("name", REPLAYS)
def test_every_still_picture_has_words_and_a_table(name: str) -> None:
    markup = replay_section(REPLAYS[name])
    assert re.search(r'<svg viewBox="[^"]*" role="img" aria-label="[^"]{20,}" class="chart">', markup)
    rows = cells(markup)
    assert rows[0][0] == "before the first step" and rows[-1][0] == str(EPOCHS[-1])
    assert len({len(row) for row in rows}) == 1 and len(rows) == 10


def test_numbers_of_a_replay_say_what_its_frames_show() -> None:
    assert cells(replay_section(certainty()))[-1] == ["33", "0.680", f"75.0{T}%", f"75.0{T}%"]
    assert cells(replay_section(predictions()))[-1] == ["33", "0.680", "2.00", "2.00"]
    assert cells(replay_section(boundary()))[-1] == ["33", "0.680", f"50.0{T}%", f"50.0{T}%"]
    assert cells(replay_section(boundary("value")))[-1][2:] == [f"{chr(0x2212)}2.00", "4.00"]


def test_sure_is_who_stands_in_the_upper_half_of_the_bins() -> None:
    shares = np.array([[0, 0, 0, 0, 60, 40, 0, 0, 0, 100], [0] * 10], dtype=np.uint8)
    assert sure_columns(certainty())[1](shares) == [f"70.0{T}%", "–"]
    odd = np.array([[10, 30, 60], [100, 0, 0]], dtype=np.uint8)
    assert sure_columns(certainty(bins=3))[1](odd) == [f"60.0{T}%", f"0.0{T}%"]


def test_half_and_nine_tenths_are_those_of_the_errors() -> None:
    replay = predictions(11)
    truth = np.frombuffer(replay.truth, dtype=np.uint8)
    off = np.arange(11, dtype=np.uint8)  # in bytes, of which two make a unit
    assert error_columns(replay)[1](truth + off) == ["2.50", "4.50"]


def test_classes_are_named_in_the_plane_and_in_a_legend() -> None:
    markup = replay_section(REPLAYS["class"])
    assert re.findall(r'class="over">([^<]*)<', markup) == ["a", "b", "c"]
    assert [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in CLASS_COLOURS[:3]] == re.findall(
        r'fill="(#\w+)" class="swatch"', markup
    )
    assert re.findall(r'class="over">([^<]*)<', replay_section(boundary())) == ["no", "yes"]
    assert "over" not in re.findall(r'class="(\w+)"', replay_section(boundary("value")))
    assert "dark line" in markup and "dark line" not in replay_section(boundary("value"))


def test_a_single_frame_is_a_picture_without_a_player() -> None:
    replay = certainty()
    frames = unpack_frames(replay.frames, replay.shape)
    alone = msgspec.structs.replace(
        replay, epochs=(9,), losses=(0.5,), shape=(1, *replay.shape[1:]), frames=pack_frames(frames[-1:])
    )
    markup = replay_section(alone)
    assert "data-replay" not in markup and "<script" not in markup and "slider" not in markup


def test_frames_that_are_not_of_their_shape_are_refused(run_record: Runs) -> None:
    bad = msgspec.structs.replace(certainty(), shape=(FRAMES, 2, 11))
    with pytest.raises(ValueError, match="frames of shape"):
        render_report(run_record(), [], replay=bad)


def test_certainty_stands_with_what_is_sure_and_the_rest_with_training(run_record: Runs) -> None:
    sure = render_report(run_record(), [], replay=certainty()).decode()
    assert sure.index("How sure the networks are") < sure.index(">How training went</h2>")
    plane = render_report(run_record(), [], replay=boundary()).decode()
    assert plane.index("over the plane of two inputs") > plane.index(">How training went</h2>")
    assert "How sure it is" in headings(sure.encode()) and "How sure it is" not in headings(plane.encode())


@pytest.mark.parametrize("name", REPLAYS)
def test_names_cannot_end_the_block_or_turn_the_line(name: str, run_record: Runs) -> None:
    def spoiled(replay: ReplayRecord) -> ReplayRecord:
        axis = msgspec.structs.replace(replay.x, label=HOSTILE)
        return msgspec.structs.replace(replay, x=axis, y=axis, classes=tuple(HOSTILE for _ in replay.classes))

    page = render_report(run_record(), [], replay=spoiled(REPLAYS[name]))
    assert_sealed(page)
    own = [json.loads(each) for each in Structure(page).blocks[1:]]
    label = next(each["x"]["label"] for each in own if "frames" in each)
    assert label.startswith("</script><script>") and "\u2028" not in label and "\u202e" not in label


@pytest.mark.parametrize("name", REPLAYS)
def test_a_page_with_a_replay_is_the_same_every_time_and_small(
    name: str, run_record: Runs, epoch_records: Epochs
) -> None:
    run = run_record()
    epochs = epoch_records(run.members)
    page = render_report(run, epochs, replay=REPLAYS[name])
    assert page == render_report(run, epochs, replay=REPLAYS[name])
    assert len(page) < 250_000


def test_a_picture_is_a_png_that_others_can_read() -> None:
    colours = ramp(DIVERGING, 5)
    address = png_address(np.array([[0, 4], [2, 1], [3, 3]], dtype=np.uint8), colours)
    data = base64.b64decode(address.removeprefix("data:image/png;base64,"))
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    parts, place = {}, 8
    while place < len(data):
        (size,), kind = struct.unpack(">I", data[place : place + 4]), data[place + 4 : place + 8]
        parts[kind] = data[place + 8 : place + 8 + size]
        (check,) = struct.unpack(">I", data[place + 8 + size : place + 12 + size])
        assert check == zlib.crc32(kind + parts[kind])
        place += 12 + size
    assert struct.unpack(">IIBBBBB", parts[b"IHDR"]) == (2, 3, 8, 3, 0, 0, 0)
    assert parts[b"PLTE"] == colours.tobytes()
    assert zlib.decompress(parts[b"IDAT"]) == bytes([0, 0, 4, 0, 2, 1, 0, 3, 3])


def test_ramps_begin_and_end_with_their_anchors_and_sure_classes_are_full() -> None:
    colours = ramp(DIVERGING, 31)
    assert [tuple(colours[place]) for place in (0, 15, 30)] == list(DIVERGING)
    assert [tuple(each) for each in class_ramp(2, 8)[7::8]] == list(CLASS_COLOURS[:2])
