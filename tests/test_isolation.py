"""Does the database itself keep clients apart? Raw SQL as the application's role, over real cases of two participants.

The ids of the participants are 1, 12 and 123, so that whoever compared them as text would be found out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from tests.cast import MONDAY, Cast, assemble, viewer_of
from tests.desk_rows import furnish
from tieline.clocks.actions import tick
from tieline.desk import actions as desk
from tieline.desk.actions.messages import note_delivery
from tieline.desk.models import Case, CaseState, DraftKind
from tieline.identity.actions import WrongNameOrPassword, sign_in
from tieline.identity.permissions import NotAllowed
from tieline.journal.actions import record
from tieline.journal.listening import drive
from tieline.journal.sealing import seal
from tieline.kernel.actor import NOBODY, PUBLIC, SYSTEM, Actor, viewer_of_staff
from tieline.kernel.reference import Reference
from tieline.kernel.viewing import viewing_as
from tieline.mail.actions import keep, sort
from tieline.mail.models import IncomingMail
from tieline.mail.sources import Delivery
from tieline.participants.models import ContactRole, MailDomain, Participant, Person, Registration
from tieline.rulebook.events import EditionImported
from tieline.rulebook.models import Book, Edition, Paragraph, ParagraphVersion, Section
from tieline.search.queries import find

CHANGED_ON = date(2026, 11, 1)
OPEN_TABLES = {
    "django_migrations": "which migrations ran",
    "django_content_type": "names of tables",
    "django_session": "looked up by an unguessable key before anybody is known",
    "auth_group": "Django's own, empty; rights are the roles' here",
    "auth_group_permissions": "Django's own, empty",
    "auth_permission": "Django's own list of words",
    "journal_seal": "numbers and hashes",
    "journal_pendingseal": "numbers",
    "journal_cursor": "names of listeners and numbers",
    "rulebook_book": "rules are public",
    "rulebook_edition": "rules are public",
    "rulebook_section": "rules are public",
    "rulebook_sectionversion": "rules are public",
    "rulebook_paragraph": "rules are public",
    "rulebook_paragraphversion": "rules are public",
    "rulebook_term": "rules are public",
    "rulebook_exhibit": "rules are public",
}
DEFINERS = {
    "search_matching": "the index over words cannot be used through the policy; it asks what the policy asks",
    "search_holding": "the same, for what holds the words of a query",
}
"""Functions that run with the rights of the tables' owner; each is tested for what it shows below."""
THEIRS = (
    "participants_participant", "participants_maildomain", "participants_registration", "participants_person",
    "participants_contactrole", "desk_case", "desk_message", "desk_casecitation", "search_entry",
)  # fmt: skip
"""The tables of which a participant sees its own rows; of every other closed table it sees none."""


