"""Do the files speak of the field and of nothing else? One operator's words are data, not code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, files, short

OPERATORS_WORDS = re.compile(
    r"(?<![A-Za-z])(?:ERCOT|QSEs?|NPRRs?|PGRRs?|NOGRRs?|SMOGRRs?|TDSPs?|PUCT|CAISO|MISO|NYISO|ISO-NE|ISONE|PJM|SPP|IESO|AESO)"
    r"(?![A-Za-z])",
    re.IGNORECASE,
)
SPOKEN = {".py", ".html", ".js", ".css"}
PLACES = re.compile(
    "|".join(
        [
            r"pypi\." + "org",
            "files.python" + "hosted",
            "registry.npm" + "js",
            "un" + "pkg.com",
            "cdn.js" + "delivr",
            "/wo" + "rk/",
            r"/home/" + r"\w",
            "/ro" + "ot/",
            "/Us" + "ers/",
            r"[A-Z]:\\" + "Users",
        ]
    )
)
OLD_WORDS = re.compile(r"\b(?:tickets?|end[- ]users?|blacklist|whitelist(?!e)|SLA breach)\b", re.IGNORECASE)
READ_NOT_SPOKEN = {"tieline/rulebook/citing/spelling_words.py": "words that clients write, to be understood"}
REAL_MATERIAL = {
    "tieline/rulebook/tests/test_real_guides.py": "the real guides, found by path, speak their own words",
}


def spoken() -> list[Path]:
    """Files that hold code or pages, outside of profiles and the tests of profiles."""
    apart = (ROOT / "profiles", ROOT / "tests" / "profiles", Path(__file__))
    return [
        path
        for path in files()
        if path.suffix in SPOKEN and not any(path.is_relative_to(one) for one in apart) and "vendor" not in path.parts
    ]


def test_no_operators_own_word_is_in_code_or_pages() -> None:
    said = {short(path): OPERATORS_WORDS.findall(path.read_text(encoding="utf-8")) for path in spoken()}

    assert {path: words for path, words in said.items() if words and path not in REAL_MATERIAL} == {}


def test_words_the_glossary_bans_are_not_used() -> None:
    own = [path for path in spoken() if "tests" not in path.parts and short(path) not in READ_NOT_SPOKEN]
    said = {short(path): OLD_WORDS.findall(path.read_text(encoding="utf-8")) for path in own}

    assert {path: words for path, words in said.items() if words} == {}


@pytest.mark.parametrize(
    "folder", ["top", ".ci", "bench", "bin", "docs", "profiles", "requirements", "tests", "tieline"]
)
def test_no_file_names_a_download_host_or_a_place_on_somebodys_machine(folder: str) -> None:
    named = {}
    for path in files():
        if path.relative_to(ROOT).parts[0] == folder or (folder == "top" and path.parent == ROOT):
            found = PLACES.findall(path.read_bytes().decode("utf-8", "ignore")) if _is_text(path) else []
            named |= {short(path): found} if found else {}

    assert named == {}


def _is_text(path: Path) -> bool:
    return b"\0" not in path.read_bytes()[:4096]
