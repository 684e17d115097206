"""How do tests get rule books as web pages? They write small pages with the traps that published ones have."""

from __future__ import annotations

from html import escape

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Guide</title>
<style>
  @media print {{ .rule {{ display: none }} }}
  .gone {{ display: none }} .strong {{ font-weight: 700 }} .box, div.grey {{ background-color: #d9d9d9 }}
  ol.plain {{ list-style: none }}
</style>
<script>document.write("1.9 Written by a script")</script></head>
<body><header>Operator's site</header>{body}<footer>All rights reserved</footer></body></html>"""


def page(body: str) -> bytes:
    """A page of a site around the body."""
    return PAGE.format(body=body).encode()


def web(paragraphs: list[tuple[str, int]], *, boxed: tuple[str, ...] = ()) -> bytes:
    """The page that says what `print_shop.word` says: (text, heading level or 0) in order, then a grey box."""
    body = "".join(
        f"<h{level}>{escape(text)}</h{level}>" if level else f"<p>{escape(text)}</p>" for text, level in paragraphs
    )
    grey = "".join(f"<p>{escape(text)}</p>" for text in boxed)
    return page(body + (f'<div class="grey">{grey}</div>' if boxed else ""))
