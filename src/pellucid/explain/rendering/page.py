"""A pass as a page of its own."""

from pellucid.explain.rendering.fragment import pass_body
from pellucid.explain.rendering.markup import Markup, element
from pellucid.explain.rendering.parts import headline
from pellucid.explain.rendering.style import PAGE_STYLE, POLICY
from pellucid.records.passes import PassRecord

__all__ = ["as_page"]


def as_page(record: PassRecord) -> str:
    """One self-contained HTML file that fetches nothing, runs nothing and sends nothing; equal input, equal bytes."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", f"{headline(record)} · Pellucid"),
        # The package's own text, without "<"; the policy knows it by its digest.
        element("style", Markup(PAGE_STYLE)),
    )
    page = element("html", head, element("body", element("main", pass_body(record), class_="pellucid-pass")), lang="en")
    return f"<!DOCTYPE html>\n{page}\n"
