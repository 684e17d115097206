"""Does a client see our reply only once it has left? In the case, in the line of a list, and in the search."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from tests.cast import MONDAY, Cast, viewer_of
from tests.letters import case_of, days, digest, letter, post, receive
from tests.servers import smtp_server
from tieline.desk.actions import close_case, reply, send, take_back_reply
from tieline.desk.actions.composing import Wish
from tieline.desk.models import Case, CaseState, Message, MessageKind
from tieline.journal.actions import record
from tieline.kernel.actor import SYSTEM, Actor
from tieline.kernel.reference import Reference
from tieline.kernel.viewing import viewing_as
from tieline.mail.events import MailBounced, MailFailed
from tieline.search.queries import find

LATER = MONDAY + days(0.1)
HOLD = timedelta(seconds=10)


@pytest.fixture
def case(cast: Cast) -> Case:
    return case_of(receive(letter()))


def answered(case: Case, by: Actor) -> Message:
    return reply(case, text="Zweifel is the word.", then=CaseState.WAITING, by=by, at=LATER, hold=HOLD)


def seen_by_client(cast: Cast) -> list[str]:
    """What Sam's company reads in its cases, by the database's own policy."""
    with viewing_as(viewer_of(cast.bluestem)), connection.cursor() as cursor:
        cursor.execute("SELECT text FROM desk_message WHERE kind = 'ours'")
        return [row[0] for row in cursor.fetchall()]


def excerpt(case: Case) -> str:
    return Case.objects.get(pk=case.pk).excerpt


def found_by_client(cast: Cast) -> int:
    with viewing_as(viewer_of(cast.bluestem)):
        return len(find("Zweifel", viewer=viewer_of(cast.bluestem)))


def test_a_held_reply_is_nowhere_to_be_seen_for_its_client_until_it_is_delivered(case: Case, cast: Cast) -> None:
    before = excerpt(case)
    answered(case, cast.ana.as_actor())
    digest(at=LATER)

    held = (seen_by_client(cast), excerpt(case), found_by_client(cast))
    with smtp_server() as server:
        post(server.host, server.port, at=LATER + HOLD)

    assert held == ([], before, 0)
    assert (seen_by_client(cast), excerpt(case)) == (["Zweifel is the word."], "Zweifel is the word.")
    assert found_by_client(cast) == 1


def test_a_letter_that_came_meanwhile_stays_the_last_word_of_the_list(case: Case, cast: Cast) -> None:
    answered(case, cast.ana.as_actor())
    first = case.messages.select_related("incoming").order_by("pk")[0].incoming
    assert first is not None
    receive(letter("One more thing.", in_reply_to=first.message_id, at=LATER + HOLD / 2), at=LATER + HOLD / 2)

    with smtp_server() as server:
        post(server.host, server.port, at=LATER + HOLD)

    assert excerpt(case) == "One more thing."


def test_a_reply_that_could_not_be_sent_stays_among_staff_and_one_that_bounced_stays_seen(
    case: Case, cast: Cast
) -> None:
    failed = answered(case, cast.ana.as_actor())
    record(
        MailFailed(problem="no such host"), about=Reference("outgoing", str(failed.outgoing_id)), by=SYSTEM, at=LATER
    )
    digest(at=LATER)
    after_failing = seen_by_client(cast)

    bounced = answered(case, cast.ana.as_actor())
    with smtp_server() as server:
        post(server.host, server.port, at=LATER + days(1))
    Message.objects.filter(pk=failed.pk).update(is_withheld=True)
    record(MailBounced(reason="full"), about=Reference("outgoing", str(bounced.outgoing_id)), by=SYSTEM, at=LATER)
    digest(at=LATER + days(1))

    assert after_failing == []
    assert seen_by_client(cast) == ["Zweifel is the word."]


def test_undo_of_a_reply_that_closed_the_case_opens_it_with_its_clocks(case: Case, cast: Cast) -> None:
    by = cast.ana.as_actor()
    before = Case.objects.get(pk=case.pk)
    wish = Wish("Zweifel is the word.", outcome="answered", agreed=frozenset())
    send(case, wish, hold=HOLD, profile=cast.profile, by=by, at=LATER)
    closed = Case.objects.get(pk=case.pk)

    take_back_reply(closed.messages.get(kind=MessageKind.OURS), by=by, at=LATER + HOLD / 2)

    after = Case.objects.get(pk=case.pk)
    assert closed.is_closed
    assert (after.state, after.outcome, after.due_at, after.excerpt) == (
        before.state, "", before.due_at, before.excerpt,
    )  # fmt: skip


def test_a_case_closed_by_another_act_keeps_its_reply(case: Case, cast: Cast) -> None:
    message = answered(case, cast.ana.as_actor())
    close_case(case, outcome="answered", profile=cast.profile, by=cast.ana.as_actor(), at=LATER + HOLD / 2)

    with pytest.raises(Exception, match="already closed"):
        take_back_reply(message, by=cast.ana.as_actor(), at=LATER + HOLD / 2)
