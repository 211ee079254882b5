"""Where networks train and how exactly: what a fit and a comparison are asked for reaches every training."""

import pytest
import torch
from small_comparisons import ASKED, a_table

import pellucid as pl
from pellucid.errors import SurroundingsError, UsageError
from pellucid.experiments import ensembles
from pellucid.experiments.compare import work
from pellucid.training.trainer import Trainer

TABLE = {"size": [0.1 * i for i in range(60)], "kind": ["a", "b", "c"] * 20, "price": [float(i % 7) for i in range(60)]}
VARIED = {**ASKED, "vary": ["lr=1e-3:1e-1:log"]}


def fit(**asked):
    return pl.fit(TABLE, target="price", **asked)


def compare(**asked):
    return pl.compare(a_table(), **{**VARIED, "draws": 2, "epochs": 2, **asked})


JOBS = pytest.mark.parametrize(("job", "room"), [(fit, ensembles), (compare, work)])


@JOBS
@pytest.mark.parametrize(
    ("asked", "setting"),
    [
        ({}, ("cpu", "float32")),
        ({"device": "cpu", "precision": "float32"}, ("cpu", "float32")),
        ({"device": "cuda"}, ("cuda", "float32")),
        ({"device": torch.device("cuda:1"), "precision": "bfloat16"}, ("cuda:1", "bfloat16")),
    ],
)
def test_training_happens_as_it_was_asked_for(job, room, asked, setting, monkeypatch, tmp_path):
    found = []

    def note(*_, setting, **__):
        found.append((setting.device, setting.precision))
        raise InterruptedError

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(room, "train_members", note)
    with pytest.raises(InterruptedError):
        job(out=tmp_path / "run", **asked)
    assert found == [setting]


def test_every_training_of_a_comparison_is_asked_for_alike(monkeypatch, tmp_path):
    begun, found = Trainer.__init__, []

    def note(self, *given, setting=None, **named):
        found.append(setting.precision)
        begun(self, *given, setting=setting, **named)

    monkeypatch.setattr(Trainer, "__init__", note)
    compare(draws=9, halving=True, epochs=3, precision="bfloat16", out=tmp_path / "run")
    assert len(found) >= 3, "those of halving, of the folds and of the winner"
    assert set(found) == {"bfloat16"}


@JOBS
@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"device": "tpu"}, r"device must be 'cpu' or 'cuda' .* found 'tpu'"),
        ({"precision": "float16"}, "precision must be 'float32' or 'bfloat16', found 'float16'"),
    ],
)
def test_no_other_device_and_no_other_precision_is_taken(job, room, asked, message, tmp_path):
    with pytest.raises(UsageError, match=message):
        job(out=tmp_path / "run", **asked)
    assert not (tmp_path / "run").exists()


@JOBS
def test_a_gpu_that_is_not_there_is_told_before_anything_is_written(job, room, monkeypatch, tmp_path):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(SurroundingsError, match="asks for a GPU, and PyTorch sees none on this machine"):
        job(device="cuda", out=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_workers_do_not_share_a_gpu(monkeypatch, tmp_path):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    with pytest.raises(UsageError, match="Leave out --workers, or --device"):
        compare(device="cuda", workers=2, out=tmp_path / "run")


def test_a_comparison_goes_on_as_it_began(tmp_path):
    asked = {"out": tmp_path / "run", "seeds": 1, "folds": 2}
    begun = compare(**asked)
    assert compare(device="cpu", precision="float32", **asked).record == begun.record, "the usual may be spelled out"
    with pytest.raises(UsageError, match='precision was not given and is "bfloat16"'):
        compare(precision="bfloat16", **asked)
