"""The replay of a training: still picture, table and data here; what moves is the kit's."""

from pellucid.report.replay.section import replay_section

__all__ = ["replay_section"]
