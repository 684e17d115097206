"""Does the demonstration show what the desk can do? Its whole story is replayed once, and each kind is looked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.db.models import QuerySet

from tieline.desk import actions as desk
from tieline.desk import personal
from tieline.desk.absences import teams
from tieline.desk.asking import Misasked, cases, parse
from tieline.desk.models import (
    Absence,
    Case,
    CaseLink,
    Consultation,
    ConsultationState,
    Draft,
    LaterReply,
    LaterState,
    LinkKind,
    Mention,
    Message,
    MessageKind,
    Personal,
    Pile,
    Rearrangement,
    RearrangementKind,
    SavedView,
)
from tieline.desk.supervision import live_board
from tieline.identity.actions import load_teams
from tieline.identity.models import User
from tieline.identity.profile import Teams
from tieline.journal.models import JournalEvent, Parked
from tieline.kernel.actor import SYSTEM
from tieline.kernel.profile import Profile, current_profile
from tieline.kernel.viewing import viewing_as
from tieline.mail.shelf import count_lying
from tieline.project import demo

pytestmark = pytest.mark.slow
Look = Callable[[Profile, datetime], None]


def test_the_replayed_story_holds_every_kind_of_work(committed: str, tmp_path: Path) -> None:
    profile = current_profile()
    with viewing_as(SYSTEM):
        load_teams(profile.get(Teams), by=SYSTEM)

    with demo.post_office(tmp_path / "delivered") as server:
        end = demo.stage(profile, server, progress=lambda what, done, total: None)

    with viewing_as(SYSTEM):
        for look in LOOKS:
            look(profile, end)


def _nothing_was_parked(profile: Profile, at: datetime) -> None:
    assert list(Parked.objects.values_list("listener", "problem")) == []


def _advice_stands_in_every_state(profile: Profile, at: datetime) -> None:
    states = Counter(Consultation.objects.values_list("state", flat=True))
    overdue = Consultation.objects.filter(state=ConsultationState.ASKED, due_at__lt=at)
    used = Consultation.objects.get(case__subject__startswith="rooftop solar", state=ConsultationState.ANSWERED)
    ours = Message.objects.get(case=used.case, kind=MessageKind.OURS)

    assert set(states) == set(ConsultationState.values)
    assert overdue.count() == 1
    assert ours.text.startswith(f"> {used.answer}")
    assert ours.outgoing is not None and ours.outgoing.sent_at is not None


def _cover_has_what_the_absent_had(profile: Profile, at: datetime) -> None:
    absences = Absence.objects.filter(cancelled_at=None, ends_at__gt=at)
    (now,) = absences.filter(begins_at__lte=at).select_related("user", "cover")

    assert absences.exclude(cover=None).count() >= 2
    assert not Case.objects.unclosed().filter(owner=now.user).exists()
    assert _told("case.handed_over").filter(facts__reason__icontains=f"{now.user.name} is away").exists()


def _views_are_kept_shared_and_find_something(profile: Profile, at: datetime) -> None:
    views = list(SavedView.objects.select_related("owner"))

    assert len(views) >= 5
    assert {view.shared_with for view in views} == {"nobody", "team", "everybody"}
    for view in views:
        asked = parse(view.query, profile=profile, actor=view.owner.as_actor(), at=at)
        assert not isinstance(asked, Misasked), view.query
        assert cases(asked, view.owner.as_actor()).exists(), view.name


def _cases_are_labelled_linked_merged_and_split(profile: Profile, at: datetime) -> None:
    links = Counter(CaseLink.objects.filter(ended_at=None).values_list("kind", flat=True))
    steps = Counter(Rearrangement.objects.filter(undone_at=None).values_list("kind", flat=True))

    assert Case.objects.exclude(labels=[]).count() >= 15
    assert set(links) == set(LinkKind.values) and links.total() >= 6
    assert steps == {RearrangementKind.MERGE: 1, RearrangementKind.SPLIT: 1}


def _things_are_put_off_followed_and_named(profile: Profile, at: datetime) -> None:
    assert Personal.objects.filter(pile=Pile.LATER, wakes_at__gt=at).count() >= 3
    assert Personal.objects.filter(pile=Pile.DONE).exists()
    assert Personal.objects.filter(is_following=True).count() >= 3
    assert Mention.objects.filter(seen_at=None).count() >= 3
    assert _told("case.came_back").filter(facts__why__startswith="You put it off until").exists()


def _a_second_pair_of_eyes_is_waited_for(profile: Profile, at: datetime) -> None:
    draft = Draft.objects.select_related("case", "author").get(comments__isnull=False)
    approved = Case.objects.get(topic="complaint")
    author = draft.author.as_actor()

    assert draft.readers.filter(approved_at=None).exists()
    with pytest.raises(desk.Guarded) as refused:
        desk.send(draft.case, desk.Wish(draft.text), profile=profile, by=author, at=at)
    assert [one.key for one in refused.value.findings if one.stops] == ["second_pair"]
    assert Message.objects.filter(case=approved, kind=MessageKind.OURS, outgoing__sent_at__isnull=False).exists()


def _a_reply_waits_for_its_time(profile: Profile, at: datetime) -> None:
    assert LaterReply.objects.filter(state=LaterState.WAITING, send_at__gt=at).count() == 1


def _outsiders_were_asked_and_have_answered(profile: Profile, at: datetime) -> None:
    beside = Message.objects.exclude(thread=None)

    assert beside.filter(kind=MessageKind.OURS, outgoing__sent_at__isnull=False).count() >= 2
    assert beside.filter(kind=MessageKind.CLIENT).count() >= 2


def _the_shelf_holds_letters(profile: Profile, at: datetime) -> None:
    assert count_lying() >= 2


def _cases_came_by_telephone_and_went_from_hand_to_hand(profile: Profile, at: datetime) -> None:
    assert Case.objects.filter(channel="phone").count() >= 2
    assert _told("case.handed_over").exclude(facts__reason="").count() >= 3


def _cases_found_their_owners_by_each_rule(profile: Profile, at: datetime) -> None:
    given = _told("case.assigned").filter(actor=str(SYSTEM.reference))
    people = [member for team in teams(profile=profile, at=at) for member in team.members]

    for words in ("by turns: it was the turn of Ida Novak", "by load: Noor Haddad has", "is skilled in it and has"):
        assert given.filter(facts__why__icontains=words).exists(), words
    assert len([member for member in people if member.hours and member.standing.skills]) >= 5
    assert Case.objects.unclosed().filter(owner=None).count() >= 12


def _the_pages_begin_with_something_in_them(profile: Profile, at: datetime) -> None:
    ravi, ana = User.objects.get(username="ravi.menon"), User.objects.get(username="ana.ortiz")
    board = live_board(ravi.as_actor(), profile=profile, at=at)
    mine = personal.my_list(ana, profile=profile, at=at)

    assert board.queues and board.at_risk and board.people
    assert all(any(line.today for line in flow.hours) for flow in board.flows)
    assert {"assigned", "mentions", "later", "done"} <= {section.key for section in mine.sections if section.count}


def _told(kind: str) -> QuerySet[JournalEvent]:
    return JournalEvent.objects.filter(kind=kind)


LOOKS: tuple[Look, ...] = (
    _nothing_was_parked, _advice_stands_in_every_state, _cover_has_what_the_absent_had,
    _views_are_kept_shared_and_find_something, _cases_are_labelled_linked_merged_and_split,
    _things_are_put_off_followed_and_named, _a_second_pair_of_eyes_is_waited_for, _a_reply_waits_for_its_time,
    _outsiders_were_asked_and_have_answered, _the_shelf_holds_letters,
    _cases_came_by_telephone_and_went_from_hand_to_hand, _cases_found_their_owners_by_each_rule,
    _the_pages_begin_with_something_in_them,
)  # fmt: skip