def rows(sql: str, *values: object) -> list[tuple[object, ...]]:
    """What a raw query answers on the application's own connection."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def closed_tables() -> list[str]:
    """Every table of ours with row-level security."""
    found = rows(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') "
        "AND relrowsecurity ORDER BY relname"
    )
    return [str(name) for (name,) in found]


def counts() -> dict[str, int]:
    """How many rows each closed table shows to whoever is looking; tables that show none are left out."""
    seen = {table: int(str(rows(f"SELECT count(*) FROM {table}")[0][0])) for table in closed_tables()}
    return {table: count for table, count in seen.items() if count}


@dataclass(frozen=True)
class TwoDesks:
    """Two participants' (and one more's) everything, made by the actions of real life."""

    cast: Cast
    sams: Case
    kits: Case
    strangers: Case
    lookalike: Participant

    @property
    def participants(self) -> dict[str, Participant]:
        """Ids 1, 12 and 123."""
        return {"bluestem": self.cast.bluestem, "prickly pear": self.cast.prickly_pear, "lookalike": self.lookalike}


@pytest.fixture(scope="module")
def market() -> Iterator[TwoDesks]:
    """Everything, made once for all tests of this file, which only look."""
    with transaction.atomic(), viewing_as(SYSTEM):
        yield _set_up(assemble())
        transaction.set_rollback(True)


@pytest.fixture
def desks(market: TwoDesks) -> Iterator[TwoDesks]:
    """The market as seen by the system; whatever a test changes is undone after it."""
    with transaction.atomic():
        yield market
        transaction.set_rollback(True)


def _set_up(cast: Cast) -> TwoDesks:
    """Mail from both, answered, noted, cited, breached and found."""
    _renumber(cast)
    lookalike = Participant.objects.create(pk=123, key="lookalike", name="Bluestem Holdings")
    sams = _worked_case(cast, cast.sam)
    kits = _worked_case(cast, cast.kit)
    strangers = _received(cast, "somebody@elsewhere.example", "No idea who I am")
    furnish(sams, kits, by=cast.ana, at=MONDAY)
    _change_the_rule()
    with pytest.raises(WrongNameOrPassword):
        sign_in("ana.ortiz", "wrong", address="192.0.2.1", at=MONDAY)
    tick(at=MONDAY + timedelta(days=30))
    _digest()
    return TwoDesks(cast, sams, kits, strangers, lookalike)


def _renumber(cast: Cast) -> None:
    """Bluestem becomes participant 1 and Prickly Pear participant 12."""
    for participant, id_ in ((cast.bluestem, 1), (cast.prickly_pear, 12)):
        for model in (MailDomain, Registration, Person):
            model.objects.filter(participant=participant).update(participant_id=id_)
        Participant.objects.filter(pk=participant.pk).update(id=id_)
        participant.pk = id_
    for person in (cast.sam, cast.kit):
        person.refresh_from_db()


def _worked_case(cast: Cast, writer: Person) -> Case:
    """An inquiry with attachment, answer, note, citation and a running clock."""
    registration = Registration.objects.get(participant=writer.participant)
    ContactRole.objects.create(
        person=writer, registration=registration, role="primary", effective_from=date(2024, 1, 1)
    )
    case = _received(cast, writer.email, f"The meter of {writer.name} reads wrong")
    by = cast.ana.as_actor()
    desk.assign(case, owner=cast.ana, by=by, at=MONDAY)
    desk.add_note(case, text=f"{writer.name} is difficult", by=by, at=MONDAY)
    desk.cite(case, version_id=_rule().pk, quote="", by=by, at=MONDAY)
    composed = desk.Composed(key=uuid4())
    answer = desk.reply(case, text="We look into it.", then=CaseState.OPEN, composed=composed, by=by, at=MONDAY)
    note_delivery(answer, profile=cast.profile, at=MONDAY)
    desk.save_draft(case, kind=DraftKind.NOTE, text=f"{writer.name} again", version=0, by=by, at=MONDAY)
    return case


def _received(cast: Cast, address: str, words: str) -> Case:
    """The case that a person's mail opened."""
    raw = MAIL.format(address=address, words=words).replace("\n", "\r\n").encode()
    mail = keep(Delivery(f"test:{address}", "a test", raw), run=None, at=MONDAY)
    assert mail is not None
    sort(mail, profile=cast.profile, at=MONDAY, raw=raw)
    _digest()
    return Case.objects.get(number=IncomingMail.objects.get(pk=mail.pk).case_number)


MAIL = """\
From: {address}
To: clientservices@gridoperator.example
Subject: {words}
Message-ID: <{address}>
Date: Mon, 16 Nov 2026 08:59:00 -0600
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=cut

--cut
Content-Type: text/plain

{words}, please help.
--cut
Content-Type: text/csv; name=reads.csv
Content-Disposition: attachment; filename=reads.csv

day,read
--cut--
"""


def _rule() -> ParagraphVersion:
    book, _ = Book.objects.get_or_create(key="protocols", defaults={"name": "Protocols"})
    section, _ = Section.objects.get_or_create(book=book, number="1.1", defaults={"sort_key": "1.1"})
    paragraph, _ = Paragraph.objects.get_or_create(section=section, path="(1)")
    version, _ = ParagraphVersion.objects.get_or_create(
        paragraph=paragraph, text="Meters shall be read.", text_digest="x", effective_from=date(2024, 1, 1)
    )
    return version


