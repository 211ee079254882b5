"""Law 3 for what is told: every rule's formulas, worked out in float64, are the trainer's update and PyTorch's."""

import numpy as np
import pytest
import torch
from made_up_optimizer_runs import MIXED
from made_up_stacks import BY_KIND, PLAIN, TRAINED, stack, write_gradients
from test_optimizers import TWINS, gradients_at, heights, place, search_function

from pellucid.errors import MismatchError
from pellucid.explain.notation import work_out
from pellucid.explain.symbols import Shown
from pellucid.explain.updates import ACCOUNTS, start_update, updater
from pellucid.explain.updates.account import Account
from pellucid.optimizers import OPTIMIZERS

SHOWN = (
    Shown("1.weight", (3, 1), "w_24^(1)"),
    Shown("1.bias", (2,), "b_3^(1)"),
    Shown("5.weight", (0, 1), "w_21^(3)"),
    Shown("0.category.0", (4, 2), "e_53"),
)


def value_of(parameters):
    """The polynomial whose slopes ``write_gradients`` gives, without its tilt."""
    return np.array([sum(float((v**4 / 8 - v**2 / 2).sum()) for n, v in parameters.views.items() if n in TRAINED)])


def tell(choice, steps, *, groups=PLAIN, shown=SHOWN):
    """Steps of one rule on the made-up polynomial, checked by the updater itself."""
    chosen, parameters = OPTIMIZERS(choice), stack(1, groups=groups)
    gradients = parameters.like()
    told = start_update(chosen, parameters, {"weight_decay": 0.0, **chosen.plain})
    found = []
    for step in range(steps):

        def again(step=step):
            write_gradients(parameters, gradients, step)
            return value_of(parameters)

        again()
        before = {name: view.clone() for name, view in gradients.views.items()}
        found.append(told.step(gradients, shown, again))
        assert all(torch.equal(view.nan_to_num(), before[name].nan_to_num()) for name, view in gradients.views.items())
    return found, parameters


@pytest.mark.parametrize("groups", [PLAIN, BY_KIND], ids=["one group", "groups by kind"])
@pytest.mark.parametrize("choice", dict.fromkeys(MIXED))
def test_what_is_told_is_what_the_trainer_does(choice, groups):
    """Every weight and every average that predicts, for eight steps; far closer than the 1e-9 that raises."""
    found, _ = tell(choice, 8, groups=groups)
    assert all(each.check.compared >= 296 and each.check.largest < 1e-12 for each in found)


def test_every_registered_rule_is_told():
    assert set(ACCOUNTS) | {"muon", "lbfgs"} == set(OPTIMIZERS.names())
    assert {OPTIMIZERS(choice).name for choice in MIXED} == set(OPTIMIZERS.names())


@pytest.mark.parametrize("rule", sorted(ACCOUNTS))
def test_a_line_with_its_numbers_put_in_comes_to_its_value(rule):
    """Read back and worked out again, to the four digits that are shown."""
    found, _ = tell(rule, 3)
    compared = 0
    for stage in (stage for each in found for stage in each.stages):
        for line in stage.lines:
            if line.numbers:
                again = float(work_out(line.numbers, {}))
                assert again == pytest.approx(line.value, rel=0.02, abs=1e-12), (stage.title, line)
                compared += 1
    assert compared >= 12


@pytest.mark.parametrize("rule", OPTIMIZERS.names())
def test_the_last_line_of_a_weight_is_what_pytorch_gives(rule, monkeypatch, request):
    """``torch.optim``, or the paper's own form where PyTorch lacks the rule, for four steps."""
    default = torch.get_default_dtype()
    request.addfinalizer(lambda: torch.set_default_dtype(default))
    torch.set_default_dtype(torch.float64)
    monkeypatch.setattr(torch.Tensor, "bfloat16", torch.Tensor.clone)
    searches = OPTIMIZERS[rule].looks_again
    for choice, twin in TWINS[rule]:
        chosen, parameters = OPTIMIZERS(choice), stack(1, seed=3)
        gradients = parameters.like()
        here, slopes = place(parameters), place(gradients)
        twin.start({name: value[0].clone().requires_grad_() for name, value in here.items()})
        told = start_update(chosen, parameters, chosen.plain)

        def look(step, here=here, slopes=slopes):
            for name, gradient in gradients_at(here, step, everywhere=searches).items():
                slopes[name].copy_(gradient)

        def again(here=here, look=look):
            look(0)
            return heights(list(here.values()), 0).numpy()

        for step in range(4):
            look(0 if searches else step)
            stages = told.step(gradients, SHOWN, again).stages
            there = {name: twin.trained(name)[None] for name in here}
            slopes_there = gradients_at(there, step, everywhere=False)
            twin.step({name: gradient[0] for name, gradient in slopes_there.items()}, search_function)
            for shown in SHOWN:
                lines = [line for stage in stages if stage.title.endswith(f": {shown.symbol}") for line in stage.lines]
                last = [line for line in lines if line.symbol == shown.symbol][-1]
                expected = twin.trained(shown.parameter).reshape(parameters.arrays(0)[shown.parameter].shape)
                if searches or not shown.parameter.startswith("0.category"):
                    assert last.value == pytest.approx(float(expected[shown.index]), abs=1e-9), (choice, step, shown)


def test_an_update_that_is_told_wrongly_is_an_error(monkeypatch):
    """A formula with its shares swapped."""

    def swapped(now):
        formulas = ACCOUNTS["adam"].formulas(now)
        first = formulas.each[0]._replace(text="(1 − β_1)·m + β_1·g")
        return type(formulas)((first, *formulas.each[1:]), formulas.shared)

    account = ACCOUNTS["adam"]
    wrong = Account(swapped, account.symbols, account.kept)
    monkeypatch.setattr(updater, "ACCOUNTS", {**ACCOUNTS, "adam": wrong})
    with pytest.raises(MismatchError, match="by the trainer's own update") as caught:
        tell("adam", 1)
    assert caught.value.found != pytest.approx(caught.value.expected)
