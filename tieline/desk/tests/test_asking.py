"""What does each word of a query ask for, and what is said of a query that cannot be understood?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.cast import MONDAY, Cast, viewer_of
from tieline.clocks.models import Clock
from tieline.console.tests.arriving import receive
from tieline.desk import models as desk
from tieline.desk.actions import add_note, assign, wait_for_client
from tieline.desk.asking import Asked, Misasked, cases, parse
from tieline.desk.asking.days import NoDate, Today
from tieline.desk.asking.fields import BY_NAME, FIELDS
from tieline.desk.models import Case
from tieline.desk.search import refresh
from tieline.kernel.actor import Actor
from tieline.kernel.viewing import viewing_as
from tieline.rulebook.models import Book, Paragraph, ParagraphVersion, Section


def asked(cast: Cast, text: str, *, actor: Actor | None = None, at: datetime = MONDAY) -> Asked:
    found = parse(text, profile=cast.profile, actor=actor or cast.ana.as_actor(), at=at)
    assert isinstance(found, Asked), found
    return found


def subjects(cast: Cast, text: str, *, actor: Actor | None = None) -> list[str]:
    actor = actor or cast.ana.as_actor()
    found = cases(asked(cast, text, actor=actor), actor)
    return sorted(found.values_list("subject", flat=True))


def misasked(cast: Cast, text: str, *, actor: Actor | None = None) -> Misasked:
    found = parse(text, profile=cast.profile, actor=actor or cast.ana.as_actor(), at=MONDAY)
    assert isinstance(found, Misasked), found
    return found


@pytest.fixture
def desks(cast: Cast) -> Cast:
    """Late is Ana's, overdue and high; Meter is the rival's and waits; Old is closed; Fresh is nobody's, of today."""
    made = [
        ("Late", cast.bluestem, "open", -2), ("Meter", cast.prickly_pear, "waiting", None),
        ("Old", cast.bluestem, "closed", None), ("Fresh", None, "open", 3),
    ]  # fmt: skip
    for number, (subject, participant, state, due) in enumerate(made, start=9001):
        case = Case.objects.create(
            number=number, label=f"C-{number}", kind="inquiry", topic="settlement", area="settlement",
            urgency="normal", urgency_rank=2, state=state, subject=subject,
            received_at=MONDAY - timedelta(days=9004 - number),
            last_activity_at=MONDAY - timedelta(hours=number - 9000),
            participant=participant, certainty=1.0 if participant else 0.0,
            requester_name="Sam Doyle" if participant == cast.bluestem else "Kit Arden",
            requester_address=cast.sam.email if participant == cast.bluestem else cast.kit.email,
            due_at=MONDAY + timedelta(hours=due) if due else None,
            closed_at=MONDAY - timedelta(days=1) if state == "closed" else None,
            outcome="answered" if state == "closed" else "",
        )  # fmt: skip
        said = f"The {subject.lower()} settlement statement, version {number}."
        desk.Message.objects.create(
            case=case, kind="client", at=case.received_at, author="x:1", author_name="X", text=said
        )
        refresh(case)
    Case.objects.filter(subject="Late").update(owner=cast.ana, urgency="high", urgency_rank=3, labels=["meter", "vip"])
    Case.objects.filter(subject="Old").update(owner=cast.ravi, answered_at=MONDAY - timedelta(days=2))
    return cast


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "Fresh Late Meter Old"),
        ("is:open", "Fresh Late Meter"),
        ("is:ours", "Fresh Late"),
        ("state:waiting,closed", "Meter Old"),
        ("is:open -state:waiting", "Fresh Late"),
        ("is:overdue", "Late"),
        ("is:unassigned", "Fresh Meter"),
        ("is:mine", "Late"),
        ("is:answered", "Old"),
        ("is:unanswered is:open", "Fresh Late Meter"),
        ("is:merged", ""),
        ("owner:me", "Late"),
        ("owner:nobody", "Fresh Meter"),
        ("owner:ravi", "Old"),
        ('owner:"ravi menon"', "Old"),
        ("owner:ravi.menon,me", "Late Old"),
        ("-owner:me", "Fresh Meter Old"),
        ("owner!=me", "Fresh Meter Old"),
        ("urgency:high", "Late"),
        ("urgency>=high", "Late"),
        ("urgency<high", "Fresh Meter Old"),
        ("participant:bluestem", "Late Old"),
        ('participant:"Prickly Pear"', "Meter"),
        ("participant:410220011", "Late Old"),
        ("participant:none", "Fresh"),
        ("from:sam.doyle@bluestem-energy.example", "Late Old"),
        ("from:@pricklypear.example", "Fresh Meter"),
        ("requester:kit", "Fresh Meter"),
        ("received:today", "Fresh"),
        ("received:2026-11-13..2026-11-14", "Late Meter"),
        ("received<2026-11-14", "Late"),
        ("received<=2026-11-14", "Late Meter"),
        ("received>2d", "Fresh Old"),
        ("received:36h", "Fresh Old"),
        ("closed:yesterday", "Old"),
        ("closed:none", "Fresh Late Meter"),
        ("active>3h", "Late Meter"),
        ("due<now", "Late"),
        ("due:4h", "Fresh"),
        ("due<2d", "Fresh Late"),
        ("due:none", "Meter Old"),
        ("label:vip", "Late"),
        ("label:none", "Fresh Meter Old"),
        ("number:9001", "Late"),
        ("number:C-9001,9002", "Late Meter"),
        ("number>9002", "Fresh Old"),
        ("number:9002..9003", "Meter Old"),
        ("outcome:answered", "Old"),
        ("channel:MAIL", "Fresh Late Meter Old"),
        ("has:label", "Late"),
        ("has:participant", "Late Meter Old"),
        ("has:note", ""),
        ("statement", "Fresh Late Meter Old"),
        ("statements", "Fresh Late Meter Old"),
        ('"late settlement"', "Late"),
        ('"settlement late"', ""),
        ("late meter", ""),
        ("late OR meter", "Late Meter"),
        ("(late OR meter) is:waiting", "Meter"),
        ("late OR is:closed", "Late Old"),
        ("settl* -meter", "Fresh Late Old"),
        ("-(late OR meter)", "Fresh Old"),
        ("NOT late NOT meter", "Fresh Old"),
        ("text:late,meter", ""),
        ("C-9001", "Late"),
        ("() OR is:closed", "Fresh Late Meter Old"),
        ("- is:closed", "Old"),
        ("late or meter", ""),
    ],
)
def test_a_query_finds_what_it_says(desks: Cast, text: str, found: str) -> None:
    assert subjects(desks, text) == found.split()


