"""What the contexts read from a profile has their types, and changes in time as rules do."""

from __future__ import annotations

import re
import shutil
from datetime import date, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tieline.clocks.profile import Measure, ServiceLevels
from tieline.desk.profile import Taxonomy
from tieline.identity.profile import Teams
from tieline.kernel.deadline import parse_duration
from tieline.kernel.profile import ProfileProblem, load_profile
from tieline.mail.profile import MailRules, Notices, read_replies
from tieline.rulebook.profile import Rulebook

SMALLEST = Path(__file__).parents[2] / "profiles" / "_blank"


@pytest.fixture
def profile_dir(tmp_path: Path) -> Path:
    """A copy of the smallest profile, free to be changed."""
    return Path(shutil.copytree(SMALLEST, tmp_path / "north"))


def problems_of(directory: Path) -> tuple[str, ...]:
    with pytest.raises(ProfileProblem) as caught:
        load_profile(directory)
    return caught.value.problems


def test_the_smallest_profile_loads_with_types(profile_dir: Path) -> None:
    profile = load_profile(profile_dir)

    policy = profile.get(ServiceLevels).policies[0]
    assert profile.time_zone == ZoneInfo("Etc/UTC")
    assert policy.duration == parse_duration("2 business days")
    assert policy.measure is Measure.FIRST_ANSWER
    assert policy.from_ == date(2026, 1, 1)
    assert profile.get(Taxonomy).topic("question").area == "general"
    assert profile.calendars["operator"].opens == time(8)
    assert profile.calendars["operator"].why_not(date(2026, 1, 1)) == "New Year's Day"
    assert profile.calendars["calendar"].counts(date(2031, 1, 1))


def test_a_repeated_key_is_refused_but_a_later_row_of_a_policy_is_not(profile_dir: Path) -> None:
    levels = profile_dir / "service_levels.toml"
    row = levels.read_text()
    levels.write_text(row + row.replace("2026-01-01", "2026-07-01").replace("2 business", "1 business"))
    profile = load_profile(profile_dir)
    policy_for = profile.get(ServiceLevels).policy_for

    june = policy_for("inquiry", "normal", Measure.FIRST_ANSWER, date(2026, 6, 30))
    july = policy_for("inquiry", "normal", Measure.FIRST_ANSWER, date(2026, 7, 1))

    assert june is not None
    assert july is not None
    assert (str(june.duration), str(july.duration)) == ("2 business days", "1 business day")
    assert policy_for("inquiry", "normal", Measure.FIRST_ANSWER, date(2025, 12, 31)) is None
    levels.write_text(row + row)
    assert "policies[1].key: expected a key that no earlier row has" in problems_of(profile_dir)[0]


def test_the_closest_policy_wins(profile_dir: Path) -> None:
    levels = profile_dir / "service_levels.toml"
    row = levels.read_text()
    closer = row.replace('"first-answer"', '"inquiries"').replace('kind = "*"', 'kind = "inquiry"')
    levels.write_text(row + closer)

    policy = load_profile(profile_dir).get(ServiceLevels).policy_for(
        "inquiry", "normal", Measure.FIRST_ANSWER, date(2026, 6, 30)
    )  # fmt: skip

    assert policy is not None
    assert policy.key == "inquiries"


def test_a_text_may_only_leave_known_blanks(profile_dir: Path) -> None:
    (profile_dir / "replies").mkdir()
    text = profile_dir / "replies" / "thanks.md"
    text.write_text("# Thanks\n\nDear {{ person }}, this is {{number}}.\n")

    reply = read_replies(load_profile(profile_dir))["thanks"]

    assert reply.title == "Thanks"
    assert reply.filled({"number": "C-7"}) == "Dear {{ person }}, this is C-7.\n"
    text.write_text("# Thanks\n\nDear {{ preson }}\n")
    (problem,) = problems_of(profile_dir)
    assert re.search(r"replies/thanks\.md: .*expected one of the words .*mean 'person'.*found 'preson'", problem)


def test_files_that_may_be_left_out_read_as_empty(profile_dir: Path) -> None:
    profile = load_profile(profile_dir)

    assert profile.get(Notices).categories == ()
    assert profile.get(Rulebook).books == ()
    assert profile.get(MailRules).limits.parts == 200
    assert profile.get(Teams).team("desk").areas == ("general",)
    assert profile.word("settlement_statement") == "settlement statement"


def test_an_acknowledgement_may_not_repeat_the_clients_words(profile_dir: Path) -> None:
    (profile_dir / "replies").mkdir()
    (profile_dir / "replies" / "received.md").write_text("# Received\n\n{{ number }}: {{ subject }}\n")
    (profile_dir / "mail.toml").write_text('desk_name = "Desk"\nacknowledgement = "replies/received.md"\n')

    (problem,) = problems_of(profile_dir)

    assert "replies/received.md: {{ subject }}: expected one of the words (number, due" in problem
