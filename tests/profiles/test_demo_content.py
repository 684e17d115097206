"""Does the demonstration of the ercot profile hold together?

Every reference resolves, every quotation is verbatim in the edition then in force, every letter parses, and the story
runs forward in time. Files only; no database.
"""

import csv
import re
from collections.abc import Iterator
from datetime import date, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path

import pytest

DEMO = Path(__file__).parents[2] / "profiles" / "ercot" / "demo"
EDITIONS = (date(2026, 1, 1), date(2026, 9, 1), date(2026, 11, 16))
STORY_ENDS = datetime.fromisoformat("2026-11-20T16:00:00-06:00")
KINDS = {"qse", "lse", "cr", "rep", "noie", "tdsp", "re", "crrah", "imre", "cp"}
ACTS = {"mail", "reply", "note", "assign", "cite", "close", "wait", "edition", "decide"}
OUTCOMES = {"answered", "referred", "withdrawn", "no_action"}
DEPTH_OF_MARK = (r"\d+", r"[a-z]", r"[ivx]+")

Row = dict[str, str]


def rows(name: str) -> list[Row]:
    with (DEMO / name).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def story(*acts: str) -> list[Row]:
    return [row for row in rows("story.csv") if row["act"] in acts]


def letter(name: str) -> EmailMessage:
    raw = (DEMO / "mailbox" / name).read_bytes()
    return BytesParser(EmailMessage, policy=policy.default).parsebytes(raw)


def letters() -> dict[str, EmailMessage]:
    return {path.name: letter(path.name) for path in sorted((DEMO / "mailbox").glob("*.eml"))}


def edition_text(effective_on: date) -> str:
    return (DEMO / "rules" / f"edition-{effective_on}.md").read_text(encoding="utf-8")


def paragraphs(text: str) -> Iterator[tuple[str, str]]:
    """Each paragraph outside grey boxes as (citation, text), the citation like 9.14.3(1)(b)."""
    section, marks, in_box = "", ["", "", ""], False
    for line in text.splitlines():
        if heading := re.fullmatch(r"#+ ([\d.]+) .+", line):
            section, marks = heading[1], ["", "", ""]
        elif line.startswith(":::"):
            in_box = line == ":::greybox"
        elif not in_box and (paragraph := re.fullmatch(r"(\((\w+)\)) (.+)", line)):
            depth = next(d for d, mark in enumerate(DEPTH_OF_MARK) if re.fullmatch(mark, paragraph[2]))
            marks[depth:] = [paragraph[1]] + [""] * (2 - depth)
            yield section + "".join(marks), paragraph[3]


def in_force(on: date) -> dict[str, str]:
    return dict(paragraphs(edition_text(max(edition for edition in EDITIONS if edition <= on))))


def test_the_market_has_the_promised_size() -> None:
    assert len(rows("market/organisations.csv")) == 40
    assert 70 <= len(rows("market/registrations.csv")) <= 80
    assert 88 <= len(rows("market/people.csv")) <= 95
    assert 145 <= len(letters()) <= 160


def test_every_domain_is_one_that_nobody_can_own() -> None:
    domains = [d for row in rows("market/organisations.csv") for d in row["domains"].split(";")]

    assert all(domain.endswith(".example") for domain in domains)
    assert len(domains) == len(set(domains))


def test_the_people_and_registrations_belong_to_known_organisations() -> None:
    staff = {row["username"] for row in rows("market/staff.csv")}
    organisations = {row["key"]: row for row in rows("market/organisations.csv")}

    assert {row["account_manager"] for row in organisations.values()} <= staff
    for person in rows("market/people.csv"):
        domain = person["email"].partition("@")[2]
        assert domain in organisations[person["organisation"]]["domains"].split(";")
        assert person["verified"] in {"yes", "no"}
    for registration in rows("market/registrations.csv"):
        assert registration["organisation"] in organisations
        assert registration["kind"] in KINDS
        assert re.fullmatch(r"\d{9}(\d{4})?", registration["identifier"])


def test_every_contact_role_names_a_person_and_a_registration() -> None:
    people = {(row["organisation"], row["email"]) for row in rows("market/people.csv")}
    registrations = {(row["organisation"], row["kind"], row["identifier"]) for row in rows("market/registrations.csv")}
    for role in rows("market/contact_roles.csv"):
        assert (role["organisation"], role["email"]) in people
        assert (role["organisation"], role["registration_kind"], role["identifier"]) in registrations
        assert role["to"] == "" or role["from"] < role["to"]


def test_sam_and_kit_work_for_rivals() -> None:
    employer = {row["name"]: row["organisation"] for row in rows("market/people.csv")}

    assert employer["Sam Doyle"] != employer["Kit Arden"]


@pytest.mark.parametrize("effective_on", EDITIONS)
def test_an_edition_has_its_sections_paragraphs_and_watermark(effective_on: date) -> None:
    text = edition_text(effective_on)
    headings = re.findall(r"^#+ ([\d.]+) ", text, re.MULTILINE)
    cited = [citation for citation, _ in paragraphs(text)]

    assert len(headings) == len(set(headings)) >= 122
    assert len(cited) == len(set(cited)) >= 250
    assert "Illustrative text written for the Tieline demonstration; not a rule of any operator." in text


