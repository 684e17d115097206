"""What waits for one person? My list: sections of cases, each counted by its own query, all read in two statements.

A case is on my desk when it is mine and not laid aside, or when something put it on my To do pile. What is laid
aside is laid aside for one person only; the case's own state is another matter.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import BigIntegerField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, Window
from django.db.models.expressions import Expression, OrderBy
from django.db.models.functions import Coalesce, JSONObject, Left, RowNumber

from tieline.desk.models import Case, Consultation, ConsultationState, DraftReader, Mention, Message, Personal, Pile
from tieline.desk.profile import GuardWords, Taxonomy
from tieline.desk.queries import CaseRow, case_row
from tieline.identity.models import User
from tieline.kernel.profile import Profile

SHOWN = 50
DONE_FOR = timedelta(days=7)


class Section(StrEnum):
    """The parts of my list, in the order in which they are shown."""

    ASSIGNED = "assigned"
    BACK = "back"
    MENTIONS = "mentions"
    CLOCKS = "clocks"
    REVIEW = "review"
    ASKED = "asked"
    SHARED = "shared"
    FOLLOWING = "following"
    LATER = "later"
    DONE = "done"


NAMES = {
    Section.ASSIGNED: "Assigned to me",
    Section.BACK: "Back on my desk",
    Section.MENTIONS: "Mentions",
    Section.CLOCKS: "Clocks due today",
    Section.REVIEW: "Drafts waiting for my review",
    Section.ASKED: "Asked of me",
    Section.SHARED: "Shared with me",
    Section.FOLLOWING: "Following",
    Section.LATER: "Later",
    Section.DONE: "Done recently",
}
TO_DO = (Section.ASSIGNED, Section.BACK, Section.MENTIONS, Section.REVIEW, Section.ASKED, Section.SHARED)
"""The sections whose cases wait for something to be done; the number beside “My list” counts them, each case once."""


@dataclass(frozen=True)
class MyRow:
    """One case in a section: its line, whether something in it is unread, why it is here, and what it waits for."""

    row: CaseRow
    is_unread: bool
    why: str
    wakes_at: datetime | None
    changed_at: datetime | None


@dataclass(frozen=True)
class MySection:
    """A section: how many cases it holds, and the first of them."""

    key: Section
    name: str
    count: int
    rows: tuple[MyRow, ...]


@dataclass(frozen=True)
class MyList:
    """Everything that waits for one person, and when the next clock of theirs is due."""

    sections: tuple[MySection, ...]
    to_do: int
    next_due: datetime | None

    @property
    def is_clear(self) -> bool:
        """Whether nothing is left for them today."""
        return not any(one.count for one in self.sections if one.key in (*TO_DO, Section.CLOCKS, Section.FOLLOWING))


def my_list(user: User, *, profile: Profile, at: datetime) -> MyList:
    """The sections of somebody's list; three statements, a fourth where it is clear."""
    counts = dict.fromkeys(Section, 0)
    numbers: dict[Section, list[int]] = {one: [] for one in Section}
    for key, case_id, count, _ in sorted(_places(user, profile=profile, at=at), key=lambda place: place[3]):
        counts[Section(key)] = count
        numbers[Section(key)].append(case_id)
    rows = _rows(user, {one for some in numbers.values() for one in some}, profile=profile, at=at)
    sections = tuple(
        MySection(one, NAMES[one], counts[one], tuple(_said(rows[case_id], one) for case_id in numbers[one]))
        for one in Section
    )
    mine = MyList(sections, to_do_count(user, profile=profile, at=at), None)
    return MyList(sections, mine.to_do, _next_due(user, at)) if mine.is_clear else mine


def to_do_count(user: User, *, profile: Profile, at: datetime) -> int:
    """How many cases wait for somebody: those of the sections to be done, each counted once; one statement."""
    parts = [section(one, user, profile=profile, at=at).order_by().values("pk") for one in TO_DO]
    return parts[0].union(*parts[1:]).count()


def section(key: Section, user: User, *, profile: Profile, at: datetime) -> QuerySet[Case]:
    """The cases of one section, in the order in which it shows them."""
    cases = Case.objects.visible_to(user.as_actor()).filter(merged_into=None)
    return cases.filter(_condition(key, user, profile, at)).order_by(*_order(key, user))


