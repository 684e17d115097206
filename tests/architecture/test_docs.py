"""Do the docs say what the code does? Made pages are fresh, excerpts are the source's, examples come true."""

from __future__ import annotations

import argparse
import ast
import dataclasses
import json
import re
from pathlib import Path
from types import CodeType

import pytest

from tests.architecture.source import ROOT, files, modules, short
from tests.cast import MONDAY
from tieline.cli import docs, main
from tieline.kernel.database import GRANTS
from tieline.mail.ingesting import Line
from tieline.project import environment
from tieline.project.health import report
from tieline.rulebook.actions import ImportReport
from tieline.rulebook.queries import Hit, SectionRow

PAGES = [path for path in files() if path.suffix == ".md" and "profiles" not in path.parts]
MADE = docs.pages(main.build_parser())
OTHERS = {ROOT / "docs" / "measurements.md", ROOT / "docs" / "profiles.md"}
EXCERPT = re.compile(r"^```python (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLE = re.compile(r"^```json (\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#([\w-]+))?\)")
VARIABLE = re.compile(r"\bTIELINE_[A-Z_]+[A-Z]\b")
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("0*.md"))
PARTS = ("**Context.**", "**Choice.**", "**Price.**", "**What would change our mind.**")


@pytest.mark.parametrize("page", sorted(MADE), ids=short)
def test_a_made_page_is_fresh(page: Path) -> None:
    assert page.read_text(encoding="utf-8") == MADE[page], "run `tieline docs`"


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_excerpts_stand_in_the_source(page: Path) -> None:
    for path, excerpt in EXCERPT.findall(page.read_text(encoding="utf-8")):
        assert _without_margin(excerpt).rstrip(",") in _without_margin((ROOT / path).read_text(encoding="utf-8")), path


def _without_margin(text: str) -> str:
    """The text with lines joined, so that a formatter that wraps a line does not make an excerpt untrue."""
    return re.sub(r",? ?([)\]}])", r"\1", re.sub(r"([(\[{]) ", r"\1", " ".join(text.split())))


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_links_lead_somewhere(page: Path) -> None:
    lost = [target for target, _ in LINK.findall(page.read_text(encoding="utf-8")) if _is_lost(page, target)]

    assert lost == []


def _is_lost(page: Path, target: str) -> bool:
    if "://" in target or target.startswith("mailto:"):
        return False
    path = (page.parent / target).resolve()
    return not path.exists() and path.parent != ROOT / "docs" / "pictures"


def test_every_step_of_the_tour_names_functions_that_are_there() -> None:
    rows = re.findall(r"^\| \d+ \| .* \| (.*) \| (.*) \|$", (ROOT / "docs/tour.md").read_text(), re.MULTILINE)
    steps = [(_coded(paths), _coded(functions)) for paths, functions in rows]
    missing = [(paths, name) for paths, names in steps for name in names if not _is_defined(name, paths)]

    assert len(steps) == 20
    assert missing == []


def _coded(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def _is_defined(name: str, paths: list[str]) -> bool:
    trees = [ast.parse((ROOT / path).read_text(encoding="utf-8")) for path in paths]
    return any(isinstance(node, ast.FunctionDef) and node.name == name for tree in trees for node in ast.walk(tree))


def test_every_setting_is_documented_and_every_documented_setting_is_read() -> None:
    read = {name for path in modules() for name in VARIABLE.findall(path.read_text(encoding="utf-8"))}
    of_tests = {"TIELINE_SHARED", "TIELINE_TEST_SERVER"}
    told = set(VARIABLE.findall((ROOT / "docs/operate/settings.md").read_text(encoding="utf-8")))

    assert set(environment.VARIABLES) <= read
    assert told == read | of_tests


def test_the_clock_example_comes_true(capsys: pytest.CaptureFixture[str]) -> None:
    status = main.main(["clock", "2 business days", "--from", "2026-11-25", "--calendar", "operator", "--json"])

    assert status == 0
    assert json.loads(capsys.readouterr().out) == examples()["clock"]


def test_examples_have_the_keys_that_are_printed() -> None:
    shown = examples()

    assert list(shown["ingest"]) == list(Line("", "", "", None, "").as_data())
    assert set(shown["import"]) == {field.name for field in dataclasses.fields(ImportReport)}
    assert set(shown["sections"][0]) == {field.name for field in dataclasses.fields(SectionRow)}
    assert set(shown["find"][0]) == _keys_returned_by(Hit.as_data.__code__) | {"band", "probability"}


def examples() -> dict[str, object]:
    text = (ROOT / "docs/cli.md").read_text(encoding="utf-8")
    return {name: json.loads(written) for name, written in EXAMPLE.findall(text)}


def _keys_returned_by(code: CodeType) -> set[str]:
    tree, line = ast.parse(Path(code.co_filename).read_text(encoding="utf-8")), code.co_firstlineno
    function = next(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.lineno == line)
    shown = next(node for node in ast.walk(function) if isinstance(node, ast.Dict))
    return {str(key.value) for key in shown.keys if isinstance(key, ast.Constant)}


def test_the_health_example_has_the_keys_that_are_answered(db: None) -> None:
    text = (ROOT / "docs/operate/health.md").read_text(encoding="utf-8")
    shown = json.loads(re.search(r"```json\n(.*?)```", text, re.DOTALL)[1])  # type: ignore[index]

    assert set(shown) == set(report(at=MONDAY))


@pytest.mark.parametrize("page", [page for page in PAGES if page not in OTHERS], ids=short)
def test_commands_in_the_docs_can_be_typed(page: Path) -> None:
    blocks = re.findall(r"^```\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    typed = [found[1] for line in lines if (found := re.match(r"(?:\$ |[A-Z_]+=\S+ )?(?:bin/)?tieline ([a-z]+)", line))]

    assert set(typed) <= set(_commands())


def _commands() -> list[str]:
    actions = main.build_parser()._actions
    return list(next(one for one in actions if isinstance(one, argparse._SubParsersAction)).choices)


def test_another_postgresql_is_granted_what_the_embedded_one_is() -> None:
    told = (ROOT / "docs/operate/index.md").read_text(encoding="utf-8")

    assert [line for line in GRANTS.strip().splitlines() if line not in told] == []


@pytest.mark.parametrize("page", DECISIONS, ids=short)
def test_a_decision_has_its_parts(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    places = [text.find(part) for part in PARTS]

    assert -1 not in places
    assert places == sorted(places)
    assert f"({page.name})" in (page.parent / "README.md").read_text(encoding="utf-8")


def test_versions_named_in_decisions_are_those_installed() -> None:
    pins = dict(re.findall(r"^([a-z0-9-]+)==([\d.]+)", (ROOT / "requirements/run.txt").read_text(), re.MULTILINE))
    tables = "\n".join(page.read_text(encoding="utf-8") for page in DECISIONS)
    rows = re.findall(r"^\| ([a-z0-9-]+)[^|]* \| ([\d.]+)", tables, re.MULTILINE)

    assert len(rows) > 12
    assert [(name, version, pins.get(name)) for name, version in rows if pins.get(name) != version] == []


def test_every_direct_dependency_was_decided_on() -> None:
    told = " ".join(page.read_text(encoding="utf-8") for page in DECISIONS)
    wanted = re.findall(r'^  "([a-z0-9-]+)(?:\[[a-z]+\])?[><=]', _run_dependencies(), re.MULTILINE)

    assert [name for name in wanted if name not in told and name != "tzdata"] == []


def _run_dependencies() -> str:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return text.partition("\ndependencies = [\n")[2].partition("\n]")[0]


def test_the_glossary_is_in_order_and_says_each_word_once() -> None:
    rows = re.findall(r"^\| ([a-z][a-z -]+) \|", (ROOT / "docs/glossary.md").read_text(), re.MULTILINE)
    words = [word for word in rows if word != "word"]

    assert words == sorted(words, key=lambda word: word.replace("-", " "))
    assert len(words) == len(set(words))