@pytest.mark.parametrize(
    ("text", "position", "suggested"),
    [
        ("is:open onwer:me", 8, "owner:"),
        ("is:opne", 3, "open"),
        ("urgency>=hihg", 9, "high"),
        ("owner:rivi", 6, "ravi.menon"),
        ("participant:Blustem", 12, '"Bluestem Retail Energy"'),
        ("due<soonish", 4, "today"),
        ("received:2026-13-45", 9, "today"),
        ("received:9999-12-31", 9, "today"),
        ("due:99999w", 4, "today"),
        ("owner>me", 0, "owner:"),
        ("has:attachement", 4, "attachment"),
        ("(is:open", 0, ""),
        ("is:open)", 7, ""),
        ('is:open "late', 8, ""),
        ("owner:", 6, ""),
        ("owner: me", 6, ""),
        ('owner:""', 6, "me"),
        ("number:many", 7, ""),
        ("rule:???", 5, ""),
        ("http://example.com", 0, ""),
        ("(" * 40, 21, ""),
        ("-" * 40, 21, ""),
        ("a " * 90, 160, ""),
        ("a" * 2001, 2000, ""),
    ],
)
def test_what_cannot_be_understood_is_pointed_at_with_what_may_have_been_meant(
    cast: Cast, text: str, position: int, suggested: str
) -> None:
    fault = misasked(cast, text)

    assert fault.position == position
    assert fault.sentence.endswith(".") or "”" in fault.sentence
    assert suggested in (fault.suggestions or ("",))


