"""Where a fit trains."""

import pytest
import torch

import pellucid as pl
from pellucid.errors import SurroundingsError, UsageError
from pellucid.experiments import ensembles

TABLE = {"size": [0.1 * i for i in range(60)], "kind": ["a", "b", "c"] * 20, "price": [float(i % 7) for i in range(60)]}


def settings_of(monkeypatch, tmp_path, **options):
    """The settings that training was asked for; it is not done."""
    asked = []

    def note(*_, setting, **__):
        asked.append(setting)
        raise InterruptedError

    monkeypatch.setattr(ensembles, "train_members", note)
    with pytest.raises(InterruptedError):
        pl.fit(TABLE, target="price", out=tmp_path / "run", **options)
    return asked


@pytest.mark.parametrize(("options", "device"), [({}, "cpu"), ({"device": "cpu"}, "cpu"), ({"device": "cuda"}, "cuda")])
def test_training_happens_on_the_device_that_was_asked_for(options, device, monkeypatch, tmp_path):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert [setting.device for setting in settings_of(monkeypatch, tmp_path, **options)] == [device]


def test_no_other_device_is_taken(tmp_path):
    with pytest.raises(UsageError, match=r"device must be 'cpu' or 'cuda' .* found 'tpu'"):
        pl.fit(TABLE, target="price", device="tpu", out=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_gpu_that_is_not_there_is_told_before_anything_is_written(monkeypatch, tmp_path):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(SurroundingsError, match="asks for a GPU, and PyTorch sees none on this machine"):
        pl.fit(TABLE, target="price", device="cuda", out=tmp_path / "run")
    assert not (tmp_path / "run").exists()
