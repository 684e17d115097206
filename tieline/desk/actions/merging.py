"""Two cases become one, and two again. Everything said goes to the survivor; the other stays, closed, and points there.

Clocks stay on the number they were started for and run on; they are acted on together with the survivor's.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from tieline.clocks.models import ClockState
from tieline.clocks.queries import clocks_of
from tieline.desk.actions.cases import AlreadyClosed
from tieline.desk.actions.clocking import refresh_due, restart_resolution
from tieline.desk.actions.locking import locked_in_order
from tieline.desk.actions.moving import (
    IntoItself,
    NothingToUndo,
    NotTheirs,
    Standing,
    carry,
    carry_people,
    end_step,
    follow_turn,
    mark,
    note_step,
    present,
    recount,
    refuse_unsent,
    restore_target,
    standing,
    still_standing,
)
from tieline.desk.events import CaseMerged, CaseUnmerged
from tieline.desk.models import (
    Case,
    CaseCitation,
    CasePerson,
    CaseRole,
    CaseState,
    CaseThread,
    Consultation,
    Draft,
    Message,
    MessageKind,
    Personal,
    Rearrangement,
    RearrangementKind,
    Upload,
)
from tieline.desk.structure import may_join
from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.kernel.actor import Actor
from tieline.kernel.profile import Profile

MERGED = "merged"
"""The outcome of a case that went into another; no profile names it."""


@transaction.atomic
def merge_cases(source: Case, target: Case, *, profile: Profile, by: Actor, at: datetime, reason: str = "") -> Case:
    """Lay all of `source` into `target`, which goes on; returns it.

    Refuses IntoItself, AlreadyClosed (either was merged already, or the target is closed), NotTheirs, NotLeftYet.
    """
    require(by, "desk.arrange")
    source, target = locked_in_order(source, target)
    refuse_merging(source, target)
    before = {"source": standing(source), "target": standing(target), "running": _running(source)}
    moved: Standing = {**before, **_bring(source, target, by=by, at=at)}
    count = len(moved["messages"])  # type: ignore[arg-type]  # a list of ids
    words = f"{source.label} “{source.subject}” was merged into this case: {count} message{'s' * (count != 1)}."
    moved["marker"] = mark(target, words, by=by, at=at)
    if CaseState.OPEN in (source.state, target.state):
        target.state = CaseState.OPEN
    target.answered_at = min(filter(None, (source.answered_at, target.answered_at)), default=None)
    _end(source, target, at=at)
    recount(source, before=None, at=at)
    recount(target, before=None, at=at)
    follow_turn(target, reason=f"{source.label} was merged here", profile=profile, by=by, at=at)
    moved["after"] = target.state
    step = note_step(RearrangementKind.MERGE, source, target, moved=moved, by=by, at=at)
    if reason:
        step.reason = reason[:300]
        step.save(update_fields=["reason"])
    event = CaseMerged(from_label=source.label, into_label=target.label, messages=count, reason=reason[:300])
    record(event, about=source.reference, by=by, at=at, links={"into": target.reference})
    return target


def refuse_merging(source: Case, target: Case) -> None:
    """Whether one case may go into the other, as both stand now."""
    if source.pk == target.pk:
        raise IntoItself(source)
    if source.merged_into_id is not None:
        raise AlreadyClosed(source)
    if target.is_closed:
        raise AlreadyClosed(target)
    if not may_join(source, target):
        raise NotTheirs(source.label, target)
    refuse_unsent(source)


@transaction.atomic
def unmerge_case(source: Case, *, profile: Profile, by: Actor, at: datetime) -> Case:
    """Take a merged case out again, with what went over and is still there; returns it, standing as before.

    What arrived since stays with the survivor, but for mail that answers only mail of this case, and what was said in
    its threads. Refuses NothingToUndo, UndoOtherFirst.
    """
    require(by, "desk.arrange")
    step = standing_merge(source)
    source, target = locked_in_order(source, step.target)
    step = still_standing(step)
    ids = [*present(step, target), *_followers(step, target)]
    carry(ids, to=source)
    _put_back(step, source, target)
    _begin_again(step, source, profile=profile, by=by, at=at)
    restore_target(step, target, profile=profile, by=by, at=at)
    _restore_answered(step, target)
    end_step(step, by=by, at=at)
    event = CaseUnmerged(from_label=source.label, into_label=target.label, messages=len(ids))
    record(event, about=source.reference, by=by, at=at, links={"into": target.reference})
    return source


def standing_merge(source: Case) -> Rearrangement:
    """The merging by which a case went into another, not undone. Refuses NothingToUndo."""
    steps = Rearrangement.objects.filter(source=source, kind=RearrangementKind.MERGE, undone_at=None)
    found = steps.select_related("target").first()
    if found is None:
        raise NothingToUndo
    return found


def _bring(source: Case, target: Case, *, by: Actor, at: datetime) -> Standing:
    messages = list(source.messages.order_by("pk").values_list("pk", flat=True))
    threads = list(source.threads.order_by("pk").values_list("pk", flat=True))
    people = carry_people(CasePerson.objects.filter(case=source).order_by("pk"), to=target)
    CaseThread.objects.filter(pk__in=threads).update(case=target)
    carry(messages, to=target)
    there = set(target.citations.filter(withdrawn_at=None).values_list("version_id", "quote"))
    cited = CaseCitation.objects.filter(case=source, withdrawn_at=None).order_by("pk")
    going = [one.pk for one in cited if (one.version_id, one.quote) not in there]
    staying = [one.pk for one in cited if one.pk not in going]
    CaseCitation.objects.filter(pk__in=going).update(case=target)
    drafts, drafts_left = _carry_drafts(Draft.objects.filter(case=source).order_by("pk"), to=target)
    return {
        "messages": messages, "threads": threads, "people": people, "citations": going, "citations_left": staying,
        "drafts": drafts, "drafts_left": drafts_left, "followers": _carry_followers(source, target),
        "uploads": _repoint(Upload, source, target, Q(message=None) & ~_of_drafts(source)),
        "consultations": _repoint(Consultation, source, target, Q()),
        "copied": _copy_requester(source, target, by=by, at=at),
    }  # fmt: skip


def _repoint(
    model: type[Upload] | type[Consultation] | type[Personal], source: Case, target: Case, which: Q
) -> list[int]:
    rows = model._default_manager.filter(which, case=source)
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    model._default_manager.filter(pk__in=ids).update(case=target)
    return ids


def _of_drafts(case: Case) -> Q:
    """Files of those whose draft stays in the case."""
    return Q(author__in=Draft.objects.filter(case=case).values("author"))


def _carry_drafts(drafts: QuerySet[Draft], *, to: Case) -> tuple[list[int], list[int]]:
    """Drafts go along but where their writer has the like of it there already."""
    going: list[int] = []
    staying: list[int] = []
    for draft in drafts:
        is_taken = Draft.objects.filter(
            case=to, author_id=draft.author_id, kind=draft.kind, thread=draft.thread_id, about=draft.about_id
        ).exists()
        (staying if is_taken else going).append(draft.pk)
    Draft.objects.filter(pk__in=going).update(case=to)
    return going, staying


def _carry_followers(source: Case, target: Case) -> list[int]:
    """Who follows the source follows the survivor, but who has a row of their own there."""
    own = Personal.objects.filter(case=target).values("user")
    return _repoint(Personal, source, target, Q(is_following=True) & ~Q(user__in=own))


def _copy_requester(source: Case, target: Case, *, by: Actor, at: datetime) -> list[int]:
    """Who asked in the source is put in copy of the survivor, where somebody else is its requester."""
    address = source.requester_address.lower()
    known = CasePerson.objects.filter(case=target, thread=None, address=address, removed_at=None)
    if not address or address == target.requester_address.lower() or known.exists():
        return []
    copied = CasePerson.objects.create(
        case=target, role=CaseRole.COPIED, address=address, name=source.requester_name, person=source.requester,
        added_at=at, added_by_name=by.name, reason=f"asked in {source.label}, which was merged here",
    )  # fmt: skip
    return [copied.pk]


def _running(case: Case) -> list[str]:
    return [clock.measure for clock in clocks_of(case.reference) if clock.state != ClockState.ENDED]


def _end(source: Case, target: Case, *, at: datetime) -> None:
    source.state, source.outcome, source.closed_at, source.due_at = CaseState.CLOSED, MERGED, at, None
    source.merged_into = target
    source.save(update_fields=["state", "outcome", "closed_at", "due_at", "merged_into"])


def _followers(step: Rearrangement, target: Case) -> list[int]:
    """What came since and belongs to the source: its threads' messages, and mail that answers nothing but its mail."""
    moved = step.moved["messages"]
    since = target.messages.filter(pk__gt=step.moved["marker"])
    ids = list(since.filter(thread__in=step.moved["threads"]).values_list("pk", flat=True))
    said = target.messages.select_related("incoming", "outgoing")
    own, others = _mail_ids(said.filter(pk__in=moved)), _mail_ids(said.exclude(pk__in=moved))
    for message in (
        since.filter(kind=MessageKind.CLIENT, thread=None).select_related("incoming", "outgoing").order_by("pk")
    ):
        answered = set(message.incoming.in_reply_to) if message.incoming else set()
        if answered & own and not answered & others:
            ids.append(message.pk)
            own |= _mail_ids([message])
            others -= _mail_ids([message])
    return ids