def _change_the_rule() -> None:
    """A second edition ends the version that the cases cite; what that reaches is reported by the journal."""
    version = _rule()
    book = version.paragraph.section.book
    for day in (version.effective_from, CHANGED_ON):
        edition = Edition.objects.create(
            book=book, effective_on=day, file_name="rules.pdf", file_digest=str(day), imported_at=MONDAY,
            sections=1, paragraphs=1, pending=0,
        )  # fmt: skip
    ParagraphVersion.objects.filter(pk=version.pk).update(effective_to=CHANGED_ON)
    ParagraphVersion.objects.create(
        paragraph=version.paragraph, text="Meters are read.", text_digest="y", effective_from=CHANGED_ON
    )
    said = EditionImported(
        book=book.key, effective_on=str(CHANGED_ON), sections=1, paragraphs=1, added=0, changed=1, moved=0, gone=0
    )
    record(said, about=edition.reference, by=SYSTEM, at=MONDAY, links={"book": book.reference})


def _digest() -> None:
    seal(at=MONDAY)
    drive()


def test_every_table_is_closed_or_is_said_why_not(db: None) -> None:
    everything = rows(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
    )

    assert sorted(str(name) for (name,) in everything) == sorted([*closed_tables(), *OPEN_TABLES])


def test_nothing_reads_around_the_closed_tables(db: None) -> None:
    views = rows(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm', 'f')"
    )
    as_definer = rows("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef")

    assert views == []
    assert {name for (name,) in as_definer} == set(DEFINERS)


def test_every_closed_table_has_rows_in_this_test(desks: TwoDesks) -> None:
    empty = set(closed_tables()) - set(counts())

    assert empty == {"mail_ingestrun", "mail_mailboxcursor", "journal_parked"}


@pytest.mark.parametrize("viewer", ["", "public", "nobody", "participant:", "participant:x", "participant:12 "])
def test_whoever_is_nobody_sees_nothing_in_any_table(desks: TwoDesks, viewer: str) -> None:
    with viewing_as(Actor(Reference("nobody", "-"), "Nobody", viewer=viewer)):
        assert counts() == {}


@pytest.mark.parametrize(
    "viewer", ["see:desk", "system ", "System", "system see:desk x"], ids=lambda viewer: viewer.strip()
)
def test_words_that_only_look_like_a_viewer_are_not_staff_and_not_the_system(desks: TwoDesks, viewer: str) -> None:
    with viewing_as(Actor(Reference("nobody", "-"), "Nobody", viewer=viewer)):
        seen = counts()

    assert "journal_journalevent" not in seen
    assert "identity_user" not in seen


@pytest.mark.parametrize("who", ["bluestem", "prickly pear"])
def test_a_participant_sees_its_own_rows_and_no_others(desks: TwoDesks, who: str) -> None:
    participant = desks.participants[who]
    case = desks.sams if who == "bluestem" else desks.kits

    with viewing_as(viewer_of(participant)):
        seen = counts()
        owners = {
            table: {owner for (owner,) in rows(f"SELECT {column} FROM {table}")} for table, column in WHOSE.items()
        }
        cases = {number for (number,) in rows("SELECT number FROM desk_case")}
        said = rows("SELECT kind, text FROM desk_message")

    assert set(seen) == set(THEIRS)
    assert owners == {table: {participant.pk} for table in WHOSE}
    assert cases == {case.number}
    assert {kind for kind, _ in said} == {"client", "ours"}
    assert {text for kind, text in said if kind == "ours"} == {"We look into it."}


OF_CASE = "(SELECT c.participant_id FROM desk_case c WHERE c.id = case_id)"
OF_PERSON = "(SELECT p.participant_id FROM participants_person p WHERE p.id = person_id)"
WHOSE = {
    "participants_participant": "id",
    "participants_maildomain": "participant_id",
    "participants_registration": "participant_id",
    "participants_person": "participant_id",
    "participants_contactrole": OF_PERSON,
    "desk_case": "participant_id",
    "desk_message": OF_CASE,
    "desk_casecitation": OF_CASE,
    "search_entry": "participant_id",
}
"""Whose a row is, for each table a participant may look into."""


def test_ids_are_compared_as_numbers_not_as_text(desks: TwoDesks) -> None:
    with viewing_as(viewer_of(desks.lookalike)):
        seen = counts()

    assert [desks.cast.bluestem.pk, desks.cast.prickly_pear.pk, desks.lookalike.pk] == [1, 12, 123]
    assert seen == {"participants_participant": 1}


def test_a_case_of_nobody_known_is_seen_by_no_participant(desks: TwoDesks) -> None:
    seen = {}
    for name, participant in desks.participants.items():
        with viewing_as(viewer_of(participant)):
            seen[name] = rows("SELECT 1 FROM desk_case WHERE number = %s", desks.strangers.number)

    assert seen == {name: [] for name in desks.participants}


