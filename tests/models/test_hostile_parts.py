"""Files of several networks that were made to mislead: every part is checked as the first one is."""

import json
import tracemalloc

import numpy as np
import pytest
from forging import LEAVES, ZEROS, Forge, parts_of, sealed
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_models import MIXTURES, made_up_mixture, made_up_table

from pellucid.errors import DataError, ModelFileError
from pellucid.models import read_model, write_model

TABLE = made_up_table()


def forged(path, kind="binary"):
    """A Forge of a mixture."""
    model = made_up_mixture(kind, (2.0, 1.0))
    forge = Forge(path)
    write_model(path, model.manifest, model.arrays)
    forge.header, forge.payload = parts_of(path.read_bytes())
    forge.header["__metadata__"]["sha256"] = ZEROS
    forge.manifest = json.loads(forge.header["__metadata__"]["manifest"])
    return forge


@pytest.fixture(name="forge")
def _forge(tmp_path):
    return forged(tmp_path / "model.safetensors")


def test_an_honest_forgery_is_read(forge):
    manifest = read_model(forge.with_manifest(lambda manifest: None)).manifest
    assert (manifest.version, manifest.count, len(manifest.parts)) == (2, 6, 2)


def second(manifest):
    return manifest["further"][0]


def layers(manifest):
    return second(manifest)["network"]["layers"]


MANIFESTS = {
    "version 1 with parts": (lambda m: m.update(version=1), "version 1 has neither"),
    "version 2 without": (lambda m: (m.pop("further"), m.pop("weights")), "version 2 is for further parts or weights"),
    "no part": (lambda m: m.update(further=[]), "length >= 1"),
    "parts without end": (lambda m: m.update(further=[second(m)] * 2000), "length <= 1024"),
    "parts that are null": (lambda m: m.update(further=None), "does not hold together"),
    "a part less": (
        lambda m: (m.pop("further"), m.update(weights=[1.0, 1.0, 1.0])),
        "its description does not promise",
    ),
    "a part more": (
        lambda m: (m["further"].append(second(m)), m.update(weights=m["weights"] + [1.0] * 3)),
        "lacks the parameter 'part3",
    ),
    "parts in another order": (
        lambda m: (
            m.update(network=second(m)["network"], head=second(m)["head"]),
            m["further"].__setitem__(0, {"network": second(m)["network"], "members": 3, "head": "sigmoid"}),
        ),
        "its description does not promise|lacks the parameter|type, shape or place",
    ),
    "a field more": (lambda m: second(m).update(hook="os.system"), "unknown field `hook`"),
    "a head less": (lambda m: second(m).pop("head"), "missing required field `head`"),
    "an unknown head": (lambda m: second(m).update(head="sigmod"), "Did you mean 'sigmoid'"),
    "a head of another task": (lambda m: second(m).update(head="identity"), "a binary task has no identity head"),
    "a head with other outputs": (lambda m: second(m).update(head="softmax"), "1 outputs where the task needs 2"),
    "no member": (lambda m: second(m).update(members=0), "does not hold together"),
    "a negative member": (lambda m: second(m).update(members=-3), "does not hold together"),
    "other members": (lambda m: (second(m).update(members=4), m["weights"].append(1.0)), "type, shape or place"),
    "members and weights that differ": (lambda m: second(m).update(members=4), "7 networks have 6 weights"),
    "too many members together": (
        lambda m: (m.update(members=40_000), second(m).update(members=40_000), m.pop("weights")),
        "up to 65536 networks, not 80000",
    ),
    "a layer that does not fit": (lambda m: layers(m)[2].update(inputs=7), "layer 2 takes 7 values but gets"),
    "a layer of another shape": (lambda m: layers(m)[0].update(embedding_size=5), "takes [0-9]+ values but gets"),
    "no layer": (lambda m: second(m)["network"].update(layers=[]), "1 to 1000 layers"),
    "an unknown activation": (lambda m: layers(m)[3].update(name="__import__"), "no activation '__import__'"),
    "other categories": (lambda m: layers(m)[0].update(categories=[2**50]), "differ in their columns"),
    "an embedding that is wider": (lambda m: layers(m)[0].update(category_size=2**50), "impossible size"),
    "a weight of nothing": (lambda m: m["weights"].__setitem__(0, 0.0), "does not hold together"),
    "a negative weight": (lambda m: m["weights"].__setitem__(0, -1.0), "does not hold together"),
    "a huge weight": (lambda m: m["weights"].__setitem__(0, 1e300), "does not hold together"),
    "a weight that is a word": (lambda m: m["weights"].__setitem__(0, "1"), "does not hold together"),
    "a weight that is true": (lambda m: m["weights"].__setitem__(0, True), "does not hold together"),
    "a weight less": (lambda m: m["weights"].pop(), "6 networks have 5 weights"),
    "no weight": (lambda m: m.update(weights=[]), "does not hold together"),
}


