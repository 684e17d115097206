"""Two act on the same cases in the same instant: is nothing lost, and does nobody wait for ever?"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.db import connections

from tests.cast import MONDAY, Cast, assemble
from tests.letters import case_of, eyes_of_the_system, letter, receive
from tieline.desk.actions import reply
from tieline.desk.actions.linking import link_cases
from tieline.desk.actions.merging import merge_cases, unmerge_case
from tieline.desk.models import Case, CaseState, LinkKind, Message, MessageKind
from tieline.kernel.refusal import Refusal
from tieline.kernel.viewing import viewing_as

LATER = MONDAY + timedelta(hours=1)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Let each act in a thread of its own, all starting together; the sentences of those that were refused."""
    refused: list[str] = []
    faults: list[BaseException] = []
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        try:
            start.wait(10)
            with eyes_of_the_system():
                act()
        except Refusal as refusal:
            refused.append(str(refusal))
        except BaseException as fault:  # whatever a thread stumbles over is raised again below
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "somebody waits for ever"
    if faults:
        raise faults[0]
    return refused


def some_cases(number: int) -> tuple[Cast, list[Case]]:
    with eyes_of_the_system():
        cast = assemble()
    return cast, [case_of_system(letter(f"Question {one}")) for one in range(number)]


def case_of_system(raw: bytes) -> Case:
    mail = receive(raw)
    with eyes_of_the_system():
        return case_of(mail)


def test_a_reply_and_a_merging_at_once_lose_nothing(committed: str) -> None:
    cast, cases = some_cases(4)
    ana, ravi = cast.ana.as_actor(), cast.ravi.as_actor()
    target = cases[0]
    for source in cases[1:]:
        refused = at_once(
            partial(merge_cases, source, target, profile=cast.profile, by=ana, at=LATER),
            partial(reply, source, text=source.label, then=CaseState.OPEN, by=ravi, at=LATER),
        )
        with eyes_of_the_system():
            kept = Message.objects.filter(kind=MessageKind.OURS, text=source.label)
            assert all("was merged into" in one for one in refused)
            assert list(kept.values_list("case", flat=True)) == ([] if refused else [target.pk])
            assert not source.messages.exists()


def test_two_who_merge_two_cases_into_each_other_merge_them_once(committed: str) -> None:
    cast, (one, other) = some_cases(2)
    by, profile = cast.ana.as_actor(), cast.profile

    refused = at_once(
        lambda: merge_cases(one, other, profile=profile, by=by, at=LATER),
        lambda: merge_cases(other, one, profile=profile, by=by, at=LATER),
    )

    assert len(refused) == 1
    assert "was merged into" in refused[0]
    with eyes_of_the_system():
        assert Case.objects.filter(merged_into=None).count() == 1
        assert sorted(Case.objects.values_list("message_count", flat=True)) == [0, 3]


def test_a_letter_to_a_case_that_is_merged_or_taken_out_at_once_is_never_lost(committed: str) -> None:
    cast, (source, target) = some_cases(2)
    by, profile = cast.ana.as_actor(), cast.profile
    with eyes_of_the_system():
        first = source.messages.get().incoming
        assert first is not None
    merge = partial(merge_cases, source, target, profile=profile, by=by, at=LATER)
    take_out = partial(unmerge_case, source, profile=profile, by=by, at=LATER)
    for number, act in enumerate([merge, take_out, merge, take_out]):
        at_once(act, partial(receive, letter(f"More {number}", in_reply_to=first.message_id), at=LATER))

    with viewing_as(by):
        assert Message.objects.filter(text__startswith="More").count() == 4
        for case in (source, target):
            case.refresh_from_db()
            assert case.message_count == case.messages.count()


def test_no_circle_of_parts_is_closed_by_two_at_once(committed: str) -> None:
    cast, (first, second, third, fourth) = some_cases(4)
    by = cast.ana.as_actor()
    with eyes_of_the_system():
        link_cases(first, second, kind=LinkKind.PARENT, by=by, at=LATER)
        link_cases(third, fourth, kind=LinkKind.PARENT, by=by, at=LATER)

    refused = at_once(
        lambda: link_cases(second, third, kind=LinkKind.PARENT, by=by, at=LATER),
        lambda: link_cases(fourth, first, kind=LinkKind.PARENT, by=by, at=LATER),
    )

    assert len(refused) == 1
    assert "cannot be part of" in refused[0]
