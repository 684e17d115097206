"""Which terms does a paragraph define, and which acronyms does it write out?

Terms stand where a book defines them: under a title that says so, or in a sentence that says what a quoted word
means. Acronyms stand in lists, and in running text in brackets after the words they are made of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tieline.rulebook.models import ParagraphVersion, Term, TermKind
from tieline.rulebook.profile import Grammar

BATCH = 500
LONGEST_NAME = 160
LONGEST_ACRONYM = 12
LONGEST_MEANING_OF_ACRONYM = 120
BRACKETED = re.compile(r"\(\s?(?P<short>[^\W_][\w&/.-]{1,11})(?:,[^()]{0,60})?\s?\)")
WORD = re.compile(r"[\w&’'/-]+")
BREAKS = re.compile(r"[.;:!?|\n()\[\]“”\"]")
LISTED = re.compile(r"^(?P<name>[^\W_][\w&/.-]{1,11})\s*(?:\||[:–—=-]|\s)\s*(?P<meaning>[^\W\d_].{2,})$")
LISTED_IN_CELLS = re.compile(r"^(?P<name>[^\W_][\w&/. -]{1,11}?)\s*\|\s*(?P<meaning>[^\W\d_][^|]{2,})$")
AFTER_NAME = re.compile(r"^[\s:.|–—-]+")
TITLE_WITH_ACRONYM = re.compile(r"^(?P<name>.{3,}?)\s*\((?P<short>[^()\s]{2,12})\)$")
SMALL_WORDS = frozenset("a an the of for and or in to by on with from as at per any each its such that this".split())


@dataclass(frozen=True)
class TermText:
    """A term or an acronym as a paragraph explains it."""

    kind: TermKind
    name: str
    meaning: str


def write_terms(versions: Iterable[ParagraphVersion], grammar: Grammar) -> None:
    """Keep the terms of paragraph versions that were just written."""
    rows = [
        Term(version=version, kind=one.kind, name=one.name, folded=one.name.casefold(), meaning=one.meaning)
        for version in versions
        for one in terms_of(
            version.text, path=version.paragraph.path, titles=(version.heading, version.above), grammar=grammar
        )
    ]
    Term.objects.bulk_create(rows, batch_size=BATCH)


def terms_of(text: str, *, path: str, titles: Iterable[str], grammar: Grammar) -> tuple[TermText, ...]:
    """Every term of a paragraph, each once; what stands first explains it."""
    found: dict[tuple[TermKind, str], TermText] = {}
    for one in _terms(text, path, " > ".join(titles), grammar):
        if 0 < len(one.name) <= LONGEST_NAME and one.meaning:
            found.setdefault((one.kind, one.name), one)
    return tuple(found.values())


def written_out(text: str) -> Iterator[TermText]:
    """Acronyms in brackets after the words they are made of."""
    for found in BRACKETED.finditer(text):
        short = found["short"].rstrip(".")
        if _is_acronym(short) and (meaning := _long_form(short, text[: found.start()])):
            yield TermText(TermKind.ACRONYM, _singular(short), meaning)


def _terms(text: str, path: str, titles: str, grammar: Grammar) -> Iterator[TermText]:
    if grammar.acronyms_title.search(titles):
        yield from _listed(text)
    if path.startswith("[") and grammar.definitions_title.search(titles):
        yield from _defined_under_title(text, path)
    for found in grammar.defines.finditer(text):
        yield TermText(TermKind.DEFINITION, found["term"].strip(" ,."), found["meaning"].strip())
    yield from written_out(text)


def _listed(text: str) -> Iterator[TermText]:
    """Each line of a list of acronyms whose letters are those of its words, in order."""
    for line in text.splitlines():
        found = LISTED_IN_CELLS.match(line.strip()) or LISTED.match(line.strip())
        if found and _is_acronym(found["name"]) and _opens(found["name"], found["meaning"]):
            yield TermText(TermKind.ACRONYM, found["name"], found["meaning"].strip(" |"))


def _defined_under_title(text: str, path: str) -> Iterator[TermText]:
    name = path.partition("]")[0].strip("[").strip()
    meaning = AFTER_NAME.sub("", text.removeprefix(name)).strip()
    if not meaning or any(one.name == name for one in _listed(text)):
        return
    both = TITLE_WITH_ACRONYM.match(name)
    if both and _is_acronym(both["short"]):
        yield TermText(TermKind.ACRONYM, both["short"], both["name"])
        name = both["name"]
    yield TermText(TermKind.DEFINITION, name, meaning)


def _is_acronym(short: str) -> bool:
    """Whether a word looks like one: short, and with two capitals or a capital at an odd place (MW, kV, CoS)."""
    capitals = sum(letter.isupper() for letter in short)
    is_odd = capitals == 1 and not short[0].isupper()
    return len(short) <= LONGEST_ACRONYM and (capitals >= 2 or is_odd) and not short[-1:].isspace()


def _singular(short: str) -> str:
    return short[:-1] if short.endswith("s") and short[:-1].isupper() else short


def _long_form(short: str, before: str) -> str:
    """The words before a bracket that the letters in it are taken from, or nothing.

    The first letter begins a word and the others follow in order; of several beginnings the one counts under
    which the most letters begin words, then the nearest. No more words are looked at than so many letters can
    stand for.
    """
    letters = _letters(short)
    clause = before[-LONGEST_MEANING_OF_ACRONYM * 2 :]
    breaks = [found.end() for found in BREAKS.finditer(clause)]
    clause = clause[breaks[-1] :].rstrip() if breaks else clause.rstrip()
    words = list(WORD.finditer(clause))[-min(len(letters) + 5, 2 * len(letters)) :]
    if not words or words[-1].end() < len(clause):
        return ""
    beginnings = (" ".join(clause[word.start() :].split()) for word in words)
    possible = [meaning for meaning in beginnings if _is_meaning(meaning, letters, short)]
    best = max(possible, key=lambda meaning: (_begun(meaning, letters), -len(meaning)), default="")
    return _one(best) if _singular(short) != short else best


def _letters(short: str) -> str:
    return "".join(letter.casefold() for letter in _singular(short) if letter.isalnum())


def _is_meaning(meaning: str, letters: str, short: str) -> bool:
    """Whether the letters can be taken from the words, enough of them from where words begin."""
    words = WORD.findall(meaning)
    if len(meaning) > LONGEST_MEANING_OF_ACRONYM or words[0].casefold() in SMALL_WORDS or short in words:
        return False
    if not meaning.casefold().startswith(letters[0]) or len(meaning) <= len(short):
        return False
    return _follow(letters, meaning) and 2 * _begun(meaning, letters) >= len(letters)


def _follow(letters: str, words: str) -> bool:
    """Whether the letters stand in the words in this order."""
    left = iter(words.casefold())
    return all(letter in left for letter in letters)


def _begun(meaning: str, letters: str) -> int:
    """How many of the letters begin a word, in order."""
    initials = [part[0].casefold() for word in WORD.findall(meaning) for part in re.split(r"[-/&]", word) if part]
    longest = [0] * (len(letters) + 1)
    for initial in initials:
        longest = [0] + [
            max(longest[n + 1], longest[n] + 1) if letters[n] == initial else max(longest[n + 1], 0)
            for n in range(len(letters))
        ]
        for n in range(1, len(longest)):
            longest[n] = max(longest[n], longest[n - 1])
    return longest[-1]


def _one(meaning: str) -> str:
    """A meaning of many as a meaning of one: Resources, Entities."""
    if meaning.endswith("ies"):
        return meaning[:-3] + "y"
    return meaning[:-1] if meaning.endswith("s") and not meaning.endswith("ss") else meaning


def _opens(name: str, meaning: str) -> bool:
    """Whether a list's entry begins with the acronym's first letter, or holds all its letters in order."""
    letters = _letters(name)
    return meaning[:1].casefold() == letters[0] or _follow(letters, meaning)