def _mail_ids(messages: Iterable[Message]) -> set[str]:
    mails = (message.incoming or message.outgoing for message in messages)
    return {mail.message_id for mail in mails if mail is not None and mail.message_id}


def _put_back(step: Rearrangement, source: Case, target: Case) -> None:
    """All but the messages: each where it is still with the survivor and its place in the source is free."""
    moved = step.moved
    CaseThread.objects.filter(pk__in=moved["threads"], case=target).update(case=source)
    CasePerson.objects.filter(pk__in=moved["copied"]).delete()
    in_threads = CasePerson.objects.filter(case=target, thread__in=moved["threads"])
    carry_people(in_threads.order_by("pk"), to=source)
    carry_people(CasePerson.objects.filter(pk__in=moved["people"], case=target).order_by("pk"), to=source)
    there = source.citations.filter(withdrawn_at=None).values_list("version_id", "quote")
    taken = set(there)
    cited = CaseCitation.objects.filter(pk__in=moved["citations"], case=target)
    free = [one.pk for one in cited if one.withdrawn_at is not None or (one.version_id, one.quote) not in taken]
    CaseCitation.objects.filter(pk__in=free).update(case=source)
    _carry_drafts(Draft.objects.filter(pk__in=moved["drafts"], case=target).order_by("pk"), to=source)
    own = Personal.objects.filter(case=source).values("user")
    _repoint(Personal, target, source, Q(pk__in=moved["followers"]) & ~Q(user__in=own))
    _repoint(Upload, target, source, Q(pk__in=moved["uploads"], message=None))
    _repoint(Consultation, target, source, Q(pk__in=moved["consultations"]))