def test_the_second_edition_changes_adds_and_removes() -> None:
    before, after = (dict(paragraphs(edition_text(edition))) for edition in EDITIONS[:2])

    assert len(after.keys() - before.keys()) == 4
    assert len(set(before.values()) - set(after.values())) == 13
    assert "[NPRR9001: Replace paragraph (2) above" in edition_text(EDITIONS[1])


def test_the_third_edition_comes_in_the_story_and_moves_a_paragraph() -> None:
    before, after = (dict(paragraphs(edition_text(edition))) for edition in EDITIONS[1:])
    (brought,) = story("edition")

    assert brought["text"] == f"illustrative-market-protocols-{EDITIONS[2]}.docx"
    assert datetime.fromisoformat(brought["at"]).date() < EDITIONS[2]
    assert before["9.7.3(3)"] == after["9.7.4(1)"]
    assert len(set(before.values()) - set(after.values())) == 5
    assert {row["outcome"] for row in story("decide")} == {"confirmed", "amended"}


@pytest.mark.parametrize("effective_on", EDITIONS)
def test_the_word_file_is_built(effective_on: date) -> None:
    built = DEMO / "rules" / f"illustrative-market-protocols-{effective_on}.docx"

    assert built.read_bytes().startswith(b"PK")


def test_every_letter_parses_with_a_sender_an_id_and_a_date_inside_the_story() -> None:
    for name, message in letters().items():
        assert parseaddr(message["From"])[1], name
        assert message["Message-ID"], name
        assert datetime(2026, 10, 19).date() <= parsedate_to_datetime(message["Date"]).date(), name
        assert parsedate_to_datetime(message["Date"]) <= STORY_ENDS, name
        assert list(message.walk()), name


def test_only_the_duplicate_repeats_a_message_id() -> None:
    repeated: dict[str, list[str]] = {}
    for name, message in letters().items():
        repeated.setdefault(message["Message-ID"], []).append(name)

    twice = [names for names in repeated.values() if len(names) > 1]
    assert len(twice) == 1
    first, second = twice[0]
    assert (DEMO / "mailbox" / first).read_bytes() == (DEMO / "mailbox" / second).read_bytes()


def test_every_answer_refers_to_a_letter_or_a_reply_of_the_story() -> None:
    keys = {f"<case-reply-{row['reply_key']}@gridoperator.example>" for row in story("reply")}
    known = keys | {message["Message-ID"] for message in letters().values()}

    answers = [message for message in letters().values() if message["In-Reply-To"]]
    assert len(answers) >= 40
    for message in answers:
        assert message["In-Reply-To"] in known
        assert message["References"].split()[-1] == message["In-Reply-To"]
        assert set(message["References"].split()) <= known


def test_every_letter_comes_once_and_the_story_runs_forward_to_its_end() -> None:
    told = rows("story.csv")
    times = [datetime.fromisoformat(row["at"]) for row in told]

    assert {row["act"] for row in told} == ACTS
    assert times == sorted(times)
    assert times[-1] <= STORY_ENDS
    assert sorted(row["mail"] for row in story("mail")) == sorted(letters())
    for row in story("mail"):
        assert parsedate_to_datetime(letter(row["mail"])["Date"]) == datetime.fromisoformat(row["at"])


def test_nothing_happens_to_a_case_before_its_first_letter_and_no_close_before_a_reply() -> None:
    opened: set[str] = set()
    answered: set[str] = set()
    for row in rows("story.csv"):
        if row["act"] == "mail":
            opened.add(row["mail"])
        elif row["act"] == "reply":
            answered.add(row["case_of"])
        if row["act"] == "close":
            assert row["case_of"] in answered or row["outcome"] == "no_action", row
        assert row["case_of"] in opened or row["case_of"] == "", row


def test_the_acts_of_staff_are_by_known_people_and_complete() -> None:
    staff = {row["username"] for row in rows("market/staff.csv")}
    for row in story("reply", "note", "assign", "cite", "close", "wait", "decide"):
        assert row["by"] in staff, row
    assert {row["text"] for row in story("assign")} <= staff
    assert {row["outcome"] for row in story("close")} == OUTCOMES
    assert all(40 <= len(row["text"].split()) <= 140 for row in story("reply"))
    keys = [row["reply_key"] for row in story("reply")]
    assert len(keys) == len(set(keys))
    assert {row["reply_key"] for row in story("cite")} <= set(keys)


@pytest.mark.parametrize("row", story("cite"), ids=lambda row: f"{row['cite']} {row['at'][:10]}")
def test_a_quotation_is_verbatim_in_the_edition_in_force(row: Row) -> None:
    on = datetime.fromisoformat(row["at"]).date()

    assert row["quote"] in in_force(on)[row["cite"]]


def test_the_mailbox_holds_each_kind_of_odd_letter_once_or_twice() -> None:
    every = letters().values()
    bounces = [message for message in every if message.get_content_type() == "multipart/report"]
    replies_of_machines = [
        message for message in every if message["Auto-Submitted"] == "auto-replied" and message not in bounces
    ]

    assert len(bounces) == 1
    assert len(replies_of_machines) == 2
    assert len([message for message in every if message["List-Id"]]) == 1
    assert len([message for message in every if "\n" in str(message["Subject"])]) == 1
    raw = [path.read_bytes() for path in (DEMO / "mailbox").glob("*.eml")]
    assert len([text for text in raw if b"../../../etc/" in text and b"onerror=" in text]) == 1
