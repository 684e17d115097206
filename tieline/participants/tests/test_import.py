"""Does an import change everything or nothing, and does it name file, row, column and what was expected?"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.cast import MONDAY, Cast
from tieline.identity.permissions import NotAllowed
from tieline.journal.models import JournalEvent
from tieline.kernel.actor import SYSTEM
from tieline.kernel.profile import current_profile
from tieline.participants.actions import import_market
from tieline.participants.imports import ImportRefused
from tieline.participants.models import ContactRole, MailDomain, Participant, Person, Registration
from tieline.participants.profile import Registrations

FILES = {
    "organisations.csv": """\
key,name,kind_of_company,domains,account_manager,notes
bluestem,Bluestem Retail Energy,retailer,bluestem-energy.example; mail.bluestem.example,ana.ortiz,
caprock,"Caprock, Wind & Sons",generator,caprock.example,,likes calls
""",
    "registrations.csv": """\
organisation,kind,identifier,name,status,effective_from,effective_to
bluestem,rep,410220011,Bluestem REP,active,2019-03-01,
caprock,rep,410220033,,,2020-01-01,2027-01-01
""",
    "people.csv": """\
organisation,name,email,phone,verified
bluestem,Sam Doyle,Sam.Doyle@bluestem-energy.example,+1 512 555 0100,yes
caprock,Iris Okafor,iris@caprock.example,,
""",
    "contact_roles.csv": """\
organisation,registration_kind,identifier,email,role,backup,from,to
bluestem,rep,410220011,sam.doyle@bluestem-energy.example,authorized_representative,no,2024-01-01,
""",
}


@pytest.fixture
def market(tmp_path: Path) -> Path:
    """A small market that can be imported as it stands."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture(autouse=True)
def roles(monkeypatch: pytest.MonkeyPatch) -> None:
    """The market above uses the first contact role the profile has."""
    role = current_profile().get(Registrations).contact_roles[0].key
    monkeypatch.setitem(
        FILES, "contact_roles.csv", FILES["contact_roles.csv"].replace("authorized_representative", role)
    )


def import_(directory: Path) -> dict[str, int]:
    """Import as the system."""
    return import_market(directory, kinds=current_profile().get(Registrations), by=SYSTEM, at=MONDAY)


def everything() -> list[object]:
    """All that an import could have changed, with the keys of the rows."""
    models = (Participant, MailDomain, Registration, Person, ContactRole)
    return [sorted(map(str, model.objects.values_list())) for model in models]


def test_a_market_comes_in_whole(cast: Cast, market: Path) -> None:
    rows = import_(market)

    bluestem = Participant.objects.get(key="bluestem")
    sam = Person.objects.get(email="sam.doyle@bluestem-energy.example", participant=bluestem)
    assert rows == {"organisations": 2, "registrations": 2, "people": 2, "contact_roles": 1}
    assert (bluestem.name, bluestem.account_manager) == ("Bluestem Retail Energy", cast.ana)
    assert {one.domain for one in bluestem.domains.all()} == {"bluestem-energy.example", "mail.bluestem.example"}
    assert Registration.objects.get(identifier="410220033").effective_to == date(2027, 1, 1)
    assert (sam.is_verified, sam.roles.count()) == (True, 1)
    assert Participant.objects.get(key="caprock").name == "Caprock, Wind & Sons"
    assert JournalEvent.objects.filter(kind="participant.imported").count() == 1


def test_the_same_files_again_change_nothing(cast: Cast, market: Path) -> None:
    import_(market)
    before = everything()

    import_(market)

    assert everything() == before


def test_what_is_corrected_in_the_files_is_corrected_in_its_place(cast: Cast, market: Path) -> None:
    import_(market)
    sam = Person.objects.get(email__startswith="sam.doyle")
    edit(market, "people.csv", "Sam Doyle", "Samuel Doyle")
    edit(market, "people.csv", "Sam.Doyle@", "SAM.DOYLE@")

    import_(market)

    assert Person.objects.get(pk=sam.pk).name == "Samuel Doyle"
    assert Person.objects.filter(email__iexact="sam.doyle@bluestem-energy.example").count() == 1


