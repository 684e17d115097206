"""What can be done to many cases at once? Each act: its right, what stands in its way, the act itself, and its undoing.

Every case goes through the same action as if somebody had opened it. `do` returns what it was before, or None where
nothing had to change; `undo` refuses ChangedSince where somebody has changed it meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case as Pick
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from tieline.desk.actions.cases import assign, reroute
from tieline.desk.actions.closing import close_case, undo_closing
from tieline.desk.actions.labels import label_case, unlabel_case
from tieline.desk.actions.messages import add_note, wait_for_client
from tieline.desk.actions.piles import follow, lay_back, put_off, unfollow
from tieline.desk.actions.turns_back import take_turn
from tieline.desk.models import Case, CaseState, Message, MessageKind, Personal, Pile
from tieline.desk.profile import Taxonomy
from tieline.desk.writing import writer_id
from tieline.identity.queries import active_staff
from tieline.kernel.actor import Actor
from tieline.kernel.profile import Profile
from tieline.kernel.refusal import Refusal
from tieline.mail.models import SendState

Facts = Mapping[str, str]
Before = dict[str, object]


class ChangedSince(Refusal):
    """Somebody changed what was to be undone; theirs stays."""

    def __init__(self, what: str) -> None:
        super().__init__(f"Changed since: {what}. It was left as it is.")


@dataclass(frozen=True)
class Frame:
    """Who acts, when, under which profile."""

    by: Actor
    at: datetime
    profile: Profile


@dataclass(frozen=True)
class Hurdle:
    """Why some cases will not change, and which; a fault, or simply so already."""

    words: str
    cases: Q
    is_fault: bool = True


@dataclass(frozen=True)
class BulkVerb:
    """One thing that can be done to many cases."""

    key: str
    name: str
    right: str
    hurdles: Callable[[Facts, Frame], tuple[Hurdle, ...]]
    do: Callable[[Case, Facts, Frame], Before | None]
    undo: Callable[[Case, Before, Facts, Frame], object]
    can_be_undone: bool = True


@dataclass(frozen=True)
class Effects:
    """What an act would do: how many change, and how many do not, each with the reason."""

    total: int
    changing: int
    unchanged: tuple[tuple[str, int], ...]
    impossible: tuple[tuple[str, int], ...]


def effects(verb: BulkVerb, cases: QuerySet[Case], facts: Facts, frame: Frame) -> Effects:
    """Count what would happen, in one statement; each case counts for the first reason that holds."""
    hurdles = verb.hurdles(facts, frame)
    first = Pick(
        *(When(one.cases, then=Value(place)) for place, one in enumerate(hurdles)),
        default=Value(-1), output_field=IntegerField(),
    )  # fmt: skip
    found = cases.order_by().annotate(hurdle=first).values_list("hurdle").annotate(count=Count("pk"))
    counts: dict[int, int] = dict(found)
    stopped = [(one, counts[place]) for place, one in enumerate(hurdles) if counts.get(place)]
    return Effects(
        sum(counts.values()),
        counts.get(-1, 0),
        tuple((one.words, count) for one, count in stopped if not one.is_fault),
        tuple((one.words, count) for one, count in stopped if one.is_fault),
    )


CLOSED = Hurdle("closed already", Q(state=CaseState.CLOSED))


def _assign(case: Case, facts: Facts, frame: Frame) -> Before | None:
    if (str(case.owner_id or "")) == facts["owner"]:
        return None
    owner = active_staff().get(pk=int(facts["owner"])) if facts["owner"] else None
    assign(case, owner=owner, by=frame.by, at=frame.at)
    return {"owner": case.owner_id}


def _unassign(case: Case, before: Before, facts: Facts, frame: Frame) -> None:
    if str(case.owner_id or "") != facts["owner"]:
        raise ChangedSince("it has another owner")
    owner = active_staff().filter(pk=int(str(before["owner"]))).first() if before["owner"] else None
    assign(case, owner=owner, by=frame.by, at=frame.at)


def _routed(case: Case, facts: Facts) -> tuple[str, str]:
    return facts.get("topic") or case.topic, facts.get("urgency") or case.urgency


def _reroute(case: Case, facts: Facts, frame: Frame) -> Before | None:
    topic, urgency = _routed(case, facts)
    if (topic, urgency) == (case.topic, case.urgency):
        return None
    reroute(case, topic=topic, urgency=urgency, profile=frame.profile, by=frame.by, at=frame.at)
    return {"topic": case.topic, "urgency": case.urgency}


def _route_back(case: Case, before: Before, facts: Facts, frame: Frame) -> None:
    if _routed(case, facts) != (case.topic, case.urgency):
        raise ChangedSince("it has another topic or urgency")
    topic, urgency = str(before["topic"]), str(before["urgency"])
    reroute(case, topic=topic, urgency=urgency, profile=frame.profile, by=frame.by, at=frame.at)


def _label(case: Case, facts: Facts, frame: Frame) -> Before | None:
    if facts["label"] in case.labels:
        return None
    label_case(case, label=facts["label"], by=frame.by, at=frame.at)
    return {}


def _unlabel(case: Case, facts: Facts, frame: Frame) -> Before | None:
    if facts["label"] not in case.labels:
        return None
    unlabel_case(case, label=facts["label"], by=frame.by, at=frame.at)
    return {}


def _close(case: Case, facts: Facts, frame: Frame) -> Before | None:
    state = case.state
    close_case(case, outcome=facts["outcome"], profile=frame.profile, by=frame.by, at=frame.at)
    return {"state": state}


def _undo_closing(case: Case, before: Before, facts: Facts, frame: Frame) -> None:
    if not case.is_closed or case.outcome != facts["outcome"]:
        raise ChangedSince("it was reopened or closed otherwise")
    state = CaseState(str(before["state"]))
    undo_closing(case, state=state, reason="an act on many cases was undone", by=frame.by, at=frame.at)


def _wait(case: Case, facts: Facts, frame: Frame) -> Before | None:
    if case.state == CaseState.WAITING:
        return None
    wait_for_client(case, by=frame.by, at=frame.at)
    return {}


def _take_turn(case: Case, before: Before, facts: Facts, frame: Frame) -> None:
    if case.state != CaseState.WAITING:
        raise ChangedSince("it is not waiting any more")
    take_turn(case, profile=frame.profile, by=frame.by, at=frame.at)


def _put_off(case: Case, facts: Facts, frame: Frame) -> Before | None:
    mine = Personal.objects.filter(case=case, user_id=writer_id(frame.by)).first()
    put_off(case, until=datetime.fromisoformat(facts["until"]), by=frame.by, at=frame.at)
    wakes = mine.wakes_at.isoformat() if mine and mine.wakes_at else None
    return {"pile": mine.pile if mine else Pile.TO_DO.value, "wakes_at": wakes}


def _lay_back(case: Case, before: Before, facts: Facts, frame: Frame) -> None:
    until = datetime.fromisoformat(facts["until"])
    mine = Personal.objects.filter(case=case, user_id=writer_id(frame.by), pile=Pile.LATER, wakes_at=until)
    if not mine.exists():
        raise ChangedSince("it is no longer put off")
    wakes = datetime.fromisoformat(str(before["wakes_at"])) if before["wakes_at"] else None
    lay_back(case, pile=Pile(str(before["pile"])), until=wakes, by=frame.by, at=frame.at)


def _follow(case: Case, facts: Facts, frame: Frame) -> Before | None:
    if Personal.objects.filter(case=case, user_id=writer_id(frame.by), is_following=True).exists():
        return None
    follow(case, by=frame.by, at=frame.at)
    return {}


def _note(case: Case, facts: Facts, frame: Frame) -> Before | None:
    add_note(case, text=facts["text"], by=frame.by, at=frame.at)
    return {}


def _note_stays(case: Case, before: Before, facts: Facts, frame: Frame) -> None:
    raise ChangedSince("a note that was kept stays kept")


def _same_route(facts: Facts) -> Q:
    wanted = {key: facts[key] for key in ("topic", "urgency") if facts.get(key)}
    return Q(**wanted) if wanted else Q(pk__isnull=False)


def _closing(facts: Facts, frame: Frame) -> tuple[Hurdle, ...]:
    kinds = {kind.key: {one.key: one for one in kind.outcomes} for kind in frame.profile.get(Taxonomy).kinds}
    fitting = {key: some[facts["outcome"]] for key, some in kinds.items() if facts["outcome"] in some}
    ours = Message.objects.filter(case=OuterRef("pk"), kind=MessageKind.OURS, thread=None)
    answered = ours.exclude(Q(outgoing__bounced_at__isnull=False) | Q(outgoing__state=SendState.FAILED))
    needing = [key for key, outcome in fitting.items() if outcome.needs_answer]
    return (
        CLOSED,
        Hurdle("of a kind without this outcome", ~Q(kind__in=list(fitting))),
        Hurdle("not answered yet", Q(kind__in=needing) & ~Q(Exists(answered))),
    )


def _following(frame: Frame) -> Q:
    mine = Personal.objects.filter(case=OuterRef("pk"), user_id=writer_id(frame.by), is_following=True)
    return Q(Exists(mine))


def _owned(facts: Facts) -> Q:
    return Q(owner_id=int(facts["owner"])) if facts["owner"] else Q(owner=None)


VERBS = {
    verb.key: verb
    for verb in (
        BulkVerb(
            "assign", "Assign", "desk.assign",
            lambda facts, frame: (CLOSED, Hurdle("already theirs", _owned(facts), False)), _assign, _unassign,
        ),
        BulkVerb(
            "route", "Change topic or urgency", "desk.route",
            lambda facts, frame: (CLOSED, Hurdle("already so", _same_route(facts), False)), _reroute, _route_back,
        ),
        BulkVerb(
            "label", "Put on a label", "desk.note",
            lambda facts, frame: (Hurdle("labelled so already", Q(labels__contains=[facts["label"]]), False),),
            _label, lambda case, before, facts, frame: _unlabel(case, facts, frame),
        ),
        BulkVerb(
            "unlabel", "Take off a label", "desk.note",
            lambda facts, frame: (Hurdle("without this label", ~Q(labels__contains=[facts["label"]]), False),),
            _unlabel, lambda case, before, facts, frame: _label(case, facts, frame),
        ),
        BulkVerb("close", "Close", "desk.close", _closing, _close, _undo_closing),
        BulkVerb(
            "wait", "Wait for the client", "desk.reply",
            lambda facts, frame: (CLOSED, Hurdle("waiting already", Q(state=CaseState.WAITING), False)),
            _wait, _take_turn,
        ),
        BulkVerb("put_off", "Put off, for me", "desk.see", lambda facts, frame: (), _put_off, _lay_back),
        BulkVerb(
            "follow", "Follow", "desk.see",
            lambda facts, frame: (Hurdle("followed already", _following(frame), False),),
            _follow, lambda case, before, facts, frame: unfollow(case, by=frame.by, at=frame.at),
        ),
        BulkVerb("note", "Add a note", "desk.note", lambda facts, frame: (), _note, _note_stays, False),
    )
}  # fmt: skip
