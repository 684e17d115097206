"""Are words not sent yet safe? Kept for their writer on every device, never written over unseen, gone once sent."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.cast import MONDAY, Cast, viewer_of
from tests.letters import case_of, days, letter, receive
from tieline.desk.actions import Composed, DraftConflict, add_note, discard_draft, reply, save_draft
from tieline.desk.models import Case, CaseState, Draft, DraftKind
from tieline.desk.writing import DRAFTS, writing_in
from tieline.identity.permissions import NotAllowed
from tieline.kernel.viewing import viewing_as

LATER = MONDAY + days(0.1)


@pytest.fixture
def case(cast: Cast) -> Case:
    return case_of(receive(letter()))


def kept(case: Case, cast: Cast, text: str, version: int = 0, **more: object) -> Draft | None:
    ana = cast.ana.as_actor()
    return save_draft(case, kind=DraftKind.REPLY, text=text, version=version, by=ana, at=LATER, **more)  # type: ignore[arg-type]


def test_each_saving_counts_and_the_last_words_stand(case: Case, cast: Cast) -> None:
    versions = [kept(case, cast, "Dear", 0), kept(case, cast, "Dear Sam", 1), kept(case, cast, "Dear Sam,\r\nyes", 2)]

    assert [draft.version for draft in versions if draft] == [1, 2, 3]
    assert Draft.objects.get().text == "Dear Sam,\nyes"


def test_a_page_that_knows_an_older_version_is_refused_and_told_what_stands_there(case: Case, cast: Cast) -> None:
    kept(case, cast, "from the office", 0, key=uuid4())

    with pytest.raises(DraftConflict) as refused:
        kept(case, cast, "from the train", 0, key=uuid4())

    assert refused.value.other.text == "from the office"
    assert Draft.objects.get().text == "from the office"


def test_a_page_whose_saving_was_not_confirmed_goes_on(case: Case, cast: Cast) -> None:
    key = uuid4()
    kept(case, cast, "one", 0, key=key)

    draft = kept(case, cast, "one two", 0, key=key)

    assert draft is not None
    assert (draft.text, draft.version) == ("one two", 2)


def test_nothing_left_is_no_draft(case: Case, cast: Cast) -> None:
    kept(case, cast, "one", 0)

    assert kept(case, cast, "  ", 1) is None
    assert not Draft.objects.exists()


def test_an_emptied_field_does_not_throw_away_what_another_page_wrote(case: Case, cast: Cast) -> None:
    kept(case, cast, "one", 0, key=uuid4())

    with pytest.raises(DraftConflict):
        kept(case, cast, "", 0, key=uuid4())


def test_drafts_are_each_writers_own_and_colleagues_are_told_who_writes(case: Case, cast: Cast) -> None:
    kept(case, cast, "Ana's words", 0)
    save_draft(case, kind=DraftKind.NOTE, text="Mara's", version=0, by=cast.mara.as_actor(), at=LATER)

    found = Case.objects.annotate(draft_rows=DRAFTS).get(pk=case.pk)
    seen = writing_in(found, cast.ana.as_actor())

    assert seen.reply is not None
    assert (seen.reply.text, seen.reply.version, seen.reply.updated_at, seen.note) == ("Ana's words", 1, LATER, None)
    assert [(one.name, one.kind, one.at) for one in seen.others] == [("Mara Lind", "a note", LATER)]


def test_no_participant_sees_a_draft(case: Case, cast: Cast) -> None:
    kept(case, cast, "Ana's words", 0)

    with viewing_as(viewer_of(cast.bluestem)):
        assert Case.objects.count() == 1
        assert Draft.objects.count() == 0
        found = Case.objects.annotate(draft_rows=DRAFTS).get(pk=case.pk)
        assert found.draft_rows == []  # type: ignore[attr-defined]


def test_who_may_not_reply_has_no_draft_of_one(case: Case, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        save_draft(case, kind=DraftKind.REPLY, text="x", version=0, by=cast.mara.as_actor(), at=LATER)


def test_sending_and_keeping_end_the_draft(case: Case, cast: Cast) -> None:
    by = cast.ana.as_actor()
    kept(case, cast, "Dear Sam", 0)
    save_draft(case, kind=DraftKind.NOTE, text="Ask", version=0, by=by, at=LATER)

    reply(case, text="Dear Sam, yes.", then=CaseState.OPEN, composed=Composed(draft=1), by=by, at=LATER)
    add_note(case, text="Ask them", composed=Composed(draft=1), by=by, at=LATER)

    assert not Draft.objects.exists()


def test_words_another_page_saved_since_outlive_the_sending(case: Case, cast: Cast) -> None:
    kept(case, cast, "first", 0, key=uuid4())
    kept(case, cast, "other words", 1, key=uuid4())

    reply(
        case, text="first", then=CaseState.OPEN, composed=Composed(key=uuid4(), draft=1),
        by=cast.ana.as_actor(), at=LATER,
    )  # fmt: skip

    assert Draft.objects.get().text == "other words"


def test_a_saving_that_comes_after_the_sending_brings_nothing_back(case: Case, cast: Cast) -> None:
    key = uuid4()
    reply(case, text="Yes.", then=CaseState.OPEN, composed=Composed(key=key), by=cast.ana.as_actor(), at=LATER)

    assert kept(case, cast, "Yes", 0, key=key) is None
    assert not Draft.objects.exists()


def test_a_field_changed_by_a_colleague_leaves_the_draft_alone(case: Case, cast: Cast) -> None:
    kept(case, cast, "Dear Sam", 0)

    add_note(case, text="I look", by=cast.ravi.as_actor(), at=LATER)

    assert Draft.objects.get().text == "Dear Sam"


def test_a_draft_is_thrown_away_by_its_writer_only(case: Case, cast: Cast) -> None:
    kept(case, cast, "Dear Sam", 0)

    discard_draft(case, kind=DraftKind.REPLY, by=cast.ravi.as_actor())
    assert Draft.objects.count() == 1
    discard_draft(case, kind=DraftKind.REPLY, by=cast.ana.as_actor())
    assert Draft.objects.count() == 0
