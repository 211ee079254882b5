"""What every page stands in: head, policy, style sheet, header, sections and footer."""

from collections.abc import Sequence

from pellucid.report.markup import Markup, element
from pellucid.report.style import POLICY, STYLE

__all__ = ["html_page"]


def html_page(title: str, header: Sequence[Markup], sections: Sequence[tuple[str, Markup]], footer: str) -> bytes:
    """One self-contained HTML file, UTF-8. It fetches nothing, runs nothing and sends nothing.

    Args:
        title: Of the window.
        header: What comes first.
        sections: Names and bodies, in order.
        footer: The last sentence.
    """
    main = element(
        "main",
        element("header", *header),
        *(element("section", element("h2", name), body) for name, body in sections),
        element("footer", footer),
    )
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", f"{title} · Pellucid"),
        # The style sheet is this package's own text and contains no "<": the policy knows it by its digest.
        element("style", Markup(STYLE)),
    )
    page = element("html", head, element("body", main), lang="en")
    return f"<!DOCTYPE html>\n{page}\n".encode()
