"""Does each guard find what it should, and stay silent beside it?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import MONDAY, Cast
from tests.letters import case_of, letter, receive
from tieline.desk.actions import Composed, Guarded, Wish, add_note, approve_draft, save_draft, send, share_draft
from tieline.desk.guard_facts import facts_of, other_clients
from tieline.desk.guards import Outgoing, look_over
from tieline.desk.models import Case, DraftKind, LaterReply, Message, MessageKind
from tieline.desk.profile import GuardWords
from tieline.kernel.profile import Profile

WORDS = GuardWords(rules_topics=("settlement",))
NOTE = "Sam's contract ends in March and legal wants no promise before that is settled, so be careful."
LONG = "We looked at the statement and at the meter values of the day, and both agree with each other. " * 3


def keys(text: str, **facts: object) -> list[str]:
    return [one.key for one in look_over(replace(Outgoing("", requester="Sam Doyle", words=WORDS), text=text, **facts))]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("guard", "caught", "passed"),
    [
        ("attachment", "The file is attached.", "I cannot open the file you attached."),
        ("attachment", "Please see the attachment.", "Thank you for your attachment."),
        ("attachment", "The form is enclosed.", "The sheet attached to your letter is right."),
        ("attachment", "Two files are attached.", "> The file is attached.\nWhich file?"),
        ("internal", "Internal only: he is late.", "The internal meter is late."),
        ("internal", "This is confidential.", "We keep your confidence."),
        ("blank", "Hello {{ person }},", "Use {braces} in the file."),
        ("placeholder", "Dear <name>,", "Values < 5 and > 3 are wrong."),
        ("placeholder", "Dear [NAME],", "See [1] and [INQ-1042]."),
        ("placeholder", "It is due on XXX.", "It is due in XX hours."),
        ("placeholder", "The date is TBD.", "The date is set."),
        ("placeholder", "Your number is ____.", "Your file is snake_case."),
        ("citation", "Under the rules you have ten days.", "The rulers have ten days."),
        ("greeting", "Hello Kit,\nyes.", "Hello Sam,\nyes."),
        ("greeting", "Dear Mr. Arden,\nyes.", "Dear Mr. Doyle,\nyes."),
        ("greeting", "Hi Kit Arden - yes.", "Hi all, yes."),
        ("greeting", "Good morning Kit, yes.", "Good morning, yes."),
    ],
)
def test_words_that_ought_not_to_leave(guard: str, caught: str, passed: str) -> None:
    assert guard in keys(caught)
    assert guard not in keys(passed)


@pytest.mark.parametrize(
    ("guard", "text", "caught", "passed"),
    [
        ("attachment", "The file is attached.", {}, {"file_count": 1}),
        ("address", "Yes.", {"recipients": ("kit@x.example",)},
         {"recipients": ("sam@x.example",), "known_addresses": frozenset({"sam@x.example"})}),
        ("bounced", "Yes.", {"bounced": ("sam@x.example",)}, {}),
        ("note", f"Hello Sam, {NOTE[:60]}", {"notes": (NOTE,)}, {"notes": (NOTE,), "said": (NOTE,)}),
        ("citation", LONG, {"is_rules_answer": True}, {"is_rules_answer": True, "has_citation": True}),
        ("stale_text", "Yes.", {"stale_texts": ("Windows",)}, {}),
        ("second_pair", "Yes.", {"lacks_second_pair": True}, {}),
        ("greeting", "Hello Kit, yes.", {}, {"known_names": ("Kit Arden",)}),
        ("greeting", "Hello Kit, yes.", {"requester": "sam.doyle@x.example"}, {"requester": ""}),
    ],
)  # fmt: skip
def test_facts_that_speak_against_sending(
    guard: str, text: str, caught: dict[str, object], passed: dict[str, object]
) -> None:
    assert guard in keys(text, **caught)
    assert guard not in keys(text, **passed)


def test_short_words_in_common_with_a_note_are_no_accident_and_a_long_stretch_is_found_at_any_place() -> None:
    assert keys(f"So: {NOTE[:39]}", notes=(NOTE,)) == []
    for start in range(0, len(NOTE) - 45, 7):
        assert keys(f"Now {NOTE[start : start + 45].upper()}\nYours", notes=(f"x{NOTE}",)) == ["note"]


def test_a_finding_tells_where_and_only_blanks_and_a_missing_approval_stop() -> None:
    found = look_over(Outgoing("Hello {{ person }}, it is TBD.", lacks_second_pair=True, words=WORDS))

    assert [(one.key, one.stops) for one in found] == [("second_pair", True), ("blank", True), ("placeholder", False)]
    assert found[1].start == 6
    assert len({one.token for one in found}) == 3


@pytest.fixture
def case(cast: Cast) -> Case:
    return case_of(receive(letter()))


def strangers(text: str, case: Case, cast: Cast, said: str = "") -> list[str]:
    return [one.name for one in other_clients(text, case=case, said=said, profile=cast.profile)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("As Prickly Pear Power & Light asked,", ["Prickly Pear Power & Light"]),
        ("Registration 410220022 has it.", ["410220022"]),
        ("Your registration 410220011 has it, says Bluestem Retail Energy.", []),
        ("a prickly pear power & light show", []),
        ("410220033 is nobody's.", []),
    ],
)
def test_names_and_identifiers_of_other_clients(case: Case, cast: Cast, text: str, found: list[str]) -> None:
    assert strangers(text, case, cast) == found


def test_what_the_client_has_named_is_no_secret_to_it_and_a_renamed_client_is_known(case: Case, cast: Cast) -> None:
    text = "Prickly Pear Power & Light must ask for itself."

    assert strangers(text, case, cast, said="What did Prickly Pear Power & Light say?") == []
    cast.prickly_pear.name = "Saguaro Power LLC"
    cast.prickly_pear.save()
    assert strangers("Saguaro Power said so.", case, cast) == ["Saguaro Power"]
    assert strangers(text, case, cast) == []


def tried(case: Case, cast: Cast, text: str, **wish: object) -> Message | LaterReply:
    return send(
        case, Wish(text, **wish), composed=Composed(), profile=cast.profile, by=cast.ana.as_actor(), at=MONDAY,  # type: ignore[arg-type]
    )  # fmt: skip


def test_what_is_found_is_asked_and_yes_is_said_to_this_finding_alone(case: Case, cast: Cast) -> None:
    add_note(case, text=NOTE, by=cast.ana.as_actor(), at=MONDAY)
    with pytest.raises(Guarded) as asked:
        tried(case, cast, "The file is attached.")
    agreed = frozenset(one.token for one in asked.value.findings)

    with pytest.raises(Guarded) as again:
        tried(case, cast, f"The file is attached. {NOTE}", agreed=agreed)
    tried(case, cast, "The file is attached.", agreed=agreed)

    assert [one.key for one in again.value.findings] == ["note"]
    assert case.messages.filter(kind=MessageKind.OURS).count() == 1


def test_a_blank_cannot_be_agreed_to(case: Case, cast: Cast) -> None:
    with pytest.raises(Guarded) as stopped:
        tried(case, cast, "Hello {{ person }}")

    with pytest.raises(Guarded) as again:
        tried(case, cast, "Hello {{ person }}", agreed=frozenset(one.token for one in stopped.value.findings))
    assert again.value.stops


def test_a_second_pair_of_eyes_is_asked_for_until_these_words_are_approved(
    case: Case, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = GuardWords(second_pair_urgencies=(case.urgency,))
    given = Profile.get
    monkeypatch.setattr(Profile, "get", lambda self, schema: words if schema is GuardWords else given(self, schema))
    by = cast.ana.as_actor()
    draft = save_draft(case, kind=DraftKind.REPLY, text="Yes, ten days.", version=0, by=by, at=MONDAY)
    assert draft is not None
    share_draft(case, kind=DraftKind.REPLY, reader=cast.ravi, by=by, at=MONDAY)

    with pytest.raises(Guarded):
        tried(case, cast, "Yes, ten days.")
    approve_draft(draft, version=draft.version, by=cast.ravi.as_actor(), at=MONDAY)
    with pytest.raises(Guarded):
        tried(case, cast, "Yes, twenty days.")
    tried(case, cast, "Yes, ten days.")


def test_facts_come_in_few_questions_whatever_the_text_holds(case: Case, cast: Cast) -> None:
    text = "Prickly Pear Power & Light 410220022. " * 200
    with CaptureQueriesContext(connection) as asked:
        facts_of(
            case, text, cc=(), file_count=0, profile=cast.profile, by=cast.ana.as_actor(), today=date(2026, 11, 16)
        )

    assert len(asked) <= 12