@pytest.mark.parametrize("case", MANIFESTS)
def test_a_manifest_whose_parts_do_not_hold_together_is_refused(forge, case):
    change, message = MANIFESTS[case]
    with pytest.raises(ModelFileError, match=message):
        read_model(forge.with_manifest(change))


HEADERS = {
    "a parameter of a part less": lambda h: h.pop("part2.2.bias"),
    "a parameter of a part more": lambda h: h.update({"part3.2.bias": h["part2.2.bias"]}),
    "a part under another number": lambda h: h.update({"part02.2.bias": h.pop("part2.2.bias")}),
    "a part that lies on another": lambda h: h["part2.2.bias"].update(data_offsets=h["2.bias"]["data_offsets"]),
    "another shape": lambda h: h["part2.2.bias"].update(shape=[7, 3]),
    "another type": lambda h: h["part2.2.bias"].update(dtype="F16"),
}


@pytest.mark.parametrize("case", HEADERS)
def test_a_header_other_than_the_parts_promise_is_refused(forge, case):
    with pytest.raises(ModelFileError, match=r"type, shape or place|does not promise|lacks the parameter"):
        read_model(forge.with_header(HEADERS[case]))


def test_parameters_of_any_part_that_are_not_finite_are_refused(forge):
    for place in (0, len(forge.payload) // 4 - 1):
        payload = np.frombuffer(forge.payload, dtype="<f4").copy()
        payload[place] = np.nan
        with pytest.raises(ModelFileError, match=r"holds values that are not finite"):
            read_model(forge.with_manifest(lambda manifest: None, payload=payload.tobytes()))


def test_a_byte_of_any_part_that_changed_is_told(forge):
    raw = bytearray(forge.with_manifest(lambda manifest: None).read_bytes())
    for place in range(len(raw) - len(forge.payload), len(raw), 997):
        raw[place] ^= 4
        forge.path.write_bytes(raw)
        with pytest.raises(ModelFileError, match=r"at least one byte is not what was written"):
            read_model(forge.path)
        raw[place] ^= 4


def test_nothing_is_set_aside_for_parts_that_are_merely_promised(forge):
    def change(manifest):
        manifest["further"] = [{**second(manifest), "members": 50}] * 1000
        del manifest["weights"]

    path = forge.with_manifest(change, payload=b"\0" * 64, tensors={})
    tracemalloc.start()
    try:
        with pytest.raises(ModelFileError, match="lacks the parameter"):
            read_model(path)
        # Names and places of 13,000 parameters, and the manifest itself.
        assert tracemalloc.get_traced_memory()[1] < 40_000_000
    finally:
        tracemalloc.stop()


def test_a_part_cannot_be_nested_without_end(forge):
    header = {"__metadata__": {"manifest": '{"further":[' * 100_000, "sha256": ZEROS}}
    forge.path.write_bytes(sealed(header, b""))
    with pytest.raises(ModelFileError, match="does not hold together"):
        read_model(forge.path)


@given(data=st.data())
@settings(max_examples=120, deadline=None)
def test_any_change_to_parts_or_weights_gives_a_model_that_predicts_or_an_error(tmp_path_factory, data):
    kind = data.draw(st.sampled_from(list(MIXTURES)))
    forge = forged(tmp_path_factory.mktemp("fuzz") / "model.safetensors", kind)

    def change(manifest):
        place = manifest
        key = data.draw(st.sampled_from(["further", "weights", "version"]))
        while True:
            inner = place[key]
            if isinstance(inner, dict | list) and inner and data.draw(st.booleans()):
                place = inner
                key = data.draw(st.sampled_from(list(place) if isinstance(place, dict) else list(range(len(place)))))
                continue
            place[key] = data.draw(st.one_of(LEAVES, st.lists(LEAVES, max_size=3)))
            return

    try:
        prediction = read_model(forge.with_manifest(change)).predict_table(TABLE)
    except (ModelFileError, DataError) as error:
        assert "\x1b" not in error.message
    else:
        assert len(prediction.values) == TABLE.rows
