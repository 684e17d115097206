"""A profile's procedures name a known team and cite rules as in letters; the map finds all their sections."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from tests.cast import MONDAY
from tests.rules import adopt_rules
from tieline.kernel.actor import SYSTEM
from tieline.kernel.profile import Profile, ProfileProblem, load_profile
from tieline.kernel.profile_guide import unsaid
from tieline.rulebook.actions import UnfitBookKey, import_edition
from tieline.rulebook.profile import Keeper, Kept, Rulebook
from tieline.rulebook.reach import mapping, profile_values
from tieline.rulebook.reach.files import map_as_csv
from tieline.rulebook.reach.mapping import MapRow, rule_map
from tieline.rulebook.reach.profile import Procedure, Procedures
from tieline.rulebook.tests.print_shop import guide, kept

SMALLEST = Path(__file__).parents[4] / "profiles" / "_blank"
DAY = date(2026, 6, 1)
PROCEDURE = """
[[procedures]]
key = "post"
name = "Post the statements"
team = "{team}"
tools = ["Posting tool"]
steps = ["Post them."]
citations = ["{citation}"]
"""


@pytest.fixture
def profile_dir(tmp_path: Path) -> Path:
    """A copy of the smallest profile, free to be changed."""
    return Path(shutil.copytree(SMALLEST, tmp_path / "north"))


def write(directory: Path, *, team: str = "desk", citation: str = "Section 9.1(2)") -> Path:
    (directory / "procedures.toml").write_text(PROCEDURE.format(team=team, citation=citation))
    return directory


def test_procedures_are_read_and_one_without_rules_is_told(profile_dir: Path) -> None:
    profile = load_profile(write(profile_dir))

    (procedure,) = profile.get(Procedures).procedures
    assert (procedure.team, procedure.tools, procedure.verified) == ("desk", ("Posting tool",), False)
    (profile_dir / "procedures.toml").write_text(PROCEDURE.format(team="desk", citation="").replace('[""]', "[]"))
    assert "procedures.toml: procedure 'post' names no rule it follows" in unsaid(load_profile(profile_dir))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"team": "desc"}, "procedures[0].team: expected one of the teams (desk)"),
        ({"citation": "the usual rules"}, "procedures[0].citations[0]: expected a rule as it is cited in a letter"),
    ],
)
def test_an_unknown_team_and_an_unreadable_citation_are_refused(
    profile_dir: Path, words: dict[str, str], said: str
) -> None:
    with pytest.raises(ProfileProblem) as caught:
        load_profile(write(profile_dir, **words))

    assert any(said in problem for problem in caught.value.problems)


@pytest.fixture
def profile(db: None, profile_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Profile:
    """One procedure follows a chapter whose sections have text."""
    profile = load_profile(write(profile_dir, citation="Section 9"))
    for module in (mapping, profile_values):
        monkeypatch.setattr(module, "current_profile", lambda: profile, raising=False)
    adopt_rules(tmp_path)
    return profile


def test_a_procedure_that_follows_a_chapter_is_governed_by_its_sections(profile: Profile) -> None:
    rows = rule_map(profile=profile, as_at=DAY, procedure="post")

    assert [(row.section, row.title, row.teams, row.tools) for row in rows] == [
        ("9.1", "Posting of Statements", ("desk",), ("Posting tool",))
    ]
    assert rule_map(profile=profile, as_at=DAY, procedure="post", section="8") == ()
    assert rule_map(profile=profile, as_at=DAY, procedure="unknown") == ()


def test_rows_of_the_map_name_teams_and_no_cell_is_a_formula(profile: Profile) -> None:
    rows: tuple[MapRow, ...] = rule_map(profile=profile, as_at=DAY, section="9.1")

    written = map_as_csv(rows, {"desk": "=Desk"}).decode("utf-8-sig")

    assert "Post the statements,'=Desk,Posting tool" in written


def test_a_procedure_is_read_with_its_steps(profile: Profile) -> None:
    one = Procedure("a", "A", "desk", steps=("See Section 9.1(2).",))

    assert "Section 9.1(2)" in profile_values.procedure_text(one).words


KEEPERS = """
[[keepers]]
kind = "service_level"
team = "{team}"
[[keepers]]
kind = "profile_value"
team = "desk"
only = "taxonomy.toml"
"""


def test_a_keeper_answers_for_what_names_no_team(profile_dir: Path) -> None:
    (profile_dir / "rulebook.toml").write_text(KEEPERS.format(team="desk"))
    profile = load_profile(profile_dir)

    levels = profile_values.service_level_texts(profile, DAY)
    keeper = profile.get(Rulebook).keeper

    assert {one.owner for one in levels} == {"team:desk"}
    assert keeper("profile_value", "taxonomy.toml:topics.general") == "desk"
    assert keeper("profile_value", "notices.toml:kinds.general") == keeper("reply_template", "closing") == ""
    assert "rulebook.toml: who keeps each reply template when a rule changes (keepers)" in unsaid(profile)


def test_the_keeper_who_names_a_thing_comes_before_one_of_its_kind() -> None:
    rules = Rulebook(keepers=(Keeper(Kept.REPLY_TEMPLATE, "closer", "closing"), Keeper(Kept.REPLY_TEMPLATE, "desk")))

    assert (rules.keeper("reply_template", "closing"), rules.keeper("reply_template", "other")) == ("closer", "desk")


def test_a_keeper_is_a_team_that_there_is(profile_dir: Path) -> None:
    (profile_dir / "rulebook.toml").write_text(KEEPERS.format(team="desc"))

    with pytest.raises(ProfileProblem) as caught:
        load_profile(profile_dir)

    assert any("keepers[0].team: expected one of the teams (desk)" in one for one in caught.value.problems)


@pytest.mark.parametrize("key", ["map", "changes", "search"])
def test_no_book_is_called_as_a_place_beside_the_books(db: None, tmp_path: Path, key: str) -> None:
    with pytest.raises(UnfitBookKey, match="none of the words"):
        import_edition(kept(tmp_path, "guide.pdf", guide()), book=key, effective_on=DAY, by=SYSTEM, at=MONDAY)
