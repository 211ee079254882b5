"""What every registry is made of: entries with checked parameters, names with aliases, and one way to write a choice.

A *choice* is an entry with numbers: ``leaky_relu(slope=0.2)``. The same text stands in recipes, on the command line, in
records and in messages.
"""

from pellucid.catalogue.notation import Choice, Value, read_choice, split_list, write_choice
from pellucid.catalogue.parameter import Parameter
from pellucid.catalogue.registry import Chosen, Entry, Registry

__all__ = ["Choice", "Chosen", "Entry", "Parameter", "Registry", "Value", "read_choice", "split_list", "write_choice"]
