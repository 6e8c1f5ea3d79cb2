"""The frame of pages that people save, print and pass on. They load nothing."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final

_STYLE: Final = """
body { font: 16px/1.5 system-ui, "Segoe UI", Arial, sans-serif; color: #1b1f24; background: #fff;
  max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; }
h2 { font-size: 1.25rem; margin-top: 2.2rem; border-top: 1px solid #c9ced6; padding-top: 1rem; }
h3 { font-size: 1rem; margin-bottom: .2rem; }
ins { background: #d7f2dc; text-decoration: underline; text-decoration-thickness: 2px; }
del { background: #fbdfe0; }
mark { background: #fff0b3; font-weight: 600; text-decoration: underline; }
.kind { display: inline-block; border: 1px solid #5b6573; border-radius: 3px; padding: 0 .4rem; font-size: .8rem;
  margin-right: .3rem; }
.note { color: #4a5361; } .warning { font-weight: 600; } table { border-collapse: collapse; }
table.sides { width: 100%; table-layout: fixed; } table.sides td { vertical-align: top; border-top: 1px solid #c9ced6; }
table.sides h3 { margin-top: .3rem; } td.differs { background: #f4f5f7; border-top: 2px solid #5b6573; }
b.differs { border: 1px solid #5b6573; border-radius: 3px; padding: 0 .2rem; } sup { font-size: .7rem; }
th, td { text-align: left; padding: .15rem 1rem .15rem 0; }
.said { position: absolute; left: -10000px; }
a { color: #0b57a4; } :target { outline: 3px solid #f2b600; }
@media print { body { margin: 0; max-width: none; font-size: 11pt; } h2 { break-after: avoid; } }
"""


def html_page(title: str, parts: Iterable[str]) -> str:
    """One HTML page that needs nothing beside it.

    Args:
        title: Plain text; it is the page's first heading too.
        parts: What stands below the heading, as HTML.
    """
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="en-GB"><head><meta charset="utf-8"><title>{escape(title)}</title>',
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
            f"<style>{_STYLE}</style></head><body>",
            f"<h1>{escape(title)}</h1>",
            *parts,
            "</body></html>",
            "",
        ]
    )
