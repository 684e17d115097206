"""What would a market look like that does everything otherwise: its language, its numbering, its labels, its grey
text, its citations?

`profile` writes its profile, `as_word`, `as_pdf` and `as_web_page` print the same edition of its one book.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from tieline.rulebook.tests.print_shop import Printed, heading, pdf, word
from tieline.rulebook.tests.web_shop import web

BOOK, REQUEST = "marktordnung", "Änderung 17"
RULEBOOK = r"""
[grammar]
section_number = '\d{1,3}(?:-\d{1,2})?'
heading = '^(?:Artikel|§)\s*(?P<number>\d{1,3}(?:-\d{1,2})?)\.?\s+(?P<title>\S.*?)\s*$'
running = ['^MARKTORDNUNG$', '^Blatt \d+ von \d+$']
contents_title = '(?i)^inhalt$'
grey_opening = '^\{(?P<request>Änderung \d+)\b'
revision_request = 'Änderung \d+'
chain_label = '(?:\(|lit\. |Abs\. )(?P<label>\d{1,2}|[a-z])\b'
points_on = '(?i)\b(?:gemäß|nach|in|Absatz|Artikel|und|oder)$'
refers_back = '^(?:oben|unten|und|oder)\b'
ends_item = '[.;:,]\s*(?:und|oder)?$'
definitions_title = '(?i)\bbegriffe\b'
acronyms_title = '(?i)\babkürzungen\b'
defines = '„(?P<term>[^“]{2,80})“ bezeichnet (?P<meaning>.+)'

[[grammar.levels]]
counts = "numbers"
pattern = '^(?P<label>\d{1,2})\)\s+'
example = "1)"

[[grammar.levels]]
counts = "letters"
pattern = '^(?P<label>[a-z])\.\s+'
example = "a."

[[grammar.levels]]
counts = "dashes"
pattern = '^(?P<label>—)\s+'
example = "—"

[[grammar.levels]]
counts = "roman_capitals"
pattern = '^(?P<label>[IVX]+)\.\s+'
example = "IV."

[[grammar.citations]]
key = "article"
pattern = '\bArt\.\s(?P<section>\d{1,3})(?P<chain>(?:\s\(\d{1,2}\))?(?:\slit\.\s[a-z]\b)?)'
example = "Art. 12 (3) lit. b"

[[grammar.citations]]
key = "sign"
pattern = '§\s(?P<section>\d{1,3}-\d{1,2})(?P<chain>(?:\sAbs\.\s\d{1,2})?)'
example = "§ 4-7 Abs. 2"

[[books]]
key = "marktordnung"
name = "Marktordnung"
short = "MO"
revision_request = "Änderung"
"""

TEXT: tuple[tuple[str, int], ...] = (
    ("Artikel 1. Begriffe", 0),
    ("„Bilanzkreis“ bezeichnet eine Gruppe von Zählpunkten.", 1),
    ("§ 4-7 Meldung", 0),
    ("1) Ein Ausfall wird gemeldet gemäß Art. 12 (3) lit. b durch den Bilanz-Kreis-Führer (BKF).", 1),
    ("2) Die Meldung nennt das Werk.", 1),
    ("Artikel 12. Gebühren", 0),
    ("1) Die Gebühr beträgt 500 Kronen.", 1),
    ("{Änderung 17, noch nicht in Kraft: Absatz 1 lautet:}", 1),
    ("1) Die Gebühr beträgt 700 Kronen.", 1),
    ("2) Für jede Meldung nach § 4-7 Abs. 2 fällt sie an.", 1),
    ("3) Sie entfällt, wenn", 1),
    ("a. der Markt ruht;", 2),
    ("b. der Zähler fehlt, nämlich:", 2),
    ("— vor der Abnahme;", 3),
    ("— nach dem Rückbau:", 3),
    ("I. ganz; oder", 4),
    ("II. in Teilen.", 4),
    ("4) Näheres regelt Art. 99.", 1),
)

PLACES = (
    ("1", "", "„Bilanzkreis“ bezeichnet eine Gruppe von Zählpunkten."),
    ("4-7", "(1)", "Ein Ausfall wird gemeldet gemäß Art. 12 (3) lit. b durch den Bilanz-Kreis-Führer (BKF)."),
    ("4-7", "(2)", "Die Meldung nennt das Werk."),
    ("12", "(1)", "Die Gebühr beträgt 500 Kronen."),
    ("12", "(2)", "Für jede Meldung nach § 4-7 Abs. 2 fällt sie an."),
    ("12", "(3)", "Sie entfällt, wenn"),
    ("12", "(3)(a)", "der Markt ruht;"),
    ("12", "(3)(b)", "der Zähler fehlt, nämlich:"),
    ("12", "(3)(b)(1)", "vor der Abnahme;"),
    ("12", "(3)(b)(2)", "nach dem Rückbau:"),
    ("12", "(3)(b)(2)(I)", "ganz; oder"),
    ("12", "(3)(b)(2)(II)", "in Teilen."),
    ("12", "(4)", "Näheres regelt Art. 99."),
)


def profile(directory: Path) -> Path:
    """The blank profile with this market's rule book."""
    blank = Path(__file__).parents[3] / "profiles" / "_blank"
    made = directory / "other-market"
    shutil.copytree(blank, made)
    (made / "rulebook.toml").write_text(RULEBOOK, encoding="utf-8")
    return made


def as_word() -> bytes:
    return word([(text, 0 if depth else 1) for text, depth in TEXT])


def as_web_page() -> bytes:
    return web([(text, 0 if depth else 1) for text, depth in TEXT])


def as_pdf() -> bytes:
    """Two pages with a running head and foot, after a page of contents."""
    lines = [Printed(text, depth - 1) if depth else heading(text) for text, depth in TEXT]
    listed = [Printed("Inhalt", bold=True)] + [
        Printed(f"{text} {'.' * 40} 2", gap=False) for text, depth in TEXT if not depth
    ]
    pages = [listed, lines[:9], lines[9:]]
    footed = [[*page, *_foot(number, len(pages))] for number, page in enumerate(pages, start=1)]
    return pdf(footed, head="Marktordnung")


def _foot(number: int, pages: int) -> list[Printed]:
    return [Printed(f"Blatt {number} von {pages}", 4)]
