"""What the registries say, for people and programs: lists, sheets and pictures of everything that can be chosen."""

from pellucid.reference.contract import ContractView, look_at_contract
from pellucid.reference.kinds import KINDS, Kind, Viewing, find_kind
from pellucid.reference.looking import Listing, View, look_at, look_over
from pellucid.reference.markdown import pages
from pellucid.reference.sheet import ParameterSheet, Property, Sheet, property_label, sheet_of

__all__ = [
    "KINDS",
    "ContractView",
    "Kind",
    "Listing",
    "ParameterSheet",
    "Property",
    "Sheet",
    "View",
    "Viewing",
    "find_kind",
    "look_at",
    "look_at_contract",
    "look_over",
    "pages",
    "property_label",
    "sheet_of",
]