@pytest.mark.parametrize(
    ("viewer", "found"), [("", 0), ("public", 0), ("participant:1", 1), ("participant:123", 0), ("staff:1", 0),
                          ("staff:1 see:desk", 3), ("system", 3)],
)  # fmt: skip
def test_matching_as_the_owner_shows_no_more_than_the_policy(desks: TwoDesks, viewer: str, found: int) -> None:
    with viewing_as(Actor(Reference("x", "1"), "X", viewer=viewer)):
        ids = rows("SELECT id FROM search_matching(ARRAY['please'], NULL, NULL, 100)")
        numbers = rows("SELECT object_id FROM search_holding(ARRAY['please'], 'case', 100)")

    assert len(ids) == len(numbers) == found


def test_a_participant_finds_its_own_cases_alone_and_no_internal_words(desks: TwoDesks) -> None:
    sams_people = viewer_of(desks.cast.bluestem)

    with viewing_as(sams_people):
        own, of_others = find("Doyle", viewer=sams_people), find("Arden", viewer=sams_people)
        internal = find("difficult", viewer=sams_people)
        raw = rows("SELECT object_id FROM search_entry")

    assert [entry.object_id for entry in own] == [str(desks.sams.number)]
    assert (of_others, internal) == ([], [])
    assert raw == [(str(desks.sams.number),)]


@pytest.mark.parametrize("who", ["bluestem", "prickly pear", "lookalike"])
def test_what_queries_show_and_what_the_database_shows_are_the_same(desks: TwoDesks, who: str) -> None:
    viewer = viewer_of(desks.participants[who])

    by_query = {
        "cases": set(Case.objects.visible_to(viewer).values_list("pk", flat=True)),
        "participants": set(Participant.objects.visible_to(viewer).values_list("pk", flat=True)),
        "entries": {entry.pk for entry in find("help meter wrong", viewer=viewer)},
    }
    with viewing_as(viewer):
        by_database = {
            "cases": set(Case.objects.values_list("pk", flat=True)),
            "participants": set(Participant.objects.values_list("pk", flat=True)),
            "entries": {entry.pk for entry in find("help meter wrong", viewer=SYSTEM)},
        }

    assert by_query == by_database


@pytest.mark.parametrize("viewer", [NOBODY, PUBLIC], ids=["nobody", "public"])
def test_queries_show_nothing_to_people_without_a_viewer_either(desks: TwoDesks, viewer: Actor) -> None:
    assert not Case.objects.visible_to(viewer).exists()
    assert not Participant.objects.visible_to(viewer).exists()
    assert find("meter", viewer=viewer) == []


FURNISHED = {
    "desk_absence", "desk_bulkact", "desk_bulktarget", "desk_caselink", "desk_caseperson", "desk_casethread",
    "desk_consultation", "desk_draftcomment", "desk_draftreader", "desk_laterreply", "desk_mention", "desk_personal",
    "desk_presence", "desk_rearrangement", "desk_rotashift", "desk_savedview", "desk_turn", "desk_upload",
    "desk_workcapacity", "mail_addressstanding", "mail_fileexamination", "mail_outgoingattachment",
}  # fmt: skip
"""The tables that `tests.desk_rows` fills."""
SEEN_BY_RIGHT = {
    "desk": {
        "desk_case", "desk_message", "desk_casecitation", "desk_draft", "desk_sentreply", "mail_incomingmail",
        "mail_outgoingmail", "mail_mailattachment", "search_entry", "search_innerentry", *FURNISHED,
    },
    "clocks": {"clocks_clock", "clocks_clockmove"},
    "rulebook": {"rulebook_changereport", "rulebook_changetask"},
    "participants": {
        "participants_participant", "participants_maildomain", "participants_registration", "participants_person",
        "participants_contactrole",
    },
}  # fmt: skip
SEEN_BY_STAFF = {"identity_user", "identity_team", "identity_role", "journal_journalevent", "journal_journallink"}


