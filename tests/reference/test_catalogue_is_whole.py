"""``pellucid show … --json`` lists every name that the design promises, each under its own name or an alias of it."""

import json

import pytest

from pellucid.cli.main import main

# The words of the design's catalogue; those with several forms in one line are written out.
PROMISED = {
    "activations": """
        step, identity, sigmoid, hard sigmoid, tanh, hard tanh, relu, relu6, leaky relu, prelu,
        rrelu, srelu, crelu, elu, celu, selu, gelu, gelu tanh, silu, swish, mish, hard swish,
        softplus, softsign, softshrink, hardshrink, tanhshrink, threshold, gaussian, sine, maxout,
        glu, softmax, log softmax, softmin, log sigmoid, adaptive log softmax
    """,
    "losses": """
        l1, mse, huber, smooth l1, log cosh, quantile, poisson nll, gaussian nll, bce, bce with
        logits, cross entropy, nll, focal, hinge, squared hinge, exponential, soft margin, multi
        margin, multilabel margin, multilabel soft margin, kl divergence, cosine embedding, hinge
        embedding, margin ranking, triplet margin, ctc, corn, coral
    """,
    "optimizers": """
        gradient descent, momentum, nesterov, adagrad, adadelta, rmsprop, adam, adamw, adamax,
        nadam, radam, asgd, rprop, lbfgs, sparse adam, lion, muon, schedule free adamw
    """,
    "schedules": """
        constant, step, halving, halve on plateau, exponential, inverse time, polynomial, cosine,
        cosine restarts, one cycle, warm up, coslog4, flat cosine, sutskever
    """,
    "initializers": """
        uniform, normal, xavier uniform, xavier normal, kaiming uniform, kaiming normal, lecun,
        orthogonal, zeros, constant, sparse, pytorch, data
    """,
    "penalties": """
        l1, l2, elastic net, weight decay, dropout, batch norm, layer norm, label smoothing, early
        stopping, max norm, gradient noise, input noise
    """,
    "expressions": "standard, min max, robust, robust clip, quantile normal, log, log1p, power",
}


@pytest.mark.parametrize("plural", PROMISED)
def test_every_name_of_the_design_is_listed(plural, capsys):
    assert main(["show", plural, "--json"]) == 0
    entries = json.loads(capsys.readouterr().out)["entries"]
    known = {
        name.replace("_", "").casefold()
        for entry in entries
        for name in (entry["name"], *entry["aliases"], *entry["presets"])
    }
    wanted = [" ".join(word.split()) for word in PROMISED[plural].split(",")]
    assert not [word for word in wanted if word.replace(" ", "").casefold() not in known]
