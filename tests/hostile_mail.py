"""Hostile mail for tests: written payloads × the places a mail can carry them in × the ways a mail can be encoded.

Every mail is a letter of its own with one way of attack in it, or one handler on six elements. What a payload would do
is to open a dialog or to fetch from port 9 of this computer, where nothing listens.
"""

from __future__ import annotations

import base64
import quopri
from collections.abc import Iterator
from dataclasses import dataclass
from email.header import Header

ACT = "alert(document.domain)"
AWAY = "http://127.0.0.1:9"
HANDLERS = (
    "onerror onload onclick onmouseover onfocus onblur onanimationstart ontoggle onpointerenter onbegin onwheel "
    "oncopy ondrag onhashchange oninput onkeydown onpageshow onresize onscroll onsubmit ontransitionend"
).split()
TAGS = "img svg body video audio input details iframe object embed marquee select textarea math a div".split()
MARKUP = (
    f"<script>{ACT}</script>",
    f"<scr<script>ipt>{ACT}</scr</script>ipt>",
    f"<SCRIPT/XSS>{ACT}</SCRIPT>",
    f"<script src={AWAY}/x.js></script>",
    f"<script type=module>import '{AWAY}/x.js'</script>",
    f"<a href='javascript:{ACT}'>x</a>",
    f"<a href='java&#10;script:{ACT}'>x</a>",
    f"<a href='&#106;avascript:{ACT}'>x</a>",
    f"<a href=' javascript:{ACT}'>x</a>",
    f"<a href='\x01javascript:{ACT}'>x</a>",
    f"<a href='data:text/html,<script>{ACT}</script>'>x</a>",
    f"<a href='vbscript:{ACT}'>x</a>",
    f"<a href='{AWAY}/' ping='{AWAY}/ping'>x</a>",
    f"<form action='javascript:{ACT}'><button autofocus>go</button></form>",
    f"<form id=f action='{AWAY}/'></form><button form=f>go</button>",
    f"<input type=image src={AWAY}/i.png formaction=javascript:{ACT}>",
    f"<iframe srcdoc='<script>parent.{ACT}</script>'></iframe>",
    f"<iframe src='javascript:{ACT}'></iframe>",
    f"<iframe src='{AWAY}/'></iframe>",
    f"<object data='javascript:{ACT}'></object>",
    f"<object data='{AWAY}/x.swf'></object>",
    f"<embed src='data:image/svg+xml,<svg onload={ACT}>'>",
    f"<svg><script>{ACT}</script></svg>",
    f"<svg><animate onbegin={ACT} attributeName=x></svg>",
    f"<svg><a xlink:href='javascript:{ACT}'><text y=9>x</text></a></svg>",
    f"<svg><set attributeName=href to='javascript:{ACT}'/></svg>",
    f"<svg><image href='{AWAY}/i.png'/><use href='{AWAY}/s.svg#a'/></svg>",
    f"<svg><foreignObject><body onload={ACT}></foreignObject></svg>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={ACT}></style></mglyph></table></mtext></math>",
    f"<math><annotation-xml encoding='text/html'><img src=x onerror={ACT}></annotation-xml></math>",
    f"<noscript><p title='</noscript><img src=x onerror={ACT}>'></noscript>",
    f"<template><script>{ACT}</script></template>",
    f"<style>@import '{AWAY}/x.css'; body{{background:url(javascript:{ACT})}}</style>",
    f"<style>@font-face{{font-family:x;src:url({AWAY}/f)}}*{{font-family:x}}</style>",
    f"<style>input[value^=a]{{background:url({AWAY}/a)}}</style>",
    f"<div style='background-image:url({AWAY}/track)'>x</div>",
    f"<div style='list-style:url({AWAY}/track)'>x</div>",
    f"<div style='background:\\75rl({AWAY}/track)'>x</div>",
    f"<div style='background-image:image-set(\"{AWAY}/t\" 1x)'>x</div>",
    "<div style='position:fixed;inset:0;z-index:9999'>cover</div>",
    f"<img src='{AWAY}/pixel.gif' width=1 height=1>",
    f"<img srcset='{AWAY}/pixel.gif 1x'>",
    "<img src='//127.0.0.1:9/pixel.gif'>",
    f'<img src=\'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" onload="{ACT}"/>\'>',
    f"<picture><source srcset='{AWAY}/s.webp'><img></picture>",
    f"<link rel=stylesheet href='{AWAY}/x.css'>",
    f"<link rel=prefetch href='{AWAY}/p'><link rel=preconnect href='{AWAY}'><link rel=dns-prefetch href='{AWAY}'>",
    f"<base href='{AWAY}/'><img src=pixel.gif>",
    f"<base target=_top><a href='javascript:{ACT}'>x</a>",
    f"<meta http-equiv=refresh content='0;url=javascript:{ACT}'>",
    f"<meta http-equiv=refresh content='0;url={AWAY}/'>",
    "<meta http-equiv=Content-Security-Policy content=\"script-src 'unsafe-inline'\">",
    f"<video poster='{AWAY}/p.png'></video><audio autoplay src='{AWAY}/a.mp3'></audio>",
    f"<video><track default src='{AWAY}/t.vtt'></video>",
    f"<table background='{AWAY}/p.png'><tr><td background='{AWAY}/q.png'>x</td></tr></table>",
    f"<body background='{AWAY}/b.png' onload={ACT}>",
    f"<!--[if gte IE 4]><script>{ACT}</script><![endif]-->",
    f"<!--><img src=x onerror={ACT}>-->",
    f"<![CDATA[<img src=x onerror={ACT}>]]>",
    f'<img src=x:x onerror="{ACT}"//',
    f"<x contenteditable onblur={ACT} autofocus tabindex=1>lose focus!</x>",
    f"<isindex type=image src=1 onerror={ACT}>",
    f"<button popovertarget=x>c</button><xss onbeforetoggle={ACT} popover id=x>XSS</xss>",
    f"<div hx-get='{AWAY}/' hx-trigger=load data-hx-post='{AWAY}/' hx-on::load='{ACT}'>x</div>",
    f"<a data-opens=palette data-key=j hx-boost=true href='{AWAY}/'>x</a>",
    "<form name=querySelector><input name=attributes><img name=body></form>",
    f"<details open ontoggle={ACT}><summary>x</summary></details>",
    f"<plaintext><img src=x onerror={ACT}>",
    f"<textarea></textarea><img src=x onerror={ACT}>",
    f"<title></title><img src=x onerror={ACT}>",
)
WORDS = (
    f'"><img src=x onerror={ACT}>',
    f"</title><script>{ACT}</script>",
    f"'-{ACT}-'",
    f"{{{{constructor.constructor('{ACT}')()}}}}",
    "{{ 7 * 7 }}{% include '/etc/passwd' %}",
    f"javascript:{ACT}",
    f"\u202e<svg onload={ACT}>\u2066evil\u2069",
    "invoice\u202efdp.exe",
    f"{AWAY}/a\u200bb <{AWAY}/c> www.127.0.0.1:9/d",
    f"</textarea><img src=x onerror={ACT}>",
    f"<!--<script>{ACT}//",
    f"[link](javascript:{ACT}) ![picture]({AWAY}/i.png)",
)
ENCODINGS = ("8bit", "base64", "quoted-printable")


