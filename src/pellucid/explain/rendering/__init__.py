"""A pass for people: on a terminal, in Markdown, in LaTeX, on a page; and as JSON for programs."""

from pellucid.explain.rendering.fragment import as_html
from pellucid.explain.rendering.json import as_json
from pellucid.explain.rendering.latex import as_latex
from pellucid.explain.rendering.markdown import as_markdown
from pellucid.explain.rendering.page import as_page
from pellucid.explain.rendering.text import Ink, as_text

__all__ = ["Ink", "as_html", "as_json", "as_latex", "as_markdown", "as_page", "as_text"]
