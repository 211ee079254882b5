"""The page's one style sheet. No url(), no import, no font file: the page asks for nothing."""

from pellucid.report.kit import digest, kit_style, report_script

__all__ = ["POLICY", "STYLE"]

LIGHT = """--paper:#fdfdfb;--raised:#f5f5f1;--ink:#1b1d20;--quiet:#5b6167;--line:#dfdfd9;--edge:#84898e;
--ours:#0b6aa6;--rival:#767c82;--warm:#b8520a;--bad:#b3261e;--third:#2b7a3f;--fourth:#7a4ea3;--fifth:#8a6a00;
--sixth:#b03a6e"""
DARK = """--paper:#141619;--raised:#1c1f23;--ink:#e8e9eb;--quiet:#a0a6ac;--line:#30343a;--edge:#7c838a;
--ours:#6db9ee;--rival:#8d949b;--warm:#f0a05a;--bad:#ff8a80;--third:#7fce93;--fourth:#c3a1e6;--fifth:#d8bd55;
--sixth:#f08fb8"""

THEMES = f"""
:root{{color-scheme:light dark;{LIGHT}}}
@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{DARK}}}}}
:root[data-theme=light]{{color-scheme:light}}
:root[data-theme=dark]{{color-scheme:dark;{DARK}}}
"""
"""The system's choice, until a reader makes another one."""