def _condition(key: Section, user: User, profile: Profile, at: datetime) -> Q:
    mine = Personal.objects.filter(case=OuterRef("pk"), user=user)
    own = Q(owner=user) & ~Q(state="closed")
    match key:
        case Section.ASSIGNED:
            return own & ~Q(Exists(mine.exclude(pile=Pile.TO_DO)))
        case Section.BACK:
            back = _laid(user, Pile.TO_DO).filter(woken_at__isnull=False)
            return Q(pk__in=back.values("case")) & ~own & ~Q(pk__in=_unseen_mentions(user).values("case"))
        case Section.MENTIONS:
            return Q(pk__in=_unseen_mentions(user).values("case"))
        case Section.CLOCKS:
            return own & Q(due_at__lt=_midnight(profile, at))
        case Section.REVIEW:
            return _needs_second_pair(profile) & Q(pk__in=_unapproved(user).values("draft__case"))
        case Section.ASKED:
            return Q(pk__in=_asked_of(user).values("case"))
        case Section.SHARED:
            return ~_needs_second_pair(profile) & Q(pk__in=_unread_drafts(user).values("draft__case"))
        case Section.FOLLOWING:
            following = Personal.objects.filter(user=user, is_following=True).exclude(pile=Pile.LATER)
            return Q(pk__in=following.filter(_unread(user, case="case", seen="seen_message")).values("case"))
        case Section.LATER:
            return Q(pk__in=_laid(user, Pile.LATER).values("case"))
        case Section.DONE:
            return Q(pk__in=_laid(user, Pile.DONE).filter(changed_at__gt=at - DONE_FOR).values("case"))


def _order(key: Section, user: User) -> tuple[OrderBy, ...]:
    mine = Personal.objects.filter(case=OuterRef("pk"), user=user)
    number = F("number").asc()
    match key:
        case Section.LATER:
            return (Subquery(mine.values("wakes_at")).asc(), number)
        case Section.DONE:
            return (Subquery(mine.values("changed_at")).desc(), number)
        case Section.MENTIONS | Section.FOLLOWING:
            return (F("last_activity_at").desc(), number)
    return (F("due_at").asc(nulls_last=True), number)


def _laid(user: User, pile: Pile) -> QuerySet[Personal]:
    return Personal.objects.filter(user=user, pile=pile)


def _unseen_mentions(user: User) -> QuerySet[Mention]:
    return Mention.objects.filter(user=user, seen_at=None)


def _drafts_read(user: User) -> QuerySet[DraftReader]:
    return DraftReader.objects.filter(reader=user)


def _unapproved(user: User) -> QuerySet[DraftReader]:
    """Drafts shared with somebody whose words of now they have not approved."""
    return _drafts_read(user).exclude(approved_version=F("draft__version"))


def _unread_drafts(user: User) -> QuerySet[DraftReader]:
    """Those of them that they have not looked at since the words were last changed."""
    return _unapproved(user).filter(Q(looked_at=None) | Q(looked_at__lt=F("draft__updated_at")))


def _needs_second_pair(profile: Profile) -> Q:
    """Cases whose replies leave only when a colleague has approved them."""
    words = profile.get(GuardWords)
    return Q(topic__in=words.second_pair_topics) | Q(urgency__in=words.second_pair_urgencies)


def _asked_of(user: User) -> QuerySet[Consultation]:
    """Questions to somebody, or to nobody in particular of their team."""
    asked = Q(expert=user) | Q(expert=None, team_id=user.team_id) if user.team_id else Q(expert=user)
    return Consultation.objects.filter(asked, state=ConsultationState.ASKED)


def _unread(user: User, *, case: str, seen: str) -> Exists:
    """Whether a colleague or a client said something after what somebody has seen."""
    said = Message.objects.filter(case=OuterRef(case), pk__gt=OuterRef(seen))
    return Exists(said.exclude(author=str(user.as_actor().reference)))