@pytest.mark.parametrize("right", [None, *SEEN_BY_RIGHT])
def test_staff_see_what_their_rights_say_and_nothing_more(desks: TwoDesks, right: str | None) -> None:
    rights = frozenset({f"{right}.see"} if right else ())
    viewer = Actor(Reference("staff", "1"), "Somebody", rights, viewer_of_staff(1, rights))

    with viewing_as(viewer):
        seen = set(counts())

    assert seen == SEEN_BY_STAFF | (SEEN_BY_RIGHT[right] if right else set())


KEYS = {"mail_mailboxcursor": "account", "search_innerentry": "entry_id"}
"""The keys that are not named id."""


def test_a_participant_changes_nothing_in_any_table_not_even_its_own(desks: TwoDesks) -> None:
    changed = {}
    with viewing_as(viewer_of(desks.cast.bluestem)):
        for table in closed_tables():
            with transaction.atomic(), connection.cursor() as cursor:
                column = KEYS.get(table, "id")
                cursor.execute(f"UPDATE {table} SET {column} = {column}")
                updated = cursor.rowcount
                cursor.execute(f"DELETE FROM {table}")
                changed[table] = (updated, cursor.rowcount)

    assert set(changed.values()) == {(0, 0)}


def test_a_participant_writes_into_no_case_not_even_its_own(desks: TwoDesks) -> None:
    for case in (desks.sams, desks.kits):
        with (
            pytest.raises(DatabaseError, match="row-level security"),
            viewing_as(viewer_of(desks.cast.bluestem)),
        ):
            rows(
                "INSERT INTO desk_message (case_id, kind, at, author, author_name, author_address, text, "
                "quoted_text, signature_text, remark) VALUES (%s, 'client', now(), 'x', 'x', '', 'x', '', '', '') "
                "RETURNING id",
                case.pk,
            )


def test_a_participant_has_no_right_to_act(desks: TwoDesks) -> None:
    sams_people = viewer_of(desks.cast.bluestem)

    with pytest.raises(NotAllowed):
        desk.add_note(desks.sams, text="let me in", by=sams_people, at=MONDAY)


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE desk_case DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE desk_case NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY desk_case_staff ON desk_case",
        "ALTER POLICY desk_case_staff ON desk_case USING (true)",
        "CREATE POLICY mine ON desk_case USING (true)",
        "ALTER TABLE journal_journalevent DISABLE TRIGGER ALL",
        "DROP TRIGGER journal_journalevent_only_grows ON journal_journalevent",
        "SET session_replication_role = replica",
        "SET ROLE postgres",
        "SET SESSION AUTHORIZATION postgres",
        "ALTER ROLE tieline_app BYPASSRLS",
        "TRUNCATE desk_case CASCADE",
        "TRUNCATE search_entry",
        "CREATE TABLE mine (id int)",
        "CREATE OR REPLACE FUNCTION tieline_is_staff() RETURNS boolean LANGUAGE sql AS 'SELECT true'",
        "COPY desk_case TO PROGRAM 'cat'",
    ],
)
def test_the_application_cannot_open_what_is_closed(db: None, statement: str) -> None:
    refusal = r"permission denied|must be owner|must be able|Only roles with"
    with pytest.raises(DatabaseError, match=refusal), transaction.atomic():
        rows(statement)


def test_an_inner_viewer_gives_way_to_the_outer_one_again(desks: TwoDesks) -> None:
    sams_people = viewer_of(desks.cast.bluestem)

    with viewing_as(sams_people):
        with viewing_as(SYSTEM):
            as_system = rows("SELECT count(*) FROM desk_case")
        after = rows("SELECT count(*) FROM desk_case")
        with pytest.raises(ZeroDivisionError), viewing_as(SYSTEM):
            raise ZeroDivisionError
        after_fault = rows("SELECT count(*) FROM desk_case")

    assert (as_system, after, after_fault) == ([(3,)], [(1,)], [(1,)])


def test_the_index_follows_a_case_that_gets_another_participant(desks: TwoDesks) -> None:
    Case.objects.filter(pk=desks.sams.pk).update(participant=desks.cast.prickly_pear)
    desk.assign(desks.sams, owner=None, by=SYSTEM, at=MONDAY)
    _digest()

    with viewing_as(viewer_of(desks.cast.bluestem)):
        before = rows("SELECT count(*) FROM search_entry")
    with viewing_as(viewer_of(desks.cast.prickly_pear)):
        after = rows("SELECT count(*) FROM search_entry")

    assert (before, after) == ([(0,)], [(2,)])