def test_rules_cited_are_found_with_all_below_them(desks: Cast) -> None:
    book, day = Book.objects.create(key="b", name="Book"), MONDAY.date()
    for case, number, path in (("Late", "9.14.2", "(2)(a)"), ("Meter", "9.14", ""), ("Old", "9.140", "")):
        section = Section.objects.create(book=book, number=number, sort_key=number)
        paragraph = Paragraph.objects.create(section=section, path=path)
        version = ParagraphVersion.objects.create(paragraph=paragraph, text="T", text_digest="d", effective_from=day)
        desk.CaseCitation.objects.create(
            case=Case.objects.get(subject=case), version=version, label=number, cited_at=MONDAY, cited_by="x:1",
            cited_by_name="X",
        )  # fmt: skip

    assert subjects(desks, "rule:9.14") == ["Late", "Meter"]
    assert subjects(desks, "rule:§9.14.2(2)") == subjects(desks, "rule:9.14.2(2)(a)") == ["Late"]
    assert subjects(desks, "rule:9.14.2(3)") == []
    assert subjects(desks, "has:citation") == ["Late", "Meter", "Old"]
    desk.CaseCitation.objects.filter(case__subject="Late").update(withdrawn_at=MONDAY)
    assert subjects(desks, "rule:9.14") == ["Meter"]


def test_clocks_people_notes_and_files_of_a_real_case_are_found(cast: Cast) -> None:
    case = receive(cast, "Reads", "See the reads.", file="reads.csv")
    other = receive(cast, "Other", "Nothing here.")
    ana = cast.ana.as_actor()
    add_note(case, text="A difficult one.", by=ana, at=MONDAY)
    assign(case, owner=cast.ana, by=ana, at=MONDAY)
    wait_for_client(other, by=ana, at=MONDAY)
    desk.CasePerson.objects.create(case=case, role="cc", address="boss@bluestem-energy.example", name="The Boss",
                                   added_at=MONDAY, added_by_name="X")  # fmt: skip
    refresh(case)

    assert subjects(cast, "has:attachment") == subjects(cast, "has:note") == subjects(cast, "difficult") == ["Reads"]
    assert subjects(cast, "reads.csv") == ["Reads"]
    assert subjects(cast, "cc:boss") == subjects(cast, "to:@bluestem-energy.example cc:boss") == ["Reads"]
    assert subjects(cast, "clock:paused") == ["Other"]
    assert subjects(cast, "clock:resolution") == ["Other", "Reads"]
    Clock.objects.filter(subject_id=str(case.number)).update(due_at=MONDAY + timedelta(hours=1))
    Case.objects.filter(pk=case.pk).update(due_at=MONDAY + timedelta(hours=1))
    assert subjects(cast, "clock:soon") == ["Reads"]


