"""Style sheets of a pass. No url(), no import, no font file."""

import base64
import hashlib

__all__ = ["FRAGMENT_STYLE", "PAGE_STYLE", "POLICY"]

_COLOURS = """
.pellucid-pass{--ink:#1b1d20;--quiet:#5b6167;--line:#dfdfd9;--raised:#f5f5f1;--ours:#0b6aa6}
@media (prefers-color-scheme:dark){.pellucid-pass{--ink:#e8e9eb;--quiet:#a0a6ac;--line:#30343a;--raised:#1c1f23;
--ours:#6db9ee}}
"""
_NOTEBOOK_COLOURS = """
.pellucid-pass{--ink:currentColor;--quiet:color-mix(in srgb,currentColor 70%,transparent);
--line:color-mix(in srgb,currentColor 20%,transparent);--raised:color-mix(in srgb,currentColor 6%,transparent);
--ours:currentColor}
"""
_SHARED = """
.pellucid-pass{color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
.pellucid-pass h1{font-size:1.35rem;line-height:1.3;margin:.2rem 0 .8rem;font-weight:650;overflow-wrap:anywhere}
.pellucid-pass h2{font-size:1.1rem;margin:2rem 0 .6rem;padding-top:.8rem;border-top:1px solid var(--line);
font-weight:650}
.pellucid-pass h3{font-size:1rem;margin:1.2rem 0 .4rem;font-weight:600;color:var(--ours);overflow-wrap:anywhere}
.pellucid-pass p{margin:.4rem 0;max-width:44rem;overflow-wrap:anywhere}
.pellucid-pass .quiet,.pellucid-pass summary,.pellucid-pass caption{color:var(--quiet);font-size:.92rem}
.pellucid-pass .line{width:max-content;min-width:100%;margin:.7rem 0;
padding-left:.8rem;border-left:2px solid var(--line)}
.pellucid-pass math{font-size:1.1rem;
font-family:"STIX Two Math","Cambria Math","Latin Modern Math",math,"DejaVu Serif",serif}
.pellucid-pass .scroll{overflow-x:auto;padding:.1rem 0}
.pellucid-pass .scroll:focus-visible{outline:2px solid var(--ours);outline-offset:2px}
.pellucid-pass .numbers,.pellucid-pass .value,.pellucid-pass .slope,.pellucid-pass .note{padding-left:1.4rem}
.pellucid-pass .numbers{color:var(--quiet)}
.pellucid-pass .value{font-weight:650}
.pellucid-pass .note{max-width:min(44rem,86vw)}
.pellucid-pass .slope,.pellucid-pass .note{color:var(--quiet);font-size:.92rem}
.pellucid-pass .remarks{padding-left:1.1rem;max-width:44rem}
.pellucid-pass .remarks li{margin:.4rem 0;overflow-wrap:anywhere}
.pellucid-pass details{margin:.6rem 0}
.pellucid-pass summary{cursor:pointer}
.pellucid-pass table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.9rem;margin:.4rem 0 .8rem;
background:none}
.pellucid-pass caption{text-align:left;padding:.2rem 0}
.pellucid-pass td{padding:.2rem .8rem .2rem 0;border:0;border-bottom:1px solid var(--line);text-align:right;
white-space:nowrap}
.pellucid-pass .check{font-weight:600}
""".strip()

FRAGMENT_STYLE = (_NOTEBOOK_COLOURS + _SHARED).strip()
"""For a notebook, whose own colours it takes: a cell may be light or dark whatever the system says."""
PAGE_STYLE = (
    ":root{color-scheme:light dark}html{-webkit-text-size-adjust:100%}*{box-sizing:border-box}\n"
    "body{margin:0;background:#fdfdfb}@media (prefers-color-scheme:dark){body{background:#141619}}\n"
    "main{max-width:58rem;margin:0 auto;padding:2.5rem 1.5rem 4rem}\n"
    "@media (max-width:40rem){main{padding:1.2rem 1rem 2.5rem}}\n"
    "@media print{main{padding:0;max-width:none}.pellucid-pass .line{break-inside:avoid}}\n"
    f"{_COLOURS.strip()}\n{_SHARED}"
)
"""For a page of its own."""
POLICY = (
    "default-src 'none'; "
    f"style-src 'sha256-{base64.b64encode(hashlib.sha256(PAGE_STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'"
)
"""Nothing may be fetched, run or sent; the one style sheet is allowed by its digest."""
