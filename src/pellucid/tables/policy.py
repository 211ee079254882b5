"""The policy on bad input: one stable code for each case, what happens then, and how to say so.

FIX    repaired and listed                WARN    kept and listed
ASK    refused; an option accepts it      REFUSE  refused

The codes are promises: programs filter on them. A case that nothing looks for yet keeps its code all the same.
"""

from dataclasses import dataclass
from typing import Any, Literal

from pellucid.errors import DataError
from pellucid.records import Finding, Severity

__all__ = ["RULES", "Rule", "note", "refuse"]

Action = Literal["FIX", "WARN", "ASK", "REFUSE"]


@dataclass(frozen=True)
class Rule:
    """One case of bad input.

    Attributes:
        code: ``B001``…``B088``.
        slug: Readable name, as stable as the code.
        action: What happens.
    """

    code: str
    slug: str
    action: Action

    @property
    def severity(self) -> Severity:
        """A repair is worth knowing, what was kept is a warning unless it is handled, what was refused an error."""
        if self.code in _HANDLED:
            return Severity.INFO
        return {"FIX": Severity.INFO, "WARN": Severity.WARNING}.get(self.action, Severity.ERROR)


_TEXT = """
B001 empty-file REFUSE | B002 too-few-rows REFUSE | B003 unreadable-path REFUSE | B004 not-a-regular-file REFUSE
B005 not-a-table REFUSE | B006 content-differs-from-name FIX | B007 compression-bomb REFUSE | B008 byte-order-mark FIX
B009 utf-16 WARN | B010 not-utf-8 ASK | B011 mixed-encodings REFUSE | B012 nul-bytes REFUSE
B013 control-characters WARN | B014 other-delimiter FIX | B015 ambiguous-delimiter ASK | B016 written-out-numbers WARN
B017 line-ends FIX | B018 lines-before-header FIX | B019 several-headers ASK | B020 no-header ASK
B021 duplicate-column-names WARN | B022 blank-column-names FIX | B023 ragged-rows WARN | B024 broken-quotes REFUSE
B025 line-too-long REFUSE | B026 too-many-columns REFUSE | B027 larger-than-memory REFUSE
B028 changed-while-read REFUSE
B029 disk-full REFUSE | B030 stray-text-among-numbers WARN | B031 mixed-types WARN | B032 null-spellings FIX
B033 literal-na WARN | B034 missing-values FIX | B035 infinite-values WARN | B036 all-missing-column WARN
B037 constant-column WARN | B038 duplicate-columns WARN | B039 row-index-column WARN | B040 id-like-column WARN
B041 codes-kept-as-text WARN | B042 many-categories WARN | B043 free-text WARN | B044 dates FIX
B045 dates-order-rows WARN | B046 booleans FIX | B047 near-duplicate-categories WARN | B048 unsupported-type REFUSE
B049 unsupported-array REFUSE | B050 unused-levels FIX | B051 unknown-column REFUSE | B052 missing-target WARN
B053 one-class-target REFUSE | B054 small-class WARN | B055 near-unique-target ASK | B056 doubtful-task WARN
B057 heavy-tailed-target WARN | B058 target-beyond-float32 FIX | B059 leak WARN | B060 leak-by-name WARN
B061 sorted-by-target WARN | B062 duplicate-rows WARN | B063 same-rows-in-train-and-test FIX
B064 conflicting-labels WARN | B065 repeating-id WARN | B066 unseen-categories FIX | B067 missing-column REFUSE
B068 changed-column REFUSE | B069 unseen-labels WARN | B070 bad-sample-weights REFUSE | B071 absent-class-weight REFUSE
B072 more-columns-than-rows WARN | B073 target-twice WARN | B074 formula-cells FIX | B075 not-a-local-file REFUSE
B076 broken-parquet REFUSE | B077 memory-limit REFUSE | B078 interrupted FIX | B079 not-yes-or-no REFUSE
B080 not-a-count REFUSE | B081 not-shares REFUSE | B082 order-unknown REFUSE | B083 outside-expression REFUSE
B084 re-expressed-target WARN | B085 missing-group WARN | B086 nothing-to-order REFUSE
B087 several-labels-of-a-sequence REFUSE | B088 too-few-frames WARN
"""

# Kept and listed, and nobody need do anything about it: the column is left out or read as it is meant, the rows are
# judged apart. A screen that warns of what is in order teaches people to skip its warnings.
_HANDLED = frozenset(["B009", "B016", "B037", "B038", "B039", "B040", "B041", "B042", "B043", "B062", "B084"])

RULES: dict[str, Rule] = {
    code: Rule(code, slug, action)  # type: ignore[arg-type]
    for code, slug, action in (entry.split() for entry in _TEXT.replace("\n", "|").split("|") if entry.strip())
}
"""Code → rule, B001 to B088."""


def note(
    code: str,
    message: str,
    *,
    fix: str = "",
    column: str | None = None,
    severity: Severity | None = None,
    **evidence: Any,
) -> Finding:
    """A finding under the rule's slug, and its severity unless another is given; ``evidence`` are plain JSON values."""
    rule = RULES[code]
    return Finding(
        code=code,
        slug=rule.slug,
        severity=severity or rule.severity,
        message=message,
        fix=fix,
        column=column,
        evidence=evidence,
    )


def refuse(code: str, message: str) -> DataError:
    """The error that ends a job for this case; to be raised by the caller."""
    return DataError(message, code=RULES[code].code)
