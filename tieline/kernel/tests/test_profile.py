"""A profile is read whole, and each mistake names its file, its key and what was expected there."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tieline.kernel.profile import (
    ProfileNotFound,
    ProfileProblem,
    current_profile,
    find_profile,
    load_profile,
)
from tieline.kernel.profile_guide import describe_schema, unsaid

SMALLEST = Path(__file__).parents[3] / "profiles" / "_blank"


@pytest.fixture
def profile_dir(tmp_path: Path) -> Path:
    """A copy of the smallest profile, free to be spoilt."""
    return Path(shutil.copytree(SMALLEST, tmp_path / "north"))


def spoil(directory: Path, file: str, old: str, new: str) -> None:
    path = directory / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def problems_of(directory: Path) -> tuple[str, ...]:
    with pytest.raises(ProfileProblem) as caught:
        load_profile(directory)
    return caught.value.problems


MISTAKES = [
    pytest.param(
        "taxonomy.toml", 'team = "desk"', 'taem = "desk"',
        r"taxonomy\.toml: areas\[0\]\.taem: expected one of .*did you mean 'team'.*the key 'taem'",
        id="unknown key",
    ),
    pytest.param(
        "taxonomy.toml", "rank = 1", 'rank = "first"',
        r"taxonomy\.toml: urgencies\[0\]\.rank: expected a whole number, found 'first'", id="wrong type",
    ),
    pytest.param(
        "taxonomy.toml", "rank = 1", "rank = true",
        r"taxonomy\.toml: urgencies\[0\]\.rank: expected a whole number, found True", id="truth is no number",
    ),
    pytest.param(
        "taxonomy.toml", "rank = 1\n", "",
        r"taxonomy\.toml: urgencies\[0\]\.rank: expected a whole number, found nothing", id="missing key",
    ),
    pytest.param(
        "taxonomy.toml", 'area = "general"', 'area = "generall"',
        r"taxonomy\.toml: topics\[0\]\.area: expected one of the business areas \(general\)"
        r".*did you mean 'general'.*found 'generall'",
        id="unknown area",
    ),
    pytest.param(
        "taxonomy.toml", 'default_topic = "question"', 'default_topic = "weather"',
        r"taxonomy\.toml: default_topic: expected one of the topics \(question\), found 'weather'",
        id="unknown default topic",
    ),
    pytest.param(
        "taxonomy.toml", '"10 business days"', '"ten days or so"',
        r"taxonomy\.toml: kinds\[0\]\.reopen_window: expected a duration such as .*, found 'ten days",
        id="bad duration",
    ),
    pytest.param(
        "taxonomy.toml", 'name = "General"', 'name = " "',
        r"taxonomy\.toml: areas\[0\]\.name: expected a text that is not empty, found ' '", id="empty text",
    ),
    pytest.param(
        "taxonomy.toml", 'key = "question"', 'key = "Any Question"',
        r"taxonomy\.toml: topics\[0\]\.key: expected a short word of small letters", id="key with blanks",
    ),
    pytest.param(
        "service_levels.toml", 'measure = "first_answer"', 'measure = "first_anwser"',
        r"service_levels\.toml: policies\[0\]\.measure: expected one of first_answer, resolution, consultation"
        r" \(did you mean 'first_answer'\?\), found 'first_anwser'",
        id="unknown choice",
    ),
    pytest.param(
        "service_levels.toml", "from = 2026-01-01", 'from = "2026-13-01"',
        r"service_levels\.toml: policies\[0\]\.from: expected a date such as 2026-01-31, found '2026-13-01'",
        id="bad date",
    ),
    pytest.param(
        "service_levels.toml", 'kind = "*"', 'kind = "complaint"',
        r"service_levels\.toml: policies\[0\]\.kind: expected one of the kinds of case \(\*, inquiry\)",
        id="policy of an unknown kind",
    ),
    pytest.param(
        "service_levels.toml", 'calendar = "operator"', 'calendar = "bank"',
        r"service_levels\.toml: policies\[0\]\.calendar: expected one of the calendars \(calendar, op",
        id="unknown calendar",
    ),
    pytest.param(
        "teams.toml", '"desk.see"', '"desk.look"',
        r"teams\.toml: roles\[0\]\.rights\[0\]: expected one of the rights .*found 'desk\.look'",
        id="unknown right",
    ),
    pytest.param(
        "teams.toml", 'areas = ["general"]', "areas = []",
        r"taxonomy\.toml: areas\[0\]\.team: expected a team whose areas \(teams\.toml\) hold 'general'",
        id="team that does not own its area",
    ),
    pytest.param(
        "mail.toml", 'desk_name = "Client services"', 'desk_name = "D"\nacknowledgement = "replies/none.md"',
        r"mail\.toml: acknowledgement: expected the path of a text in the profile.*found 'replies/none\.md'",
        id="text that is not there",
    ),
    pytest.param(
        "profile.toml", "Etc/UTC", "Etc/Nowhere",
        r"profile\.toml: time_zone: expected a time zone such as .*found 'Etc/Nowhere'", id="bad zone",
    ),
    pytest.param(
        "calendars/operator.toml", "2026-01-01 =", "2025-01-01 =",
        r"calendars/operator\.toml: expected a calendar that agrees with itself, found .*2025-01-01",
        id="wrong year",
    ),
    pytest.param(
        "calendars/operator.toml", "2026-01-01 =", "2026-02-30 =",
        r"calendars/operator\.toml: years\.2026\.holidays\.2026-02-30: expected a date", id="no such day",
    ),
    pytest.param(
        "taxonomy.toml", "[[areas]]", "[[areas",
        r"taxonomy\.toml: expected a readable TOML file in UTF-8, found .*line 3", id="broken TOML",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "expected"), MISTAKES)
def test_a_mistake_names_file_key_and_expectation(
    profile_dir: Path, file: str, old: str, new: str, expected: str
) -> None:
    spoil(profile_dir, file, old, new)

    problems = problems_of(profile_dir)

    assert any(re.search(expected, problem) for problem in problems), problems


def test_a_bad_regular_expression_is_named(profile_dir: Path) -> None:
    (profile_dir / "rulebook.toml").write_text("[grammar]\nsection_number = '(\\d+'\n")

    (problem,) = problems_of(profile_dir)

    assert re.search(r"rulebook\.toml: grammar\.section_number: expected a regular expression \(missing \)", problem)


def test_a_citation_form_must_find_its_own_example(profile_dir: Path) -> None:
    (profile_dir / "rulebook.toml").write_text(
        "[[grammar.citations]]\nkey = 'short'\npattern = 'Rule (?P<section>\\d+)'\nexample = 'Section 7'\n"
    )

    (problem,) = problems_of(profile_dir)

    assert "rulebook.toml: grammar.citations[0].pattern: expected a regular expression that finds its own" in problem


def test_all_mistakes_are_told_at_once(profile_dir: Path) -> None:
    spoil(profile_dir, "taxonomy.toml", "rank = 1", "rank = 1.5")
    spoil(profile_dir, "service_levels.toml", "2 business days", "-1 hours")
    spoil(profile_dir, "teams.toml", '"desk.see"', '"desk.look"')
    (profile_dir / "taxonmy.toml").write_text("")

    problems = problems_of(profile_dir)

    assert len(problems) == 4
    assert any("taxonmy.toml" in problem and "did you mean 'taxonomy.toml'" in problem for problem in problems)


def test_all_calendars_may_stand_in_one_file(profile_dir: Path) -> None:
    sheet = '[bank]\nname = "Bank days"\nzone = "Asia/Tokyo"\nweekend = ["sunday"]\n[bank.years]\n'
    (profile_dir / "calendars.toml").write_text(sheet)

    bank = load_profile(profile_dir).calendars["bank"]

    assert (bank.zone.key, bank.weekend) == ("Asia/Tokyo", frozenset({6}))


def test_the_key_of_every_day_is_taken(profile_dir: Path) -> None:
    shutil.copy(profile_dir / "calendars/operator.toml", profile_dir / "calendars/calendar.toml")

    (problem,) = problems_of(profile_dir)

    assert "calendars/calendar.toml: expected another key" in problem


def test_the_version_follows_every_byte_but_not_the_story(profile_dir: Path) -> None:
    before = load_profile(profile_dir).version

    (profile_dir / "demo").mkdir()
    (profile_dir / "demo" / "story.csv").write_text("at,what\n")
    with_story = load_profile(profile_dir).version
    spoil(profile_dir, "mail.toml", "Client services", "Client service")
    changed = load_profile(profile_dir).version

    assert before == with_story != changed


def test_a_missing_head_is_named(tmp_path: Path) -> None:
    assert any("profile.toml: expected the file that names" in problem for problem in problems_of(tmp_path))


def test_a_profile_is_found_by_path_and_by_name(profile_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIELINE_PROFILES_DIR", str(profile_dir.parent))

    assert find_profile(str(profile_dir)) == profile_dir
    assert find_profile("north") == profile_dir
    with pytest.raises(ProfileNotFound, match=r"no profile 'south'; installed are: .*north"):
        find_profile("south")
    with pytest.raises(ProfileNotFound, match=r"holds no profile\.toml"):
        find_profile(str(profile_dir.parent))


def test_the_current_profile_is_the_one_the_environment_names(
    profile_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIELINE_PROFILE", str(profile_dir))

    assert current_profile().directory == profile_dir
    assert current_profile() is current_profile()


def test_what_is_unsaid_is_counted(profile_dir: Path) -> None:
    gaps = "\n".join(unsaid(load_profile(profile_dir)))

    assert "service_levels.toml: 1 of 1 policies are not verified" in gaps
    assert "calendar 'operator': 1 of 1 years are not verified" in gaps
    assert "rulebook.toml: the whole file" in gaps
    assert "kind 'inquiry' has no resolution policy for normal" in gaps


def test_every_file_and_key_is_described() -> None:
    text = describe_schema()

    for file in ("profile.toml", "taxonomy.toml", "calendars/<key>.toml", "teams.toml"):
        assert f"### `{file}`" in text
    assert "| `from` | a date such as 2026-01-31 | yes | the first day the row holds |" in text
