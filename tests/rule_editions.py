"""Two editions of a small rule book, with everything a reader meets: a chapter, levels, a definition, citations
that lead somewhere and nowhere, a paragraph that changed, one that moved, one that is gone, and a grey box.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from tests.cast import MONDAY
from tieline.kernel.actor import SYSTEM
from tieline.rulebook.actions import import_edition
from tieline.rulebook.models import ParagraphVersion
from tieline.rulebook.tests.print_shop import kept, word

BOOK = "market-guide"
FIRST, SECOND = date(2026, 1, 1), date(2026, 9, 1)
WAIVER = "An operator that waives a fee says so in a notice to all participants that report outages."
BOXED = "A late report costs three times the fee unless the operator has waived it."


def adopt_two_editions(folder: Path) -> None:
    """Read both in."""
    for day, lines, boxed in ((FIRST, _before(), ()), (SECOND, _after(), _box())):
        path = kept(folder, f"guide-{day}.docx", word(lines, boxed=boxed))
        import_edition(path, book=BOOK, effective_on=day, by=SYSTEM, at=MONDAY)


def version_at(section: str, path: str, *, day: date = SECOND) -> ParagraphVersion:
    """The version in force at a place."""
    found = ParagraphVersion.objects.in_force(day).filter(paragraph__section__book__key=BOOK)
    return found.get(paragraph__section__number=section, paragraph__path=path)


def boxed_version() -> ParagraphVersion:
    """What stands in the grey box."""
    return ParagraphVersion.objects.exclude(pending_request="").get(paragraph__section__book__key=BOOK)


def _before() -> Sequence[tuple[str, int]]:
    return (
        ("1 Reports", 1),
        ("1.1 Purpose", 2),
        ("(1) This guide tells how an outage is reported, and what a participant owes under Section 1.3.", 0),
        ("1.2 Reports of Outages", 2),
        ("(1) A report names:", 0),
        ("(a) The unit that is out of service;", 0),
        ("(b) The hour in which the outage began, as Section 7.7.7 has it; and", 0),
        ("(c) The expected return to service.", 0),
        ("1.3 Fees", 2),
        ("(1) The fee is 500 dollars for each report under paragraph (1)(a) of Section 1.2.", 0),
        ("(2) A late report costs twice the fee unless the operator has waived it in writing.", 0),
        ("(3) A fee is due at once.", 0),
        (f"(4) {WAIVER}", 0),
    )


def _after() -> Sequence[tuple[str, int]]:
    lines = [line for line in _before() if not line[0].startswith(("(3) A fee", "(4) An operator"))]
    dearer = [(text.replace("500 dollars", "700 dollars"), level) for text, level in lines]
    return (*dearer, ("1.4 Waivers", 2), (f"(1) {WAIVER}", 0), ("1.5 Boxes", 2), ("(2) A late report costs twice.", 0))


def _box() -> Sequence[str]:
    return ("[XRR100:  Replace paragraph (2) above with the following upon implementation:]", f"(2) {BOXED}")