@dataclass(frozen=True)
class Hostile:
    """One mail: a name for the report, and its bytes."""

    name: str
    raw: bytes


def all_mails() -> list[Hostile]:
    """Every mail of the corpus; names and Message-IDs differ."""
    makers = (_markup_in_html, _handlers, _words_everywhere, _odd_structures)
    return [Hostile(name, raw) for maker in makers for name, raw in maker()]


def for_the_shelf() -> list[Hostile]:
    """Mails with the same attacks that are quarantined: verification mail of third parties, and hostile nesting."""
    mails = []
    for number, payload in enumerate(MARKUP[::5]):
        body = f"<p>Your verification code is 48291{number}</p>{payload}"
        head = _head(f"shelf {number}", subject=f"Your verification code {payload}", kind="text/html; charset=utf-8")
        mails.append(Hostile(f"shelf {number}", head + body.encode()))
    nest = "".join(f"--b{n}\r\nContent-Type: multipart/mixed; boundary=b{n + 1}\r\n\r\n" for n in range(60))
    for number, payload in enumerate(MARKUP[::9]):
        head = _head(f"deep {number}", subject=f"{payload}", kind="multipart/mixed; boundary=b0")
        mails.append(Hostile(f"deep {number}", head + (payload + "\r\n" + nest + payload).encode()))
    return mails


def _head(name: str, *, subject: str = "", author: str = "", kind: str = "text/plain; charset=utf-8") -> bytes:
    local = "".join(letter for letter in name if letter.isalnum())
    lines = [
        f"From: {_word(author) or 'Hostile'} <{local}@stranger.example>",
        "To: clientservices@gridoperator.example",
        f"Subject: {_word(f'hostile {name} {subject}')}",
        "Date: Fri, 20 Nov 2026 15:00:00 -0600",
        f"Message-ID: <{local}@stranger.example>",
        "Mime-Version: 1.0",
        f"Content-Type: {kind}",
    ]
    return ("\r\n".join(lines) + "\r\n").encode() + b"\r\n"


def _word(text: str) -> str:
    """Text for a header as an encoded word, so that nothing of it is lost on the way."""
    return Header(text, "utf-8", maxlinelen=10_000).encode() if text else ""


def _encoded(head: bytes, body: str, encoding: str) -> bytes:
    content = body.encode()
    if encoding == "base64":
        content = base64.encodebytes(content)
    if encoding == "quoted-printable":
        content = quopri.encodestring(content)
    return head.removesuffix(b"\r\n") + f"Content-Transfer-Encoding: {encoding}\r\n\r\n".encode() + content


