"""What would a merging do, and into which case could it go? Read before anybody confirms it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Q

from tieline.desk.actions.merging import refuse_merging
from tieline.desk.models import Case, CaseState, Message, MessageKind
from tieline.desk.structure import family_clocks, may_join, may_lie_in
from tieline.kernel.actor import Actor
from tieline.kernel.refusal import Refusal
from tieline.search.queries import find

FEW = 12
MOST_FOUND = 40


@dataclass(frozen=True)
class MergePreview:
    """What goes over, what to know of it, and why it cannot be done ("" where it can)."""

    source: Case
    target: Case
    messages: int
    notes: int
    citations: int
    clocks: int
    warnings: tuple[str, ...]
    refusal: str


def preview_merge(source: Case, target: Case) -> MergePreview:
    """What merging one case into another would do, as both stand now."""
    counted = source.messages.aggregate(
        said=Count("pk", filter=~Q(kind=MessageKind.NOTE)), notes=Count("pk", filter=Q(kind=MessageKind.NOTE))
    )
    return MergePreview(
        source=source,
        target=target,
        messages=counted["said"],
        notes=counted["notes"],
        citations=source.citations.filter(withdrawn_at=None).count(),
        clocks=sum(clock.state != "ended" for clock in family_clocks(source)),
        warnings=tuple(_warnings(source, target)),
        refusal=_refusal(source, target),
    )


def _refusal(source: Case, target: Case) -> str:
    try:
        refuse_merging(source, target)
    except Refusal as refusal:
        return str(refusal)
    return ""


def _warnings(source: Case, target: Case) -> Iterator[str]:
    if source.requester_address.lower() != target.requester_address.lower():
        yield f"{source.requester_name or source.requester_address} will be in copy: replies go to the other requester."
    if target.state == CaseState.WAITING and source.state == CaseState.OPEN:
        yield f"{target.label} waits for the client; it becomes ours to answer again."
    if source.owner_id and source.owner_id != target.owner_id:
        yield f"{source.label} is somebody else's; {target.label} keeps its owner."
    writers = sorted(set(source.drafts.values_list("author__name", flat=True)))
    if writers:
        yield f"Begun and not sent in {source.label}, and kept: drafts of {', '.join(writers)}."
    if source.area != target.area:
        yield "The two belong to different business areas; the survivor keeps its own."


def cases_to_merge_into(case: Case, words: str, *, actor: Actor) -> list[Case]:
    """Open cases the actor sees that the case may go into: by number, by words, or the newest of the same requester."""
    return [one for one in _found(case, words, actor) if may_join(case, one)][:FEW]


def cases_to_move_into(message: Message, words: str, *, actor: Actor) -> list[Case]:
    """Open cases the actor sees that a message may lie in."""
    return [one for one in _found(message.case, words, actor) if may_lie_in(message, one)][:FEW]


def _found(case: Case, words: str, actor: Actor) -> list[Case]:
    seen = Case.objects.visible_to(actor).unclosed().exclude(pk=case.pk).select_related("participant")
    if not words.strip():
        same = Q(requester_address__iexact=case.requester_address) & ~Q(requester_address="")
        if case.participant_id is not None:
            same |= Q(participant=case.participant_id)
        return list(seen.filter(same).order_by("-received_at", "-number")[:MOST_FOUND])
    digits = words.strip().rpartition("-")[2]
    by_words = [int(one.object_id) for one in find(words, viewer=actor, kind="case", limit=MOST_FOUND)]
    numbers = [*([int(digits)] if digits.isdigit() and len(digits) < 16 else []), *by_words]
    return sorted(seen.filter(number__in=numbers), key=lambda one: numbers.index(one.number))
