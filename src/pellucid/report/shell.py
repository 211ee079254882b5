"""What every page stands in: head, policy, style sheet, header, sections and footer."""

from collections.abc import Sequence

from pellucid.report.kit import report_script
from pellucid.report.markup import Markup, element
from pellucid.report.style import POLICY, STYLE

__all__ = ["html_page"]


def html_page(title: str, header: Sequence[Markup], sections: Sequence[tuple[str, Markup]], footer: str) -> bytes:
    """One self-contained HTML file, UTF-8. It fetches nothing and sends nothing; it runs the kit's own script alone.

    Args:
        title: Of the window.
        header: What comes first.
        sections: Names and bodies, in order.
        footer: The last sentence.
    """
    named = [(f"part-{place}", name, body) for place, (name, body) in enumerate(sections, start=1)]
    main = element(
        "main",
        element("header", *header),
        element(
            "nav",
            element("ul", *(element("li", element("a", name, href=f"#{key}")) for key, name, _ in named)),
            aria_label="Parts of this page",
        ),
        *(element("section", element("h2", name, id=key), body, aria_labelledby=key) for key, name, body in named),
        element("footer", footer),
    )
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", f"{title} · Pellucid"),
        # Style sheet and script are this package's own text: the policy knows them by their digests.
        element("style", Markup(STYLE)),
        element("script", Markup(report_script()), type="module"),
    )
    page = element("html", head, element("body", main), lang="en")
    return f"<!DOCTYPE html>\n{page}\n".encode()