def _begin_again(step: Rearrangement, source: Case, *, profile: Profile, by: Actor, at: datetime) -> None:
    """The source stands as it did; where the survivor was closed meanwhile, its resolution counts anew."""
    before = step.moved["source"]
    closed_at = before["closed_at"]
    source.state, source.outcome, source.merged_into = CaseState(before["state"]), before["outcome"], None
    source.closed_at = datetime.fromisoformat(closed_at) if closed_at else None
    source.owner_id = before["owner"]
    source.save(update_fields=["state", "outcome", "merged_into", "closed_at", "owner"])
    recount(source, before=before, at=at)
    measures = step.moved["running"]
    if not source.is_closed and "resolution" in measures and "resolution" not in _running(source):
        restart_resolution(source, profile=profile, by=by, at=at)
    follow_turn(source, reason="its merging was undone", profile=profile, by=by, at=at)


def _restore_answered(step: Rearrangement, target: Case) -> None:
    """The first answer counts for the survivor only where it was given there."""
    before, came = step.moved["target"]["answered_at"], step.moved["source"]["answered_at"]
    if came and target.answered_at == datetime.fromisoformat(came) and before != came:
        target.answered_at = datetime.fromisoformat(before) if before else None
        target.save(update_fields=["answered_at"])
    refresh_due(target)