def test_common_words_are_found_as_exactly_as_rare_ones(desks: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    exact = [subjects(desks, text) for text in ("statement", "statement is:open", "-late statement", "late OR meter")]
    monkeypatch.setattr("tieline.search.queries.RARE", 0)

    assert exact == [
        subjects(desks, text) for text in ("statement", "statement is:open", "-late statement", "late OR meter")
    ]
    sams_people = viewer_of(desks.bluestem)
    with viewing_as(sams_people):
        assert subjects(desks, "statement", actor=sams_people) == ["Late", "Old"]


@pytest.mark.parametrize("name", [name for name, field in BY_NAME.items() if field.is_inner])
def test_a_participant_has_no_field_of_inner_matters(cast: Cast, name: str) -> None:
    fault = misasked(cast, f"{name}:x", actor=viewer_of(cast.bluestem))

    assert "There is no field" in fault.sentence
    assert not {f"{one.name}:" for one in FIELDS if one.is_inner} & set(fault.suggestions)


@pytest.mark.parametrize("state", ["overdue", "unassigned", "mine", "merged"])
def test_a_participant_has_no_state_of_inner_matters(cast: Cast, state: str) -> None:
    assert "There is no state" in misasked(cast, f"is:{state}", actor=viewer_of(cast.bluestem)).sentence


def test_a_participants_words_and_counts_never_tell_of_notes_threads_and_held_replies(desks: Cast) -> None:
    case = Case.objects.get(subject="Late")
    thread = desk.CaseThread.objects.create(case=case, kind="outside", subject="Q", started_at=MONDAY,
                                            started_by="x:1", started_by_name="X")  # fmt: skip
    for kind, word, more in (("note", "zebra", {}), ("ours", "giraffe", {"thread": thread}),
                             ("ours", "okapi", {"is_withheld": True})):  # fmt: skip
        desk.Message.objects.create(case=case, kind=kind, at=MONDAY, author="x:1", author_name="X", text=word, **more)
    refresh(case)
    sams_people = viewer_of(desks.bluestem)

    for word in ("zebra", "giraffe", "okapi", '"zebra"', "zeb*", "-zebra"):
        inner = subjects(desks, word)
        with viewing_as(sams_people):
            shown = cases(asked(desks, word, actor=sams_people), sams_people)
            assert (shown.count(), sorted(shown.values_list("subject", flat=True))) == (
                (2, ["Late", "Old"]) if word.startswith("-") else (0, [])
            )
        assert inner == (["Fresh", "Meter", "Old"] if word.startswith("-") else ["Late"])


@pytest.mark.parametrize(
    ("said", "at", "start", "end"),
    [
        ("today", "2026-11-01T12:00", "2026-11-01T05:00", "2026-11-02T06:00"),
        ("2026-11-01", "2026-06-01T12:00", "2026-11-01T05:00", "2026-11-02T06:00"),
        ("2026-03-08", "2026-06-01T12:00", "2026-03-08T06:00", "2026-03-09T05:00"),
        ("yesterday", "2026-11-02T05:30", "2026-10-31T05:00", "2026-11-01T05:00"),
        ("this week", "2026-11-01T12:00", "2026-10-26T05:00", "2026-11-02T06:00"),
        ("last-month", "2026-01-15T12:00", "2025-12-01T06:00", "2026-01-01T06:00"),
        ("2026-11", "2026-06-01T12:00", "2026-11-01T05:00", "2026-12-01T06:00"),
        ("1d", "2026-10-31T14:00", "2026-11-01T15:00", "2026-11-01T15:00"),
        ("24h", "2026-10-31T14:00", "2026-11-01T14:00", "2026-11-01T14:00"),
        ("-3h", "2026-11-01T07:30", "2026-11-01T04:30", "2026-11-01T04:30"),
        ("2026-11-01 10:00", "2026-06-01T12:00", "2026-11-01T16:00", "2026-11-01T16:00"),
    ],
)
def test_days_are_the_markets_days_also_at_clock_changes(cast: Cast, said: str, at: str, start: str, end: str) -> None:
    span = Today(datetime.fromisoformat(at).replace(tzinfo=UTC), cast.profile.time_zone).span(said)

    written = [one.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="minutes") for one in (span.start, span.end)]
    assert written == [start, end]


@pytest.mark.parametrize("said", ["", "2026-02-30", "tomorow", "1", "2d2d", "²d", "1969", "2026-00", "99999w", "10:00"])
def test_what_is_no_date_is_said_so(cast: Cast, said: str) -> None:
    with pytest.raises(NoDate):
        Today(MONDAY, cast.profile.time_zone).span(said)


