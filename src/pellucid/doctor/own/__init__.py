"""The doctor's first door: Pellucid's own training, judged member by member with nothing to do for anybody."""

from pellucid.doctor.own.judging import Judgement, judge_training

__all__ = ["Judgement", "judge_training"]
