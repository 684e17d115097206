"""One act on many cases: begun once, done in batches by the worker, undone for ten minutes.

The cases are those that matched when it was confirmed: they are put down in one statement of the same query. A batch
and the marks of what it has done are one transaction, so a worker killed at any point does no case twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import F, QuerySet

from tieline.desk.actions.bulk_verbs import VERBS, BulkVerb, Facts, Frame
from tieline.desk.events import BulkBegun, BulkFinished, BulkUndone
from tieline.desk.matching import Chosen, NothingChosen, matching
from tieline.desk.models import BulkAct, BulkState, BulkTarget, Case
from tieline.desk.writing import writer_id
from tieline.identity.permissions import require
from tieline.journal.actions import part_of, record
from tieline.kernel.actor import SYSTEM, Actor
from tieline.kernel.chores import chore
from tieline.kernel.profile import Profile, current_profile
from tieline.kernel.reference import Reference
from tieline.kernel.refusal import Refusal
from tieline.kernel.viewing import viewing_as

BATCH = 50
AT_A_TIME = 4
UNDO_FOR = timedelta(minutes=10)
ACTIVE = (BulkState.WAITING, BulkState.RUNNING, BulkState.UNDOING)
LEFT = "Not undone: "


class NotYourAct(Refusal):
    """Only who asked for an act on many cases can undo it."""

    def __init__(self) -> None:
        super().__init__("Only the person who did this can undo it.")


class TooLateToUndo(Refusal):
    """The ten minutes are over, or it is undone already."""

    def __init__(self) -> None:
        super().__init__("This can be undone for ten minutes after it ended, once.")


def reference_of(bulk: BulkAct) -> Reference:
    """How the journal points at an act on many cases."""
    return Reference("bulk", str(bulk.pk))


@transaction.atomic
def begin_bulk(
    verb: BulkVerb, *, chosen: Chosen, facts: Facts, said: str, profile: Profile, by: Actor, at: datetime
) -> BulkAct:
    """Put down which cases an act is for; the worker does it. `said` is the act in words. Refuses NothingChosen."""
    require(by, verb.right)
    cases = matching(chosen, by, profile=profile, at=at)
    bulk = BulkAct.objects.create(
        act=verb.key, facts={**facts, "said": said}, query=chosen.words[:2000], asked_by_id=writer_id(by), asked_at=at
    )
    bulk.total = _put_down(bulk, cases)
    if not bulk.total:
        raise NothingChosen
    bulk.save(update_fields=["total"])
    told = {key: value[:200] for key, value in facts.items()}
    begun = BulkBegun(act=verb.key, total=bulk.total, query=bulk.query, values=told)
    record(begun, about=reference_of(bulk), by=by, at=at)
    return bulk


def _put_down(bulk: BulkAct, cases: QuerySet[Case]) -> int:
    sql, wanted = cases.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {BulkTarget._meta.db_table} (bulk_id, case_id, is_done, problem) "
            f"SELECT %s, chosen.id, false, '' FROM ({sql}) AS chosen (id)",
            [bulk.pk, *wanted],
        )
        return int(cursor.rowcount)


@transaction.atomic
def undo_bulk(bulk: BulkAct, *, by: Actor, at: datetime) -> BulkAct:
    """Let the worker undo an act, or stop one that is still being done. Refuses NotYourAct, TooLateToUndo."""
    require(by, "desk.see")
    bulk = BulkAct.objects.select_for_update().get(pk=bulk.pk)
    if bulk.asked_by_id != writer_id(by):
        raise NotYourAct
    if not may_be_undone(bulk, at=at):
        raise TooLateToUndo
    bulk.state, bulk.finished_at = BulkState.UNDOING, None
    bulk.save(update_fields=["state", "finished_at"])
    return bulk


def may_be_undone(bulk: BulkAct, *, at: datetime) -> bool:
    """Whether an act runs still, or ended less than ten minutes ago, and was not undone."""
    if bulk.state in (BulkState.WAITING, BulkState.RUNNING):
        return True
    return bulk.state == BulkState.DONE and bulk.finished_at is not None and at - bulk.finished_at <= UNDO_FOR


@chore("desk.bulk")
def work(at: datetime) -> int:
    """One batch of each of the oldest acts that are not over; how many cases that were."""
    active = BulkAct.objects.filter(state__in=ACTIVE).select_for_update(skip_locked=True, of=("self",))
    return sum(_batch(bulk, at) for bulk in active.select_related("asked_by__role").order_by("pk")[:AT_A_TIME])


def _batch(bulk: BulkAct, at: datetime) -> int:
    by = bulk.asked_by.as_actor() if bulk.asked_by.is_active else None
    frame = Frame(by, at, current_profile()) if by and by.may("desk.see") else None
    if bulk.state == BulkState.UNDOING:
        return _step(bulk, _to_undo(bulk), _undo_one, frame, at) or _end_undoing(bulk, at)
    if bulk.state == BulkState.WAITING:
        bulk.state = BulkState.RUNNING
        bulk.save(update_fields=["state"])
    return _step(bulk, bulk.targets.filter(is_done=False), _do_one, frame, at) or _end(bulk, at)


def _step(
    bulk: BulkAct,
    targets: QuerySet[BulkTarget],
    act: Callable[[BulkTarget, Case, BulkVerb, Facts, Frame], None],
    frame: Frame | None,
    at: datetime,
) -> int:
    """Do one batch with the rights its asker has now; how many it held."""
    batch = list(targets.order_by("pk")[:BATCH])
    if not batch:
        return 0
    with viewing_as(frame.by if frame else SYSTEM), part_of(reference_of(bulk)):
        visible = Case.objects.visible_to(frame.by) if frame else Case.objects.none()
        cases = visible.in_bulk([target.case_id for target in batch])
        for target in batch:
            _attempt(target, cases.get(target.case_id), VERBS[bulk.act], bulk.facts, frame, act)
    BulkTarget.objects.bulk_update(batch, ["is_done", "problem", "before"])
    _count(bulk, batch)
    return len(batch)


def _attempt(
    target: BulkTarget,
    case: Case | None,
    verb: BulkVerb,
    facts: Facts,
    frame: Frame | None,
    act: Callable[[BulkTarget, Case, BulkVerb, Facts, Frame], None],
) -> None:
    """One case, by itself: what cannot be done is put down with its reason and undoes nothing of the others."""
    is_undoing = act is _undo_one
    if frame is None or case is None:
        problem = "The person who asked may no longer see this case."
    else:
        try:
            with transaction.atomic():
                act(target, case, verb, facts, frame)
            return
        except (Refusal, IntegrityError, DataError) as refusal:
            problem = str(refusal)
    target.is_done, target.problem = True, f"{LEFT if is_undoing else ''}{problem}"[:300]


def _do_one(target: BulkTarget, case: Case, verb: BulkVerb, facts: Facts, frame: Frame) -> None:
    target.before = verb.do(case, facts, frame)
    target.is_done = True


def _undo_one(target: BulkTarget, case: Case, verb: BulkVerb, facts: Facts, frame: Frame) -> None:
    if target.before is not None:
        verb.undo(case, target.before, facts, frame)
    target.is_done = False


def _to_undo(bulk: BulkAct) -> QuerySet[BulkTarget]:
    return bulk.targets.filter(is_done=True, problem="", before__isnull=False)


def _count(bulk: BulkAct, batch: list[BulkTarget]) -> None:
    if bulk.state != BulkState.UNDOING:
        failed = sum(bool(target.problem) for target in batch)
        bulk.done, bulk.failed = F("done") + len(batch) - failed, F("failed") + failed
        bulk.save(update_fields=["done", "failed"])
        bulk.refresh_from_db(fields=["done", "failed"])


def _end(bulk: BulkAct, at: datetime) -> int:
    bulk.state, bulk.finished_at = BulkState.DONE, at
    bulk.save(update_fields=["state", "finished_at"])
    finished = BulkFinished(act=bulk.act, done=bulk.done, failed=bulk.failed)
    record(finished, about=reference_of(bulk), by=SYSTEM, at=at)
    return 1


def _end_undoing(bulk: BulkAct, at: datetime) -> int:
    bulk.state, bulk.undone_at = BulkState.UNDONE, at
    bulk.save(update_fields=["state", "undone_at"])
    undone = BulkUndone(act=bulk.act, restored=restored(bulk), left=left(bulk))
    record(undone, about=reference_of(bulk), by=SYSTEM, at=at)
    return 1


def restored(bulk: BulkAct) -> int:
    """How many cases are again as they were."""
    return bulk.targets.filter(is_done=False, before__isnull=False).count()


def left(bulk: BulkAct) -> int:
    """How many could not be undone."""
    return bulk.targets.filter(problem__startswith=LEFT).count()
