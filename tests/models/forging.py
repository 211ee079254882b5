"""Rewrites model files, so that they promise something else than they keep, with a digest that fits all the same."""

import hashlib
import json

from hypothesis import strategies as st
from made_up_models import made_up_model

from pellucid.models import write_model

ZEROS = "0" * 64
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(allow_nan=False), st.text(max_size=8)
)


def parts_of(raw):
    length = int.from_bytes(raw[:8], "little")
    return json.loads(raw[8 : 8 + length]), raw[8 + length :]


def sealed(header, payload):
    """A file with this header (an object, or text as it stands) and a digest that fits."""
    text = header if isinstance(header, str) else json.dumps(header)
    head = text.encode()
    head = len(head).to_bytes(8, "little") + head
    digest = hashlib.sha256(head + payload).hexdigest()
    return head.replace(ZEROS.encode(), digest.encode()) + payload


class Forge:
    """Rewrites one file again and again."""

    def __init__(self, path, kind="binary", **preparation):
        model = made_up_model(kind, **preparation)
        write_model(path, model.manifest, model.arrays)
        self.path = path
        self.header, self.payload = parts_of(path.read_bytes())
        self.header["__metadata__"]["sha256"] = ZEROS
        self.manifest = json.loads(self.header["__metadata__"]["manifest"])

    def with_header(self, change):
        header = json.loads(json.dumps(self.header))
        change(header)
        self.path.write_bytes(sealed(header, self.payload))
        return self.path

    def with_manifest(self, change, payload=None, tensors=None):
        manifest = json.loads(json.dumps(self.manifest))
        change(manifest)
        header = {"__metadata__": {"manifest": json.dumps(manifest), "sha256": ZEROS}}
        header.update(tensors or {name: entry for name, entry in self.header.items() if name != "__metadata__"})
        self.path.write_bytes(sealed(header, self.payload if payload is None else payload))
        return self.path
