"""How does a question read to somebody who knows no acronym, and which paragraph defines the very term asked for?

A term is known by the paragraph in force that explains it. A defined term is looked up where the question asks for
nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from tieline.rulebook.cited import full
from tieline.rulebook.finding.hits import Expansion, Sighting
from tieline.rulebook.finding.ranking import WORD
from tieline.rulebook.models import ParagraphVersion, Term, TermKind
from tieline.rulebook.retrieval.words import EVERYWHERE

DEFINED = 0.82
MOST_EXPANDED = 4
LONGEST_TERM = 160
LONGEST_NAME, MOST_WORDS = 8, 60
SHORTEST_SPOKEN = 2
ASKED_FOR = re.compile(
    r"^\W*(?:(?:what|who)(?:\s+(?:is|are|does|do)\b|['’]s\b)|define\b|(?:the\s+)?(?:definition|meaning)\s+of\b)?"
    r"\s*(?:(?:an?|the)\s)?\s*(?P<term>\S.*?)\s*(?:\s(?:means?|stands?\s+for))?\W*$",
    re.IGNORECASE,
)


def expansions(text: str, *, as_at: date, book: str | None = None) -> list[Expansion]:
    """The first few acronyms of a text with what they stand for, and what it writes out with its acronym."""
    groups = _word_groups(text)
    known = _standing(as_at, book).filter(kind=TermKind.ACRONYM).annotate(written_out=Lower("meaning"))
    said = known.filter(Q(folded__in=groups) | Q(written_out__in=groups)).order_by("pk")
    found: dict[str, tuple[int, Expansion]] = {}
    for name, folded, meaning, written_out in said.values_list("name", "folded", "meaning", "written_out"):
        if written_out in groups:
            found.setdefault(folded, (groups[written_out], Expansion(meaning, name)))
        elif _may_be_meant(name, text):
            found.setdefault(folded, (groups[folded], Expansion(name, meaning)))
    return [one for _, one in sorted(found.values(), key=lambda pair: pair[0])][:MOST_EXPANDED]


def defining(text: str, *, as_at: date, book: str | None = None) -> list[Sighting]:
    """The paragraphs that define the term which is all that the text asks for."""
    asked = ASKED_FOR.match(text[: 2 * LONGEST_TERM])
    if asked is None:
        return []
    standing = _standing(as_at, book).filter(folded=" ".join(asked["term"].lower().split()))
    found = dict(standing.order_by("-kind", "pk").values_list("version_id", "name"))
    versions = full(ParagraphVersion.objects.filter(pk__in=found)).in_bulk() if found else {}
    return [Sighting(versions[pk], DEFINED, f"says what “{name}” means") for pk, name in found.items()]


def with_meanings(text: str, expanded: Sequence[Expansion]) -> str:
    """The text as somebody would write it who says both the acronyms and what they stand for."""
    plain = " ".join(text.casefold().split())
    added = [one.meaning for one in expanded if one.meaning.casefold() not in plain]
    return f"{text} ({', '.join(added)})" if added else text


def _standing(as_at: date, book: str | None) -> QuerySet[Term]:
    found = Term.objects.filter(version__effective_from__lte=as_at, version__pending_request="")
    found = found.exclude(version__effective_to__lte=as_at)
    return found if book is None else found.filter(version__paragraph__section__book__key=book)


def _word_groups(text: str) -> dict[str, int]:
    """Each run of a few words of the text in small letters, its last word also without a plural's s, and at which word
    it begins.
    """
    words = [word.lower() for word in WORD.findall(text)[:MOST_WORDS]]
    groups: dict[str, int] = {}
    for begin in range(len(words)):
        for end in range(begin + 1, min(begin + LONGEST_NAME, len(words)) + 1):
            group = " ".join(words[begin:end])
            groups.setdefault(group, begin)
            groups.setdefault(group.removesuffix("s"), begin)
    return groups


def _may_be_meant(name: str, text: str) -> bool:
    """Whether small letters may mean the acronym: “xyz” may, “as” and “it” do not."""
    is_as_written = re.search(rf"(?<!\w){re.escape(name)}s?(?!\w)", text) is not None
    return is_as_written or (len(name) > SHORTEST_SPOKEN and name.lower() not in EVERYWHERE)
