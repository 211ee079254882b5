"""JAX: whole trainings as one compiled ``jit(vmap(scan))``, AdamW written out, every number a mapped array.

What a user can choose and what matters on a CPU: how many networks share a matrix product (``chunk``: all of them, or
some at a time so that they stay in cache), over how many host devices the networks are spread (``devices``; needs
``XLA_FLAGS=--xla_force_host_platform_device_count`` of as many, and keeps both cores busier than one device does), and
whether the gradient is JAX's or written out over one flat vector of parameters (``by_hand``).
"""

import time
from functools import partial
from itertools import pairwise
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from benchmarks.problem import Problem
from benchmarks.timing import Prepared

__all__ = ["networks"]

Layers = list[tuple[jax.Array, jax.Array]]


def _initial(key: jax.Array, widths: tuple[int, ...]) -> Layers:
    """PyTorch's initialisation: U(±1/√fan-in) for weights and biases."""
    layers = []
    for inputs, outputs in pairwise(widths):
        key, first, second = jax.random.split(key, 3)
        limit = inputs**-0.5
        weight = jax.random.uniform(first, (inputs, outputs), minval=-limit, maxval=limit)
        layers.append((weight, jax.random.uniform(second, (outputs,), minval=-limit, maxval=limit)))
    return layers


def _flat(layers: Layers) -> jax.Array:
    return jnp.concatenate([part for weight, bias in layers for part in (weight.ravel(), bias)])


def _layers(flat: jax.Array, widths: tuple[int, ...]) -> Layers:
    layers, start = [], 0
    for inputs, outputs in pairwise(widths):
        end = start + inputs * outputs
        layers.append((flat[start:end].reshape(inputs, outputs), flat[end : end + outputs]))
        start = end + outputs
    return layers


def _loss(layers: Layers, x: jax.Array, y: jax.Array, binary: bool) -> jax.Array:
    for weight, bias in layers[:-1]:
        x = jax.nn.relu(x @ weight + bias)
    outputs = x @ layers[-1][0] + layers[-1][1]
    if binary:
        z = outputs[:, 0]
        return jnp.mean(jax.nn.softplus(z) - z * y)
    return jnp.mean(jax.nn.logsumexp(outputs, axis=1) - jnp.take_along_axis(outputs, y[:, None], axis=1)[:, 0])


def _by_hand(flat: jax.Array, x: jax.Array, y: jax.Array, widths: tuple[int, ...]) -> tuple[jax.Array, jax.Array]:
    """Loss and gradient over the flat parameters, without autodiff: about a tenth faster on a CPU."""
    layers, values = _layers(flat, widths), [x]
    for weight, bias in layers[:-1]:
        values.append(jax.nn.relu(values[-1] @ weight + bias))
    outputs = values[-1] @ layers[-1][0] + layers[-1][1]
    if widths[-1] == 1:
        z = outputs[:, 0]
        small = jnp.exp(-jnp.abs(z))
        loss = jnp.mean(jnp.maximum(z, 0) - z * y + jnp.log1p(small))
        slope = ((jnp.where(z >= 0, 1 / (1 + small), small / (1 + small)) - y) / len(x))[:, None]
    else:
        largest = outputs.max(axis=1, keepdims=True)
        powers = jnp.exp(outputs - largest)
        total = powers.sum(axis=1, keepdims=True)
        true = y[:, None] == jnp.arange(widths[-1])
        loss = jnp.mean((jnp.log(total) + largest)[:, 0] - jnp.where(true, outputs, 0).sum(axis=1))
        slope = (powers / total - true) / len(x)
    gradients: Layers = []
    for number in reversed(range(len(layers))):
        gradients.append((values[number].T @ slope, slope.sum(axis=0)))
        if number:
            slope = (slope @ layers[number][0].T) * (values[number] > 0)
    return loss, _flat(gradients[::-1])