def _markup_in_html() -> Iterator[tuple[str, bytes]]:
    for number, payload in enumerate(MARKUP):
        for encoding in ENCODINGS:
            name = f"markup {number} {encoding[0]}"
            head = _head(name, kind="text/html; charset=utf-8")
            yield name, _encoded(head, f"<p>Hello {number}</p>{payload}<p>Bye</p>", encoding)


def _handlers() -> Iterator[tuple[str, bytes]]:
    for handler in HANDLERS:
        for start in range(0, len(TAGS), 6):
            tags = TAGS[start : start + 6]
            name = f"handler {handler} {start}"
            body = "".join(f"<{tag} src=x href=x autofocus open {handler}={ACT}>" for tag in tags)
            yield name, _encoded(_head(name, kind="text/html; charset=utf-8"), body, "8bit")


def _words_everywhere() -> Iterator[tuple[str, bytes]]:
    """Text payloads as subject, author, words of a plain letter, and name of a file."""
    for number, payload in enumerate(WORDS):
        yield f"subject {number}", _head(f"subject {number}", subject=payload) + b"Hello."
        yield f"author {number}", _head(f"author {number}", author=payload) + b"Hello."
        yield f"text {number}", _head(f"text {number}") + f"Hello\n{payload}\n\n-- \n{payload}\n\n> {payload}".encode()
        encoded = base64.b64encode(payload.encode()).decode()
        parts = (
            ("Content-Type: text/plain; charset=utf-8", "Hello."),
            (f'Content-Type: text/html; name="=?utf-8?b?{encoded}?="\r\nContent-Disposition: attachment; '
             f'filename="=?utf-8?b?{encoded}?="', MARKUP[0]),
        )  # fmt: skip
        yield f"file {number}", _multipart(f"file {number}", "mixed", parts)


def _multipart(name: str, subtype: str, parts: tuple[tuple[str, str], ...]) -> bytes:
    body = "".join(f"--edge\r\n{head}\r\n\r\n{content}\r\n" for head, content in parts) + "--edge--\r\n"
    return _head(name, kind=f"multipart/{subtype}; boundary=edge") + body.encode()


def _odd_structures() -> Iterator[tuple[str, bytes]]:
    evil, svg = MARKUP[0] + MARKUP[40], f'<svg xmlns="http://www.w3.org/2000/svg" onload="{ACT}"/>'
    plain, html = "Content-Type: text/plain", "Content-Type: text/html; charset=utf-8"
    picture = "Content-ID: <p>\r\nContent-Disposition: inline; filename=p.png"
    enclosed = f"Subject: {MARKUP[0]}\r\nContent-Type: text/html\r\n\r\n{evil}"
    structures = {
        "forwarded whole": ("mixed", ((plain, "See below."), ("Content-Type: message/rfc822", enclosed))),
        "html before plain": ("alternative", ((html, evil), (plain, evil))),
        "svg file": ("mixed", ((plain, "Hello."), ("Content-Type: image/svg+xml; name=a.svg", svg))),
        "svg as png": ("related", ((html, "<img src=cid:p>"), (f"Content-Type: image/png\r\n{picture}", svg))),
        "html as png": ("related", ((html, "<img src=cid:p>"), (f"Content-Type: image/png\r\n{picture}", evil))),
        "cid breaks out": ("related", ((html, f"<img src='cid:p\" onerror={ACT} x=\"'>"), (picture, evil))),
        "xml file": ("mixed", ((plain, "Hello."), ("Content-Type: application/xhtml+xml; name=a.xhtml", evil))),
        "two html parts": ("mixed", ((html, "<div title='"), (html, f"'>{evil}"))),
        "calendar": ("alternative", ((plain, "x"), ("Content-Type: text/calendar", f"SUMMARY:{evil}"), (html, evil))),
    }
    for name, (subtype, parts) in structures.items():
        yield name, _multipart(name, subtype, parts)
    yield (
        "utf seven",
        _head("utf seven", kind="text/html; charset=utf-7") + b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    )
    yield "utf sixteen", _head("utf sixteen", kind="text/html; charset=utf-16") + evil.encode("utf-16")
    yield "iso jp", _head("iso jp", kind="text/html; charset=iso-2022-jp") + b"\x1b(J" + evil.encode()
    yield "escaped twice", _head("escaped twice", kind="text/html") + evil.replace("<", "&amp;lt;").encode()
    yield "escaped once", _head("escaped once") + evil.replace("<", "&lt;").encode()
    yield "kind breaks out", _head("kind breaks out", kind=f'text/html; x="{MARKUP[0]}"') + evil.encode()
    yield "nul bytes", _head("nul bytes", kind="text/html") + evil.replace("script", "scr\x00ipt").encode()
    yield "quoted markup", _head("quoted markup", kind="text/html") + f"Hi<blockquote>{evil}</blockquote>".encode()