def edit(market: Path, file: str, old: str, new: str) -> None:
    """Change a file by hand."""
    path = market / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


WRONG = {
    "another header": (
        "people.csv", "name,email", "email,name",
        "people.csv, row 1: expected the header organisation,name,email,phone,verified; "
        "found organisation,email,name,phone,verified",
    ),
    "a value too many": (
        "people.csv", "+1 512 555 0100,yes", "+1 512, 555 0100,yes",
        "people.csv, row 2: expected 5 values, found 6",
    ),
    "a value too few": (
        "people.csv", "iris@caprock.example,,", "iris@caprock.example", "row 3: expected 5 values, found 3"
    ),
    "an open quote": ("organisations.csv", '& Sons"', "& Sons", "organisations.csv, row 3: unreadable CSV"),
    "a date the other way round": (
        "registrations.csv", "2019-03-01", "01.03.2019",
        "registrations.csv, row 2, column “effective_from”: expected a date such as 2026-01-31, found '01.03.2019'",
    ),
    "a day there is not": ("registrations.csv", "2019-03-01", "2019-02-29", "found '2019-02-29'"),
    "a date by week": ("registrations.csv", "2019-03-01", "2019-W09-5", "expected a date such as"),
    "an end before the beginning": (
        "registrations.csv", "2027-01-01", "2020-01-01",
        "registrations.csv, row 3, column “effective_to”: expected a day after 2020-01-01, found 2020-01-01",
    ),
    "an unknown kind": (
        "registrations.csv", "bluestem,rep", "bluestem,repp",
        "registrations.csv, row 2, column “kind”: expected a registration kind of the profile, found 'repp'",
    ),
    "a bad identifier": (
        "registrations.csv", "caprock,rep,410220033", "caprock,rep,4102200",
        "registrations.csv, row 3, column “identifier”: expected a ",
    ),
    "an identifier twice": (
        "registrations.csv", "caprock,rep,410220033", "caprock,rep,410220011",
        "registrations.csv, row 3, column “identifier”: is the same as in row 2",
    ),
    "an organisation twice": (
        "organisations.csv", "caprock,", "bluestem,",
        "organisations.csv, row 3, column “key”: is the same as in row 2",
    ),
    "a person twice in other letters": (
        "people.csv", "caprock,Iris Okafor,iris@caprock.example", "bluestem,Sam,SAM.doyle@bluestem-energy.example",
        "people.csv, row 3, column “email”: is the same as in row 2",
    ),
    "a domain of two": (
        "organisations.csv", "caprock.example", "mail.BLUESTEM.example",
        "organisations.csv, row 3, column “domains”: mail.bluestem.example stands in row 2 already",
    ),
    "not a domain": (
        "organisations.csv", "caprock.example", "@caprock.example",
        "column “domains”: expected mail domains separated by ;, found '@caprock.example'",
    ),
    "a domain for everybody": ("organisations.csv", "caprock.example", "example", "found 'example'"),
    "no name": ("people.csv", "Iris Okafor", " ", "people.csv, row 3, column “name”: must not be empty"),
    "not an address": (
        "people.csv", "iris@caprock.example", "iris(at)caprock", "column “email”: expected a mail address"
    ),
    "neither yes nor no": ("people.csv", ",yes", ",true", "column “verified”: expected yes or no, found 'true'"),
    "an unknown organisation": (
        "people.csv", "caprock,Iris", "cap-rock,Iris",
        "people.csv, row 3, column “organisation”: expected a key of organisations.csv, found 'cap-rock'",
    ),
    "an unknown manager": (
        "organisations.csv", "ana.ortiz", "ana.otriz",
        "organisations.csv, row 2, column “account_manager”: expected a staff user name, found 'ana.otriz'",
    ),
    "a role of nobody": (
        "contact_roles.csv", "sam.doyle@", "pam.doyle@",
        "contact_roles.csv, row 2, column “email”: expected a person of people.csv",
    ),
    "a role at no registration": (
        "contact_roles.csv", "410220011", "410220099",
        "contact_roles.csv, row 2, column “identifier”: expected a registration of registrations.csv",
    ),
    "an unknown role": (
        "contact_roles.csv", ",no,2024-01-01", "x,no,2024-01-01",
        "contact_roles.csv, row 2, column “role”: expected a contact role of the profile",
    ),
    "a name too long": (
        "people.csv", "Iris Okafor", "I" * 201, "column “name”: expected at most 200 characters, found 201"
    ),
    "a NUL": ("people.csv", "Iris Okafor", "Iris\x00", "column “name”: must not contain the NUL character"),
    "a key of odd signs": ("organisations.csv", "caprock,", "cap rock,", "expected letters, digits, - and _"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_named_and_nothing_changes(cast: Cast, market: Path, what: str) -> None:
    file, right, wrong, expected = WRONG[what]
    edit(market, file, right, wrong)
    before = everything()

    with pytest.raises(ImportRefused) as refusal:
        import_(market)

    assert expected in str(refusal.value)
    assert str(refusal.value).startswith("Nothing was imported; ")
    assert everything() == before


def test_a_file_not_in_utf8_a_missing_one_and_one_that_is_a_folder_are_named(cast: Cast, market: Path) -> None:
    (market / "organisations.csv").write_bytes("key,name\nx,Müller".encode("latin-1"))
    (market / "people.csv").unlink()
    (market / "registrations.csv").unlink()
    (market / "registrations.csv").mkdir()

    with pytest.raises(ImportRefused) as refusal:
        import_(market)

    assert [str(problem) for problem in refusal.value.problems] == [
        "organisations.csv: expected UTF-8 text",
        "registrations.csv: the file cannot be read (Is a directory)",
        "people.csv: the file is missing",
    ]


def test_a_file_given_instead_of_a_folder_is_refused_in_words(cast: Cast, market: Path) -> None:
    with pytest.raises(ImportRefused, match="cannot be read"):
        import_(market / "people.csv")


def test_an_empty_file_is_refused_for_its_header(cast: Cast, market: Path) -> None:
    (market / "people.csv").write_text("")

    with pytest.raises(ImportRefused, match=r"people\.csv, row 1: expected the header organisation,name"):
        import_(market)


def test_rows_are_counted_as_a_spreadsheet_counts_them(cast: Cast, market: Path) -> None:
    edit(market, "organisations.csv", "likes calls", '"likes\ncalls"')
    edit(market, "people.csv", "caprock,Iris", "\n\ncaprock,Iris")
    edit(market, "people.csv", "iris@caprock.example", "iris")

    with pytest.raises(ImportRefused, match=r"1 problem.*\n.*people\.csv, row 5, column “email”"):
        import_(market)


def test_a_mark_at_the_beginning_and_windows_line_ends_are_taken(cast: Cast, market: Path) -> None:
    for name in FILES:
        text = (market / name).read_text(encoding="utf-8").replace("\n", "\r\n")
        (market / name).write_bytes(b"\xef\xbb\xbf" + text.encode())

    assert import_(market)["people"] == 2


def test_many_problems_are_counted_and_the_first_shown(cast: Cast, market: Path) -> None:
    rows = "".join(f"caprock,Person {number},nobody-{number},,\n" for number in range(50))
    edit(market, "people.csv", "caprock,Iris Okafor,iris@caprock.example,,\n", rows)

    with pytest.raises(ImportRefused) as refusal:
        import_(market)

    assert len(refusal.value.problems) == 50
    assert str(refusal.value).splitlines()[-1] == "  … and 30 more"


def test_importing_needs_a_right(cast: Cast, market: Path) -> None:
    kinds = current_profile().get(Registrations)

    with pytest.raises(NotAllowed):
        import_market(market, kinds=kinds, by=cast.ana.as_actor(), at=MONDAY)

    assert import_market(market, kinds=kinds, by=cast.ravi.as_actor(), at=MONDAY)["people"] == 2
