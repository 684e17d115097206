"""Which paragraphs in force on a day answer by words and meaning together, and how probable is it that they do?

A *finder* is made for the editions that a day goes by and is kept, as are those of a few other days. A large one is
made beside the requests, and texts that the model has not read are left to `preparing`: until then a day is
`Unready`, and whoever asks searches by words.
"""

from __future__ import annotations

import gc
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from threading import Lock

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from tieline.kernel import instance
from tieline.rulebook.cited import full
from tieline.rulebook.finding import calibrating, misspelt, ranking
from tieline.rulebook.finding.by_words import held
from tieline.rulebook.finding.expanding import with_meanings
from tieline.rulebook.finding.hits import Expansion, Nearness, Sighting
from tieline.rulebook.finding.passages import TextInForce, editions_in_force, successors, text_in_force
from tieline.rulebook.models import Book, ParagraphVersion
from tieline.rulebook.retrieval import encoder as models
from tieline.rulebook.retrieval.finding import Finder, Found, prepare
from tieline.rulebook.retrieval.keeping import VectorsNotKept, log_once
from tieline.rulebook.retrieval.ranker import Ranker
from tieline.rulebook.retrieval.rankers import Learned, RankerStore, UnfitRanker
from tieline.rulebook.retrieval.vectors import VectorFile
from tieline.rulebook.retrieval.words import terms

BEST = 0.8
FAR = 0.35
"""A passage that shares no word with the question and is less alike in meaning than this is not shown."""
MOST_FINDERS, MOST_PASSAGES = 3, 150_000
"""How many finders a process keeps, and how large they may be together (one is always kept)."""
READ_AT_ONCE = 200
"""So many texts a search has read by the model itself; more are left to `preparing`."""
SMALL, PATIENCE_SECONDS = 5_000, 0.05
"""A finder over fewer passages is waited for; a larger one only so long."""
MOST_COMPLETED = 6

Key = tuple[str, str, tuple[int, ...], int | None]


@dataclass(frozen=True)
class Unready:
    """No finder yet, and what to say of it."""

    says: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class DayFinder:
    """A finder with what it needs to answer in paragraph versions; `since` is in days as `date.toordinal` counts."""

    finder: Finder
    version_ids: NDArray[np.int64]
    books: NDArray[np.str_]
    since: NDArray[np.int32]
    places: dict[str, int]
    says: tuple[str, ...]


def vectors_directory() -> Path:
    """Where what the model has read is kept."""
    return instance.home() / "vectors"


def rankers() -> RankerStore:
    """Where what was learned is kept."""
    return RankerStore(instance.home() / "rankers")


def finder(as_at: date, *, wait_seconds: float | None = PATIENCE_SECONDS) -> DayFinder | Unready:
    """The finder of a day; a small one is always waited for, a large one so long (None: until it is there)."""
    editions = editions_in_force(as_at)
    if not editions:
        return Unready()
    key = (str(connection.settings_dict["NAME"]), str(instance.home()), editions, rankers().in_use())
    making = _shelf.making(key, lambda: _making(as_at, key[3]))
    return making.result(None if making.size <= SMALL else wait_seconds)


def search_by_meaning(
    text: str,
    *,
    as_at: date,
    book: str | None,
    limit: int,
    expanded: Sequence[Expansion] = (),
    changed_since: date | None = None,
) -> Nearness | Unready:
    """Paragraphs in force on a day, best first; Unready where words alone must do."""
    day = finder(as_at)
    if isinstance(day, Unready):
        return day
    asked = ranking.asked(text)
    if not terms(asked):
        return Nearness(missing=day.says)
    completed = _completed(day, asked)
    answer = day.finder.find(
        with_meanings(asked, expanded),
        limit=limit,
        among=_among(day, text, as_at, book, changed_since),
        besides=completed,
    )
    near = [one for one in answer.found if one.words or one.cited_times or (one.meaning or 0) >= FAR]
    sightings = _sightings(near, day, asked, expanded)
    band, probability = calibrating.band(asked, [one.passage.searched for one in near], answer.probability)
    instead = "" if completed else misspelt.as_meant(asked, day.finder.index)
    return Nearness(sightings, band, probability, day.says, instead)


def _among(
    day: DayFinder, text: str, as_at: date, book: str | None, changed_since: date | None
) -> NDArray[np.bool_] | None:
    """Which passages may be found: of a book, as they read since a day, that meet what is demanded; None is all."""
    demands = ranking.strictly(text)
    if book is None and changed_since is None and not demands:
        return None
    among = np.ones(len(day.version_ids), dtype=np.bool_) if book is None else np.asarray(day.books == book)
    if changed_since is not None:
        among &= day.since >= changed_since.toordinal()
    if demands:
        meeting = np.array(sorted(ranking.meeting(demands, day=as_at, book=book)), dtype=np.int64)
        among &= np.isin(day.version_ids, meeting)
    return among


def _completed(day: DayFinder, asked: str) -> list[str]:
    """The stems that begin like an unfinished last word: one that stands nowhere as it is."""
    last = (ranking.WORD.findall(asked) or [""])[-1].lower()
    known = day.finder.index.single.numbers
    if len(last) < 3 or not asked.rstrip().lower().endswith(last) or any(term in known for term in terms(last)):
        return []
    rarity = day.finder.index.single.rarity
    begun = [word for word in known if word.startswith(last)]
    return sorted(begun, key=lambda word: float(rarity[known[word]]))[:MOST_COMPLETED]


