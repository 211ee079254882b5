"""The catalogue's linear notation: read into a tree, and written as text, MathML or LaTeX, or with numbers put in."""

from pellucid.explain.notation.evaluating import work_out
from pellucid.explain.notation.latex import escape_latex, to_latex
from pellucid.explain.notation.mathml import to_mathml
from pellucid.explain.notation.mentioning import kind_of, mentions
from pellucid.explain.notation.numbers import put_in
from pellucid.explain.notation.unicode import to_text, to_words

__all__ = ["escape_latex", "kind_of", "mentions", "put_in", "to_latex", "to_mathml", "to_text", "to_words", "work_out"]