PAGE = """
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);
font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",
sans-serif}
main{max-width:58rem;margin:0 auto;padding:3rem 1.5rem 5rem}
h1{font-size:2.1rem;line-height:1.2;letter-spacing:-.015em;margin:.4rem 0 1rem;font-weight:650;text-wrap:balance}
h2{font-size:1.2rem;margin:3.2rem 0 .9rem;padding-top:1.1rem;border-top:1px solid var(--line);font-weight:650}
h3{font-size:1rem;margin:1.6rem 0 .5rem;font-weight:650}
p{margin:.5rem 0;max-width:44rem}
.eyebrow{color:var(--quiet);font-size:.92rem;margin:0;overflow-wrap:anywhere}
.verdict{font-size:1.14rem;line-height:1.55}
.verdict+.verdict{margin-top:.7rem}
.quiet,figcaption{color:var(--quiet);font-size:.9rem}
.note{margin:1rem 0 .3rem}
.note+.scroll{margin-top:0}
.warn{color:var(--warm)}
b,strong{font-weight:650}
code,pre,.code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.86em}
pre{background:var(--raised);border:1px solid var(--line);border-radius:6px;padding:.8rem 1rem;margin:.6rem 0;
overflow-x:auto;
line-height:1.5}
pre.wrap{white-space:pre-wrap;overflow-wrap:anywhere}
.scroll{overflow-x:auto;margin:.6rem 0}
.scroll:focus-visible{outline:2px solid var(--ours);outline-offset:3px}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:.94rem}
th,td{text-align:left;padding:.45rem 1.1rem .45rem 0;border-bottom:1px solid var(--line);vertical-align:top}
tr>:last-child{padding-right:0}
thead th{color:var(--quiet);font-weight:500;font-size:.86rem;border-bottom-color:var(--quiet);vertical-align:bottom}
tbody th,tfoot th{font-weight:500}
.number{text-align:right;white-space:nowrap}
.short{white-space:nowrap}
.name{min-width:7rem}
.scores .ours th,.scores .ours td:first-of-type{font-weight:650;color:var(--ours)}
.scores small{display:block;font-weight:400;color:var(--quiet);font-size:.86rem;max-width:26rem}
.scores td small{white-space:nowrap}
.scores .whisker{display:block;width:100%;min-width:7rem;height:14px;margin-top:.25rem}
.standing .whisker,.shares .whisker,.levels .whisker{display:block;width:100%;min-width:8rem;height:14px;
margin:.25rem 0}
.cell{overflow-wrap:break-word;max-width:14rem}
.values{margin:.4rem 0;max-width:34rem}
.standing td small,.shares td small,.pair-name small{display:block;color:var(--quiet);font-size:.86rem;font-weight:400}
.standing .ours th,.standing .ours td{font-weight:650;color:var(--ours)}
.standing .ours small{color:var(--quiet)}
.out th,.out td{color:var(--quiet)}
svg text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:var(--quiet)}
svg .axis{stroke:var(--line);stroke-width:1}
svg .base{stroke:var(--quiet);stroke-width:1}
svg .member{fill:none;stroke:var(--ours);stroke-width:1;opacity:.4}
svg .mean{fill:none;stroke:var(--ours);stroke-width:2.2;stroke-linejoin:round}
svg .training{fill:none;stroke:var(--warm);stroke-width:1.8;stroke-dasharray:5 4;stroke-linejoin:round}
svg .best{fill:var(--paper);stroke:var(--ours);stroke-width:1.5}
svg .ours-line{stroke:var(--ours);stroke-width:2}
svg .ours-dot{fill:var(--ours)}
svg .rival-line{stroke:var(--rival);stroke-width:2}
svg .rival-dot{fill:var(--rival)}
svg .dot{fill:var(--rival);opacity:.55}
svg .band{fill:var(--ours);opacity:.14;stroke:none}
svg .track{fill:var(--line)}
svg .curve{fill:none;stroke-width:2;stroke-linejoin:round}
svg .curve.line0{stroke:var(--ours)}
svg .curve.line1{stroke:var(--warm);stroke-dasharray:7 3}
svg .curve.line2{stroke:var(--third);stroke-dasharray:2 3}
svg .curve.line3{stroke:var(--fourth);stroke-dasharray:9 3 2 3}
svg .curve.line4{stroke:var(--fifth);stroke-dasharray:12 4}
svg .curve.line5{stroke:var(--sixth);stroke-dasharray:4 2 1 2}
svg .band.line1{fill:var(--warm)}
svg .band.line2{fill:var(--third)}
svg .band.line3{fill:var(--fourth)}
svg .band.line4{fill:var(--fifth)}
svg .band.line5{fill:var(--sixth)}
svg .observed{stroke:var(--rival);stroke-width:14}
svg .diagonal{stroke:var(--quiet);stroke-width:1;stroke-dasharray:2 4}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr));gap:1.2rem 2rem;
align-items:start}
figure{margin:.4rem 0;max-width:34rem}
figure svg{display:block;width:100%;height:auto}
.chart-title{font-weight:600;font-size:.94rem;margin:0 0 .2rem}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;color:var(--quiet);font-size:.86rem;margin:.3rem 0 0;padding:0;
list-style:none}
.legend svg{display:inline-block;width:26px;height:10px;margin-right:.4rem;vertical-align:middle}
.findings{list-style:none;margin:0;padding:0}
.findings li{padding:.7rem 0 .7rem .9rem;border-left:3px solid var(--line);margin:0 0 .7rem}
.findings .error{border-color:var(--bad)}
.findings .warning{border-color:var(--warm)}
.findings ul{list-style:none;padding:0}
.findings p{margin:.15rem 0;overflow-wrap:anywhere}
.error .level{color:var(--bad)}
.warning .level{color:var(--warm)}
.matrix{width:auto}
.matrix th,.matrix td{padding:.3rem .6rem;border:0;text-align:right;white-space:nowrap}
.matrix tbody th{max-width:14rem;overflow:hidden;text-overflow:ellipsis}
.matrix thead th{max-width:9rem;overflow:hidden;text-overflow:ellipsis}
.matrix td{border:1px solid var(--paper);min-width:2.1rem}
.matrix .edge{color:var(--quiet);padding-left:1rem}
.dense{font-size:.76rem}
.dense th,.dense td{padding:.16rem .1rem;min-width:1.4rem}
.dense tbody td:not(.edge){text-align:center}
.dense thead th:not(.edge){text-align:center}
.dense thead th:first-child{white-space:normal;min-width:3.6rem}
.dense .edge{padding-left:.5rem}
.r1{background:color-mix(in srgb,var(--ours) 10%,var(--paper))}
.r2{background:color-mix(in srgb,var(--ours) 20%,var(--paper))}
.r3{background:color-mix(in srgb,var(--ours) 30%,var(--paper))}
.r4{background:color-mix(in srgb,var(--ours) 40%,var(--paper))}
.w1{background:color-mix(in srgb,var(--warm) 10%,var(--paper))}
.w2{background:color-mix(in srgb,var(--warm) 22%,var(--paper))}
.w3{background:color-mix(in srgb,var(--warm) 34%,var(--paper))}
.w4{background:color-mix(in srgb,var(--warm) 46%,var(--paper))}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1.4rem;margin:.6rem 0;font-size:.94rem}
dt{color:var(--quiet)}
dd{margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
details{margin:.6rem 0}
summary{cursor:pointer;color:var(--quiet)}
footer{margin-top:3.5rem;border-top:1px solid var(--line);padding-top:1rem;color:var(--quiet);font-size:.86rem}
@media (max-width:40rem){main{padding:1.6rem 1rem 3rem}h1{font-size:1.6rem}.verdict{font-size:1.05rem}
dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.6rem}th,td{padding-right:.8rem}h2{margin-top:2.2rem}}
@media (max-width:40rem){.spare{display:none}.scores .number small{display:none}.scores .whisker{min-width:4.5rem}
.scores th,.scores td{padding-right:.6rem}}
nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;list-style:none;margin:1.4rem 0 0;padding:0;font-size:.92rem}
a{color:var(--ours)}
.name,.cell,th,td,summary,pre,.code,.legend li,dd,h1{unicode-bidi:isolate}
h1,summary,.chart-title,.legend li,.verdict,nav li,figcaption,p{overflow-wrap:anywhere}
th,td{overflow-wrap:break-word}
.name{overflow-wrap:anywhere}
.numbers{font-size:.9rem}
.scroll+figure{margin-top:1.6rem}
.code-lines{list-style:none;padding:.5rem 0;margin:.5rem 0;background:var(--raised);border:1px solid var(--line);
border-radius:6px;overflow-x:auto}
.code-lines li{white-space:pre;padding:0 1rem;margin:0;border:0;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,
"DejaVu Sans Mono",monospace;font-size:.84rem;line-height:1.5}
.code-lines .at{border-left:3px solid var(--bad);padding-left:calc(1rem - 3px);background:var(--paper);font-weight:650}
.code-lines .gone{color:var(--bad)}
.code-lines .new{color:var(--third)}
.findings .code-lines li{padding:0 1rem;margin:0;border-left:0}
.findings .code-lines .at{border-left:3px solid var(--bad)}
.findings h3{margin:0;font-size:1.02rem}
.picture{image-rendering:pixelated}
svg .border{stroke:#1b1d20;stroke-width:1.3;fill:none}
svg .swatch{stroke:var(--quiet);stroke-width:1}
svg text.over{font-weight:650;fill:#1b1d20;stroke:#fdfdfb;stroke-width:3;paint-order:stroke;stroke-linejoin:round}
svg .cloud{fill:var(--ours);opacity:.55}
svg .outline{fill:none;stroke:var(--quiet);stroke-width:1}
@media print{:root,:root[data-theme]{--paper:#fff;--raised:#fff;--ink:#000;--quiet:#444;--line:#ccc;--ours:#0b6aa6;
--rival:#767c82;--warm:#b8520a;--bad:#b3261e;--third:#2b7a3f;--fourth:#7a4ea3;--fifth:#8a6a00;--sixth:#b03a6e}
main{padding:0;max-width:none}body{font-size:10.5pt}h2,h3{break-after:avoid}figure,tr,li{break-inside:avoid}
nav{display:none}
table{font-size:8.5pt}th,td{padding:.2rem .5rem .2rem 0;overflow-wrap:anywhere}.number,.short{white-space:normal}
.scores th,.scores td{padding-right:.4rem}.scores small{font-size:7.5pt}.spare{display:none}
.scores .whisker,.standing .whisker,.shares .whisker,.levels .whisker{min-width:3rem}.name{min-width:4rem}
.matrix{font-size:7.5pt}.matrix th,.matrix td{padding:.1rem .2rem;min-width:0;white-space:normal}
.dense{font-size:6.5pt}.dense th,.dense td{padding:.08rem;min-width:0}
.scroll{overflow:visible}pre{white-space:pre-wrap}*{print-color-adjust:exact}}
"""

STYLE = (THEMES + PAGE + kit_style()).strip()

POLICY = (
    "default-src 'none'; "
    f"script-src '{digest(report_script())}'; style-src '{digest(STYLE)}'; "
    "img-src data:; base-uri 'none'; form-action 'none'"
)
"""Nothing may be fetched or sent; the one script and the one style sheet are allowed by their digests."""