def _sightings(
    near: Sequence[Found], day: DayFinder, asked: str, expanded: Sequence[Expansion]
) -> tuple[Sighting, ...]:
    ids = [int(day.version_ids[day.places[one.passage.key]]) for one in near]
    versions = full(ParagraphVersion.objects.filter(pk__in=ids)).in_bulk()
    typed = set(ranking.WORD.findall(asked))
    return tuple(
        Sighting(versions[pk], one.score * BEST, _why(one, typed, expanded), one.cited_times)
        for pk, one in zip(ids, near, strict=True)
        if pk in versions
    )


def _why(one: Found, typed: set[str], expanded: Sequence[Expansion]) -> str:
    above, inside = set(terms(one.passage.heading)), set(terms(one.passage.searched))
    words = [word for word in one.words if word in typed]
    reasons = [held(words, [word for word in words if above.intersection(terms(word))])]
    reasons += [str(term) for term in expanded if _speaks_of(term, inside)]
    if one.meaning is not None and one.meaning >= FAR:
        reasons.append(f"close in meaning, {one.meaning:.2f}")
    if one.cited_times:
        answers = "1 answer" if one.cited_times == 1 else f"{one.cited_times} answers"
        reasons.append(f"cited in {answers} that the ranking learned from")
    return "; ".join(reason for reason in reasons if reason) or "begins like the last word"


def _speaks_of(term: Expansion, inside: set[str]) -> bool:
    return any(words and inside.issuperset(words) for words in (terms(term.term), terms(term.meaning)))


class Making:
    """A finder that is being made or was made, and is made again when more texts have been read."""

    def __init__(self, text: TextInForce, learned: Learned | None, says: tuple[str, ...], names: Sequence[str]) -> None:
        self.size = len(text.passages)
        self._text, self._learned, self._says, self._names = text, learned, says, names
        self._lock = Lock()
        self._file = VectorFile(vectors_directory())
        self._read_up_to = -1
        self._made: Future[DayFinder | Unready] | None = None

    def result(self, wait_seconds: float | None) -> DayFinder | Unready:
        """The finder as soon as it is there."""
        made = self._begun()
        try:
            found = made.result(wait_seconds)
        except TimeoutError:
            return self._being_prepared()
        return found

    def _being_prepared(self) -> Unready:
        books = " and ".join(self._names)
        return Unready((f"The index by meaning of {books} is being prepared; found by words until then.",))

    def _begun(self) -> Future[DayFinder | Unready]:
        with self._lock:
            made = self._made
            is_wanting = made is None or (made.done() and isinstance(made.result(), Unready))
            if made is None or (is_wanting and self._file.size != self._read_up_to):
                self._read_up_to = self._file.size
                made = self._made = _maker.submit(self._make)
            return made

    def _make(self) -> DayFinder | Unready:
        try:
            return self._being_prepared() if self._is_too_much_unread() else self._prepared()
        except VectorsNotKept as unkept:
            log_once(str(unkept))
            return Unready((str(unkept),))

    def _is_too_much_unread(self) -> bool:
        if models.encoder() is None:
            return False
        unread = self._file.unread([one.searched for one in self._text.passages])
        if unread:
            self._file.refuse_if_unwritable()
        return len(unread) > READ_AT_ONCE

    def _prepared(self) -> DayFinder:
        text = self._text
        made = prepare(
            text.passages,
            directory=self._file.path.parent,
            ranker=None if self._learned is None else self._learned.ranker,
            calibration=calibrating.of(self._learned, with_meaning=models.encoder() is not None),
        )
        # an index is large and lives long: without this, looking through it for garbage would hold up a search
        gc.freeze()
        return DayFinder(
            finder=made,
            version_ids=np.array(text.version_ids, dtype=np.int64),
            books=np.array(text.books, dtype=np.str_),
            since=np.array([day.toordinal() for day in text.since], dtype=np.int32),
            places={passage.key: place for place, passage in enumerate(text.passages)},
            says=(*self._says, *_not_installed(made.missing)),
        )


class Shelf:
    """The finders of a process, those asked for last."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[Key, Making] = OrderedDict()

    def making(self, key: Key, begin: Callable[[], Making]) -> Making:
        """The one of this key, begun when it is not there."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        begun = begin()
        with self._lock:
            making = self._kept.setdefault(key, begun)
            while len(self._kept) > 1 and (len(self._kept) > MOST_FINDERS or self._size() > MOST_PASSAGES):
                self._kept.popitem(last=False)
        return making

    def clear(self) -> None:
        """Keep none."""
        with self._lock:
            self._kept.clear()

    def _size(self) -> int:
        return sum(making.size for making in self._kept.values())


_shelf = Shelf()
_maker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="finder")


def _making(as_at: date, number: int | None) -> Making:
    """Read what a finder is made of; the making itself needs no database."""
    text = text_in_force(as_at)
    learned, says = _learned(number)
    names = sorted(Book.objects.filter(key__in=set(text.books)).values_list("name", flat=True))
    return Making(text, learned, says, names)


def _learned(number: int | None) -> tuple[Learned | None, tuple[str, ...]]:
    if number is None:
        return None, ()
    try:
        learned = rankers().load(number)
    except UnfitRanker as unfit:
        return None, (f"{unfit} Found without it.",)
    return replace(learned, ranker=_followed(learned.ranker)), ()


def _followed(ranker: Ranker) -> Ranker:
    """The ranker with the paragraphs that moved since it learned where they stand now."""
    moved = successors()
    return replace(ranker, cited=tuple(frozenset(moved.get(key, key) for key in keys) for keys in ranker.cited))


def _not_installed(packages: Sequence[str]) -> tuple[str, ...]:
    if not packages:
        return ()
    return (f"The model for meaning is not installed ({', '.join(packages)}): found by words only.",)