NAMES = st.sampled_from([*BY_NAME, "onwer", "x", "IS", "Due"])
SIGNS = st.sampled_from([":", "=", "!=", "<", ">", "<=", ">=", ":>=", ":<"])
VALUES = st.one_of(
    st.sampled_from(
        ["me", "nobody", "open", "high", "today", "2d", "-3h", "none", "2026-11-01..2026-11-15", "..today",
         "9.14.2(2)(a)", "this week", "%", "_", "'; DROP TABLE desk_case; --", "\\", "\x00", "1e309", "9" * 20,
         "..",
         ",,", "a,b", "@x.example", "sam@bluestem-energy.example", "²", "İ", "ﬁ", "\ud800", "overdue",
         "bluestem", "*", "ravi"]
    ),
    st.text(max_size=12),
)  # fmt: skip
TERMS = st.builds(lambda name, sign, value, quoted: f'{name}{sign}"{value}"' if quoted else f"{name}{sign}{value}",
                  NAMES, SIGNS, VALUES, st.booleans())  # fmt: skip
WORDS = st.one_of(
    VALUES, VALUES.map(lambda value: f'"{value}"'), st.sampled_from(["statement", "the", "settl*", "C-9001"])
)
QUERIES = st.recursive(
    st.one_of(TERMS, WORDS),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" ", " OR ", " AND ", ") (", "OR", " NOT "]), inner).map("".join),
        inner.map(lambda text: f"({text})"), inner.map(lambda text: f"-{text}"), inner.map(lambda text: f"NOT {text}"),
    ),
    max_leaves=8,
)  # fmt: skip


@settings(
    max_examples=400, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(text=st.one_of(QUERIES, st.text(max_size=60)))
@example(text='text:"" OR -""')
@example(text="-() OR ()")
def test_any_text_is_understood_or_explained_and_shows_nobody_more(desks: Cast, text: str) -> None:
    """Class I1: whatever the text, it is asked or misasked; no SQL error, and no case the actor may not see."""
    people = (desks.ana.as_actor(), viewer_of(desks.bluestem), Actor(desks.ana.as_actor().reference, "Nobody"))
    for actor in people:
        with viewing_as(actor):
            found = parse(text, profile=desks.profile, actor=actor, at=MONDAY)
            if isinstance(found, Misasked):
                assert 0 <= found.position <= len(text) and found.sentence
                continue
            shown = set(cases(found, actor).values_list("pk", flat=True))
            assert shown <= set(Case.objects.visible_to(actor).values_list("pk", flat=True))


@pytest.mark.parametrize(
    "text",
    ["is:open", "owner:me", "owner:ravi,nobody", "participant:none", "due<2d", "due:none", "closed:yesterday",
     "statement",
     "late OR label:vip", "outcome:answered", "has:label", "is:merged", "received>2d urgency>=high", "clock:none"],
)  # fmt: skip
def test_a_query_and_its_denial_share_no_case_and_leave_none_out(desks: Cast, text: str) -> None:
    found, others = subjects(desks, text), subjects(desks, f"-({text})")

    assert sorted(found + others) == subjects(desks, "")


def table_of_fields() -> str:
    """The table of `docs/queries.md`, as the fields are."""
    lines = ["| field | also | meaning | compares | example |", "|---|---|---|---|---|"]
    for field in FIELDS:
        also = " ".join(f"`{name}:`" for name in field.also)
        lines.append(f"| `{field.name}:` | {also} | {field.meaning} | {'yes' if field.is_compared else ''} "
                     f"| `{field.example}` |")  # fmt: skip
    return "\n".join(lines)


def test_the_guides_table_of_fields_is_fresh() -> None:
    guide = (Path(__file__).parents[3] / "docs/queries.md").read_text(encoding="utf-8")

    assert guide.partition("<!-- fields -->\n")[2].partition("\n<!-- /fields -->")[0] == table_of_fields()
