"""A person's source, read without running it.

What a rule can ask of a ``Source``::

    source.calls("torch.nn.CrossEntropyLoss")     # where it is made; aliases of imports are seen through
    source.calls(".backward")                     # methods of any object
    source.uses("torch.nn.CrossEntropyLoss", "torch.nn.functional.cross_entropy")   # where a loss is worked out
    use.call.argument(0, "input")                 # the expression that it was given
    source.last_step(expression)                  # what that was made by: a softmax at the end of the model's forward?
    source.construction(name)                     # model → the call Net(…), through names, parameters, .to(device)
    source.value_of(name), source.number(node), source.literal(node)
    source.module_classes["Net"]                  # its layers by attribute, the calls of its forward in order
    source.layers_of(call)                        # layers of an nn.Sequential
    source.training_loops, source.evaluation_blocks
    source.place(node)                            # for a suspicion
    source.replace(node, "text"), source.delete(statement), source.insert_before(statement, "lines")   # edits

A notebook is one source: its code cells one behind the other, lines counted on; ``cell_of`` tells cell and line within.
"""

from pellucid.doctor.source.calls import SourceCall, Use
from pellucid.doctor.source.changes import apply_edits
from pellucid.doctor.source.literals import UNKNOWN
from pellucid.doctor.source.loops import LoopCall, TrainingLoop
from pellucid.doctor.source.modes import EvaluationBlock
from pellucid.doctor.source.modules import ModuleClass, Step
from pellucid.doctor.source.notebooks import Cell
from pellucid.doctor.source.source import Source, read_file, read_source

__all__ = [
    "UNKNOWN",
    "Cell",
    "EvaluationBlock",
    "LoopCall",
    "ModuleClass",
    "Source",
    "SourceCall",
    "Step",
    "TrainingLoop",
    "Use",
    "apply_edits",
    "read_file",
    "read_source",
]
