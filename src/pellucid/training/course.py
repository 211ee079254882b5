"""The loop: members of one shape pass through the places of a stack, epoch by epoch, each at its own pace.

Hundreds of members do not train all at once: as many as the memory near the processor holds take places, and whenever
enough of them have ended, the places are closed up and given to members that wait. Which members sit together, and at
which epochs they stand, changes no bit of any of them.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from threading import Lock

import numpy as np
import torch

from pellucid.networks import INITIALIZERS, Network, Tensors, group_parameters, initial_parameters, padded
from pellucid.optimizers import StackOptimizer
from pellucid.shapes import Array, Codes
from pellucid.training.data import StackRows, TrainingData
from pellucid.training.engines import start_engine
from pellucid.training.giving_back import give_memory_back
from pellucid.training.held import Held
from pellucid.training.ledger import EpochValues, Ledger
from pellucid.training.places import SAMPLE_ROWS
from pellucid.training.randomness import INITIALISATION, SAMPLE, borrowed_generator
from pellucid.training.setting import Setting
from pellucid.training.settling import Settled
from pellucid.training.snapshots import Snapshots
from pellucid.training.stack import Stack
from pellucid.training.stopping import Watchers

__all__ = ["Course"]

# Members that have ended or paused ride along until so large a share of the stack is idle.
_IDLE_SHARE = 0.25


class Course:
    """Members of one shape on their way through training.

    Attributes:
        members: What each of them is ``[m]``, equal kinds beside each other.
        network: The layers of all.
        best: Every member's parameters at its best epoch (at its last one without validation rows), in main memory.
        ledger: What has become of everybody.
        longest: Units of the member that has most.
        snapshots: What members were at the epochs at which that was asked for.
        engine: Name of the engine that serves.
        reason: Why this one.
    """

    def __init__(
        self,
        members: Sequence[Settled],
        data: TrainingData,
        rows: StackRows,
        setting: Setting,
        engine: tuple[str, str],
        *,
        snapshots_at: Collection[int] = (),
    ) -> None:
        """Line up members that have not begun.

        Args:
            members: What each of them is.
            data: The table, where training happens.
            rows: Each member's training and validation units.
            setting: How to compute.
            engine: Name of the engine that serves them all, and the reason.
            snapshots_at: Epochs after which everybody's parameters are copied; 0 is before the first step.
        """
        self.engine, self.reason = engine
        self.remark = ""
        self.members, self._data, self._rows, self._setting = list(members), data, rows, setting
        self._validated = any(len(own) for own in rows.validation)
        self.network = Network([member.network for member in members])
        recipe = members[0].recipe
        self._groups = group_parameters(
            self.network.parameters,
            lr_factors=dict(recipe.lr_factors),
            width_scaled=recipe.width_scaled_lr,
            decay_all=recipe.decay_biases,
        )
        self.best = Tensors(self.network.parameters, self._groups, len(members), dtype=setting.dtype)
        self.ledger = Ledger(members, validated=self._validated)
        self.longest = max(len(own) for own in rows.train)
        self.snapshots = Snapshots(snapshots_at)
        self._waiting = list(range(len(members)))
        self._paused: list[Held] = []
        self._lock = Lock()

    @property
    def waiting(self) -> int:
        """Members that wait for a place."""
        return len(self._waiting)

    def go_on(self, numbers: Sequence[int], until: Codes) -> None:
        """Let members that have paused, or not begun, wait for a place again.

        Args:
            numbers: Which; the others go on resting. Those that have ended stay as they are.
            until: Epochs after which each pauses, or ends ``[m]``.
        """
        ledger = self.ledger
        for number in numbers:
            ledger.until[number] = min(until[number], ledger.lengths[number])
        self._waiting = [n for n in sorted(numbers) if not ledger.how[n] and ledger.epochs[n] < ledger.until[n]]
        held = {number for part in self._paused for number in part.numbers}
        if lost := [n for n in self._waiting if ledger.epochs[n] and n not in held]:
            raise ValueError(f"{len(lost)} members were let go and cannot go on")

    def let_go(self, numbers: Sequence[int]) -> None:
        """Forget what paused members carry that shall not go on; what they have been at best stays."""
        gone = set(numbers)
        kept = [(held, [p for p, number in enumerate(held.numbers) if number not in gone]) for held in self._paused]
        self._paused = [held if len(own) == len(held.numbers) else held.take(own) for held, own in kept if own]

    def begun(self, numbers: Sequence[int]) -> Stack:
        """These members as they stand before their first step, in a stack beside the course, to look at."""
        network = self._network(numbers)
        return self._stack(self._begun(numbers, network), network)

    def epochs_to_come(self) -> list[int]:
        """Of everybody who waits."""
        return [int(self.ledger.until[n] - self.ledger.epochs[n]) for n in self._waiting]

    def run(
        self,
        places: int,
        *,
        share: Callable[[int], int],
        on_epoch: Callable[[int], None],
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        """Train members until nobody waits; several threads may do so, each with places of its own.

        Args:
            places: Members that train together, at most.
            share: How many of so many waiting members this thread may take.
            on_epoch: Called after each epoch with the number of member-epochs that are over with it.
            stop: Asked before each step, or ten times a second; True ends training there, keeping the best so far.
        """
        stack, engine = self._filled(None, places, share), None
        while stack is not None:
            # The engine knows the stack, and the stack not the engine: memory is given back as soon as both go.
            if engine is None:
                engine = start_engine(stack, self.engine)
            losses, rates, steps = stack.run_epoch(engine, stop)
            self.remark = engine.remark
            seen = EpochValues(losses, rates, steps, *(stack.validate() if self._validated else (losses, losses)))
            numbers = stack.numbers
            moving = np.array(numbers)[~self.ledger.at_rest(numbers, stack.epochs)]
            keep = self.ledger.see(stack, seen)
            self.best.put([numbers[p] for p in keep], stack.predicting, keep)
            stack.held.epochs[:] += 1
            if self.snapshots.epochs and steps:
                self._copy(stack, moving.tolist())
            if not steps:
                self.ledger.interrupt(moving)
            on_epoch(self._over(moving))
            if steps < stack.steps:
                return
            going = self._going(stack)
            if going is not None:
                # What the old stack computed in goes before the new one comes.
                held = stack.held.take(going) if going else None
                stack = engine = None
                give_memory_back(seldom=True)
                stack = self._filled(held, places, share)

    def state(self) -> dict[str, Array]:
        """Everything that has become of the members, as plain arrays; nobody may be training."""
        found = {f"ledger.{name}": array for name, array in self.ledger.state().items()}
        found |= {f"best.{name}": view.cpu().numpy() for name, view in self.best.views.items()}
        if self._paused:
            self._paused = [Held.join(self._paused)]
            found |= {f"held.{name}": array for name, array in self._paused[0].state().items()}
        return found

    def restore(self, state: Mapping[str, Array]) -> None:
        """Go on from what ``state`` gave, for the same recipes on the same rows."""
        self.ledger.restore(_part(state, "ledger."))
        for name, array in _part(state, "best.").items():
            self.best.views[name].copy_(torch.from_numpy(array.copy()))
        held = _part(state, "held.")
        self._paused, self._waiting = [], []
        if held:
            numbers = [int(number) for number in held["numbers"]]
            begun = self._begun(numbers, self._network(numbers))
            begun.restore(held)
            self._paused = [begun]

    def _over(self, numbers: Codes) -> int:
        """Member-epochs that an epoch of these has brought to an end, those that a member will not need included."""
        ledger = self.ledger
        ended = numbers[ledger.how[numbers] > 0]
        return len(numbers) + int((ledger.until[ended] - ledger.epochs[ended]).sum())

    def _copy(self, stack: Stack, numbers: Sequence[int]) -> None:
        """Take snapshots of those of a stack's members that have just made a step, where any are wanted."""
        with self._lock:
            self.snapshots.see(stack.numbers, stack.epochs, stack.predicting, among=numbers)

    def _going(self, stack: Stack) -> list[int] | None:
        """Who takes part in the next epoch; None: all, those that have ended or paused included while they are few."""
        ledger, numbers = self.ledger, np.array(stack.numbers)
        rests = ledger.at_rest(numbers, stack.epochs)
        # What a member carries is put aside when it pauses; if it rides along, nothing of that is looked at.
        pausing = np.flatnonzero((ledger.how[numbers] == 0) & (stack.epochs == ledger.until[numbers])).tolist()
        if pausing:
            held = stack.held.take(pausing)
            # Another thread may just be looking through the list for those that it resumes.
            with self._lock:
                self._paused.append(held)
        if rests.sum() < _IDLE_SHARE * len(rests):
            return None
        going: list[int] = np.flatnonzero(~rests).tolist()
        return going

    def _filled(self, held: Held | None, places: int, share: Callable[[int], int]) -> Stack | None:
        """A stack of those who hold places and of as many that wait as there is room for."""
        there = 0 if held is None else len(held.numbers)
        with self._lock:
            count = max(0, min(places - there, share(len(self._waiting))))
            drawn, self._waiting = self._waiting[:count], self._waiting[count:]
            parts = [] if held is None else [held]
            if drawn:
                parts += self._resumed(set(drawn))
        fresh = [number for number in drawn if not self.ledger.epochs[number]]
        network = self._network(fresh) if fresh else None
        if network is not None:
            parts.append(self._begun(fresh, network))
        if not parts:
            return None
        joined = parts[0] if len(parts) == 1 else Held.join(parts)
        stack = self._stack(joined, network if joined.numbers == fresh else None)
        if 0 in self.snapshots.epochs and fresh:
            self._copy(stack, fresh)
        return stack

    def _resumed(self, drawn: set[int]) -> list[Held]:
        """Those of the drawn members that have trained before."""
        found, left = [], []
        for held in self._paused:
            wanted = [p for p, number in enumerate(held.numbers) if number in drawn]
            others = [p for p, number in enumerate(held.numbers) if number not in drawn]
            if wanted:
                found.append(held if not others else held.take(wanted))
            if others:
                left.append(held if not wanted else held.take(others))
        self._paused = left
        return found

    def _begun(self, numbers: Sequence[int], network: Network) -> Held:
        """Members of these numbers and layers with their initial parameters, each drawn alone."""
        members = [self.members[number] for number in numbers]
        drawn = Tensors(network.parameters, self._groups, len(members), dtype=self._setting.dtype)
        drawn.load_all(
            self._initial(network, place, member, self._rows.train[number])
            for place, (number, member) in enumerate(zip(numbers, members, strict=True))
        )
        parameters = drawn.to(self._setting.device)
        optimizer = StackOptimizer([member.optimizer for member in members], parameters)
        epochs = np.zeros(len(members), dtype=np.int64)
        return Held(list(numbers), epochs, parameters, optimizer, Watchers(members, validated=self._validated))

    def _initial(self, network: Network, place: int, member: Settled, rows: Array) -> dict[str, Array]:
        recipe, data = member.recipe, self._data
        sample = codes = None
        if INITIALIZERS(recipe.initialisation).entry.looks_at_data:
            seen = rows if data.units is None else np.unique(data.units[torch.from_numpy(rows)].cpu().numpy())
            count = min(len(seen), SAMPLE_ROWS)
            chosen = borrowed_generator(recipe.seed, SAMPLE).permutation(len(seen))[:count]
            picked = torch.from_numpy(seen[np.resize(chosen, padded(count))]).to(data.inputs.device)
            sample = data.inputs.index_select(0, picked).cpu().numpy()
            codes = None if data.codes is None else data.codes.index_select(0, picked).cpu().numpy()
        return initial_parameters(
            network,
            borrowed_generator(recipe.seed, INITIALISATION),
            member=place,
            method=recipe.initialisation,
            frequency_scale=recipe.frequency_scale,
            sample=sample,
            codes=codes,
        )

    def _network(self, numbers: Sequence[int]) -> Network:
        return Network([self.members[number].network for number in numbers], precision=self._setting.precision)

    def _stack(self, held: Held, network: Network | None) -> Stack:
        return Stack(
            [self.members[number] for number in held.numbers],
            held,
            network or self._network(held.numbers),
            self._data,
            self._rows.take(held.numbers),
            epochs=self._lasts(held),
        )

    def _lasts(self, held: Held) -> int:
        """Epochs until so many members rest that the stack is closed up, if nobody stops early."""
        left = np.sort(self.ledger.until[held.numbers] - held.epochs)
        return int(left[int(_IDLE_SHARE * len(left))])


def _part(state: Mapping[str, Array], prefix: str) -> dict[str, Array]:
    return {name.removeprefix(prefix): array for name, array in state.items() if name.startswith(prefix)}