def _midnight(profile: Profile, at: datetime) -> datetime:
    local = at.astimezone(profile.time_zone)
    return local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0) + timedelta(days=1)


def _places(user: User, *, profile: Profile, at: datetime) -> list[tuple[str, int, int, int]]:
    """For every section its first cases: key, case, how many the section holds, and the place in it; one statement."""
    parts = [
        section(one, user, profile=profile, at=at)
        .annotate(section=Value(one.value), held=Window(Count("pk")), place=_place(one, user))
        .order_by("place")
        .values_list("section", "pk", "held", "place")[:SHOWN]
        for one in Section
    ]
    return list(parts[0].union(*parts[1:], all=True))


def _place(key: Section, user: User) -> Expression:
    return Window(RowNumber(), order_by=list(_order(key, user)))


def _rows(user: User, wanted: Collection[int], *, profile: Profile, at: datetime) -> dict[int, tuple[Case, CaseRow]]:
    """The cases with what is personal about them, by id; one statement."""
    mine = Personal.objects.filter(case=OuterRef("pk"), user=user)
    drafts = _unapproved(user).filter(draft__case=OuterRef("pk")).order_by("asked_at")
    asked = _asked_of(user).filter(case=OuterRef("pk")).order_by("asked_at")
    cases = (
        Case.objects.filter(pk__in=wanted)
        .select_related("participant", "owner")
        .annotate(
            my=Subquery(mine.values(row=JSONObject(wakes="wakes_at", why="woken_why", changed="changed_at"))),
            my_seen=Coalesce(Subquery(mine.values("seen_message")), 0, output_field=BigIntegerField()),
            draft_of=Subquery(drafts.values("draft__author__name")[:1]),
            question=Subquery(asked.values(row=JSONObject(name="asked_by__name", text=Left("question", 160)))[:1]),
        )
        .annotate(is_unread=_unread(user, case="pk", seen="my_seen"))
    )
    taxonomy = profile.get(Taxonomy)
    return {case.pk: (case, case_row(case, taxonomy=taxonomy, profile=profile, at=at)) for case in cases}


def _said(found: tuple[Case, CaseRow], key: Section) -> MyRow:
    case, row = found
    mine = getattr(case, "my", None) or {}
    why = str(mine.get("why", ""))
    if key is Section.REVIEW:
        why = f"{getattr(case, 'draft_of', '')} cannot send before you have approved"
    elif key is Section.ASKED:
        question = getattr(case, "question", None)
        why = f"{question['name']} asks: {question['text']}" if question else ""
    elif key is Section.SHARED:
        why = f"{getattr(case, 'draft_of', '')} asks you to read a draft"
    return MyRow(row, bool(getattr(case, "is_unread", False)), why, _instant(mine, "wakes"), _instant(mine, "changed"))


def _instant(mine: dict[str, str], key: str) -> datetime | None:
    written = mine.get(key)
    return datetime.fromisoformat(written) if written else None


def _next_due(user: User, at: datetime) -> datetime | None:
    mine = Case.objects.filter(owner=user, due_at__gte=at).exclude(state="closed")
    return mine.order_by("due_at").values_list("due_at", flat=True).first()


MY_DESK = "my_desk"


def on_desk_of(user_id: int | None) -> Subquery:
    """A case's personal row of somebody, to be annotated as `my_desk` where the case is found."""
    mine = Personal.objects.filter(case=OuterRef("pk"), user_id=user_id or 0)
    return Subquery(
        mine.values(
            row=JSONObject(
                pile="pile", wakes="wakes_at", why="woken_why", seen="seen_message", following="is_following"
            )
        )
    )


@dataclass(frozen=True)
class Desk:
    """Where a case lies on somebody's own desk."""

    pile: Pile
    wakes_at: datetime | None
    why: str
    seen: int
    is_following: bool


def desk_of(case: Case) -> Desk:
    """What was annotated as `my_desk`; a case nobody has touched is to be done by its owner, unread."""
    row = getattr(case, MY_DESK, None)
    if not row:
        return Desk(Pile.TO_DO, None, "", 0, False)
    return Desk(Pile(row["pile"]), _instant(row, "wakes"), row["why"], row["seen"], row["following"])