def _train(
    seed: jax.Array,
    rate: jax.Array,
    decay: jax.Array,
    orders: jax.Array,
    X: jax.Array,
    y: jax.Array,
    *,
    work: Problem,
    by_hand: bool,
) -> jax.Array:
    """Mean training loss of the last epoch of one network; ``orders [epoch, step, b]``."""
    parameters: Any = _initial(jax.random.key(seed), work.widths)
    if by_hand:
        parameters, gradient = _flat(parameters), partial(_by_hand, widths=work.widths)
    else:
        gradient = jax.value_and_grad(partial(_loss, binary=work.binary))
    zeros = jax.tree.map(jnp.zeros_like, parameters)

    def step(state: Any, rows: jax.Array) -> Any:
        parameters, first, second, count = state
        loss, gradients = gradient(parameters, X[rows], y[rows])
        count = count + 1
        # AdamW as in torch.optim.AdamW: β 0.9 and 0.999, ε 1e-8, decoupled decay.
        first = jax.tree.map(lambda m, g: m + 0.1 * (g - m), first, gradients)
        second = jax.tree.map(lambda v, g: v + 0.001 * (g * g - v), second, gradients)
        size, scale = rate / (1 - 0.9**count), 1 / jnp.sqrt(1 - 0.999**count)
        parameters = jax.tree.map(
            lambda p, m, v: p * (1 - rate * decay) - size * m / (jnp.sqrt(v) * scale + 1e-8), parameters, first, second
        )
        return (parameters, first, second, count), loss

    def epoch(state: Any, order: jax.Array) -> Any:
        state, losses = lax.scan(step, state, order)
        return state, losses.mean()

    return lax.scan(epoch, (parameters, zeros, zeros, jnp.float32(0)), orders)[1][-1]


def networks(problem: dict[str, Any], *, chunk: int = 0, devices: int = 1, by_hand: bool = False) -> Prepared:
    """All networks of a problem.

    Args:
        problem: Fields of a ``Problem``, whose rows are a multiple of the batch size.
        chunk: Networks that run together on a device, one such chunk after the other; 0: all.
        devices: Host devices that share the networks.
        by_hand: Written-out gradient over flat parameters.
    """
    work = Problem.read(problem)
    assert work.rows % work.batch_size == 0, "scan needs whole batches"
    X, classes = work.data()
    y = classes.astype(np.float32 if work.binary else np.int32)
    one = partial(_train, work=work, by_hand=by_hand)

    def several(table: Any, X: jax.Array, y: jax.Array) -> jax.Array:
        many = jax.vmap(lambda row: one(*row, X, y))
        own = len(table[0])
        if own == 1:
            return one(*(column[0] for column in table), X, y)[None]
        if not chunk or chunk >= own:
            return many(table)
        return lax.map(many, jax.tree.map(lambda a: a.reshape(own // chunk, chunk, *a.shape[1:]), table)).reshape(own)

    mesh = Mesh(np.array(jax.devices()[:devices]), ("m",))
    members, whole = PartitionSpec("m"), PartitionSpec()
    program = jax.jit(
        jax.shard_map(several, mesh=mesh, in_specs=(members, whole, whole), out_specs=members, check_vma=False)
        if devices > 1
        else several
    )
    place = partial(jax.device_put, device=NamedSharding(mesh, members))
    columns = (
        place(np.arange(work.members, dtype=np.int32)),
        place(work.learning_rates().astype(np.float32)),
        place(work.weight_decays().astype(np.float32)),
    )
    inputs, targets = (jax.device_put(array, NamedSharding(mesh, whole)) for array in (X, y))
    generator = np.random.default_rng(0)
    shape = (work.members, work.epochs, work.steps // work.epochs, work.batch_size)
    rows = np.broadcast_to(np.arange(work.rows, dtype=np.int32), (work.members * work.epochs, work.rows))

    def orders() -> jax.Array:
        # jax.random.permutation sorts, which costs more on a CPU than the training's own arithmetic.
        return place(generator.permuted(rows, axis=1).reshape(shape))

    start = time.perf_counter()
    compiled = program.lower((*columns, orders()), inputs, targets).compile()
    compiling = time.perf_counter() - start

    def run() -> dict[str, Any]:
        losses = np.asarray(compiled((*columns, orders()), inputs, targets))
        return {"loss": float(losses.mean()), "compile_seconds": round(compiling, 3)}

    return Prepared(run, work.members * work.steps)
