"""The rules as pages: tree, section, deep links, timeline, redline, list of changes, search; also in hostile hands."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import MONDAY, Cast, assemble
from tests.rule_editions import BOOK, FIRST, adopt_two_editions, boxed_version, version_at
from tieline.console.tests.arriving import receive, sign_in
from tieline.desk.actions import cite
from tieline.kernel.actor import SYSTEM
from tieline.kernel.profile import current_profile
from tieline.kernel.reference import Reference
from tieline.kernel.viewing import viewing_as
from tieline.rulebook import standing
from tieline.rulebook.actions import correct_move, import_edition
from tieline.rulebook.models import Book
from tieline.rulebook.profile import Rulebook
from tieline.rulebook.tests.print_shop import kept, word

HX = {"HX-Request": "true"}
HERE = f"/rules/{BOOK}"


@pytest.fixture
def rules(cast: Cast, tmp_path: Path) -> None:
    adopt_two_editions(tmp_path)


def page(browser: Client, address: str, *, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status, address
    return unescape(answer.content.decode())


def words(shown: str) -> str:
    """What a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", shown).split())


def test_a_book_shows_its_tree_its_editions_and_its_boxes(ana: Client, rules: None) -> None:
    shown = page(ana, HERE)

    assert "6 sections" in words(shown)
    assert "1 grey box: approved, not in force" in words(shown)
    assert "1.5(2) pending XRR100" in words(shown)
    assert shown.rindex(f"{HERE}/1.1?") < shown.rindex(f"{HERE}/1.5?")
    assert "What changed" in shown
    assert f'<a href="?as_at={FIRST}">' in shown


def test_the_tree_is_filtered_without_a_script(ana: Client, rules: None) -> None:
    by_title, by_number, by_nothing = (
        words(page(ana, f"{HERE}?contains={sought}")) for sought in ("fee", "1.4", "zebra")
    )

    assert "1.3 Fees" in by_title
    assert "1.4 Waivers" not in by_title
    assert "1.4 Waivers" in by_number
    assert "No title or number of this book answers to “zebra”" in by_nothing


def test_a_section_is_read_with_its_margin(ana: Client, rules: None) -> None:
    shown = page(ana, f"{HERE}/1.3")

    assert f'href="{HERE}/1.2?as_at=2026-11-16#p{version_at("1.2", "(1)(a)").pk}"' in shown
    assert f'id="p{version_at("1.3", "(1)").pk}" data-changed' in shown
    assert "since 2026-09-01" in shown
    assert f"{HERE}/1.3/redline?from={FIRST}&to=2026-09-01" in shown
    assert "3 changed" in words(shown)
    assert f'rel="next" href="{HERE}/1.4?' in shown
    assert 'aria-current="page"' in shown


def test_a_section_stands_in_the_tree_of_its_whole_book_with_a_filter(ana: Client, rules: None) -> None:
    shown = page(ana, f"{HERE}/1.3")
    tree = shown[shown.index('class="reading-tree"') : shown.index('class="reading-text"')]

    assert f'action="{HERE}"' in tree
    assert "data-tree-filter" in tree
    assert tree.count("data-tree-link") == 6


def test_a_printed_page_says_at_its_head_what_it_is_and_where_it_was(ana: Client, rules: None) -> None:
    for address, said in (
        (f"{HERE}/1.3", f"Market Guide §1.3 · as at 2026-11-16 · http://testserver{HERE}/1.3?as_at=2026-11-16"),
        (f"{HERE}/1.3/redline", f"{HERE}/1.3/redline?from={FIRST}&to=2026-09-01"),
        (f"{HERE}/changes", f"{HERE}/changes?from={FIRST}&to=2026-09-01"),
        (f"/rules/versions/{version_at('1.3', '(1)').pk}/timeline", "as known on 2026-11-16"),
    ):
        head = re.search(r'<p class="print-only">(.*?)</p>', page(ana, address))
        assert head and said in head[1], address


def test_what_cites_a_section_is_named_in_words_and_leads_on(
    ana: Client, rules: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    follows = standing.Resting(Reference("procedure", "take-in"), version_at("1.3", "(1)").pk, "1.3", name="Take in")
    monkeypatch.setattr(standing, "_registers", {"procedure": lambda on, *, as_at: [follows]})

    shown = page(ana, f"{HERE}/1.3/citing")

    assert "Procedure 1" in words(shown)
    assert '<a href="/rules/map?procedure=take-in">Take in</a>' in shown
    assert f"/rules/map?book={BOOK}&section=1.3" in shown


def test_a_section_that_never_changed_is_compared_with_the_newest_edition(ana: Client, rules: None) -> None:
    shown = words(page(ana, f"{HERE}/1.1/redline"))

    assert f"from {FIRST} to 2026-09-01" in shown
    assert "Not a word of this section changed" in shown


def test_a_citation_that_leads_nowhere_is_dotted_and_says_why(ana: Client, rules: None) -> None:
    shown = page(ana, f"{HERE}/1.2")

    assert 'class="loose"' in shown
    assert "Section 7.7.7 is not in force" in shown


def test_grey_boxes_are_never_shown_as_in_force(ana: Client, rules: None) -> None:
    shown = words(page(ana, f"{HERE}/1.5"))

    assert "Grey box: approved by XRR100, not in force" in shown
    assert "three times the fee" in shown
    assert "§1.5(2), approved by XRR100, not in force" in shown


def test_an_earlier_day_is_said_and_leads_back_to_today(ana: Client, rules: None) -> None:
    shown = page(ana, f"{HERE}/1.3?as_at=2026-03-01")

    assert "You are reading the text of 2026-03-01" in shown
    assert "500 dollars" in shown
    assert f'href="{HERE}/1.3?as_at=2026-09-01"' in shown
    assert "You are reading the text of" not in page(ana, f"{HERE}/1.3")


def test_every_paragraph_carries_its_citation_as_text(ana: Client, rules: None) -> None:
    shown = page(ana, f"{HERE}/1.3")

    assert "Market Guide §1.3(1), in force since 2026-09-01" in shown
    assert f"/rules/versions/{version_at('1.3', '(1)').pk}" in shown


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("(1)(a)", "{here}/1.2#p{a}"),
        ("(1)(a)?as_at=2026-10-01", "{here}/1.2?as_at=2026-10-01#p{a}"),
        ("(1)(z)", "{here}/1.2?sought=%281%29%28z%29#p{one}"),
        ("(9)", "{here}/1.2?sought=%289%29"),
        ("[Term/With slash]", "{here}/1.2?sought=%5BTerm%2FWith+slash%5D"),
    ],
)
def test_a_deep_link_leads_to_its_paragraph(ana: Client, rules: None, path: str, leads_to: str) -> None:
    answer = ana.get(f"{HERE}/1.2/{path}")

    known = {"here": HERE, "a": version_at("1.2", "(1)(a)").pk, "one": version_at("1.2", "(1)").pk}
    assert (answer.status_code, answer["Location"]) == (303, leads_to.format(**known))


def test_a_path_that_is_not_there_is_said_on_the_section(ana: Client, rules: None) -> None:
    assert "Section 1.2 has no paragraph (1)(z) on 2026-11-16" in page(ana, f"{HERE}/1.2?sought=(1)(z)")
    assert "has no paragraph" not in page(ana, f"{HERE}/1.2?sought=(1)(a)")


def test_a_version_is_shown_on_a_day_on_which_it_holds(ana: Client, rules: None) -> None:
    old, new = version_at("1.3", "(1)", day=FIRST).pk, version_at("1.3", "(1)").pk

    assert ana.get(f"/rules/versions/{old}")["Location"] == f"{HERE}/1.3?as_at=2026-01-01#p{old}"
    assert ana.get(f"/rules/versions/{new}")["Location"] == f"{HERE}/1.3#p{new}"
    assert ana.get("/rules/versions/99999999").status_code == 409


def test_a_section_that_is_not_there_says_when_it_is(ana: Client, rules: None) -> None:
    shown = words(page(ana, f"{HERE}/1.4?as_at=2026-03-01", status=404))

    assert "has no Section 1.4 on 2026-03-01" in shown
    assert "It stands in the book from 2026-09-01" in shown
    assert "has no Section 8.8" in words(page(ana, f"{HERE}/8.8", status=404))
    assert "is not a day" in page(ana, f"{HERE}/1.4?as_at=soon", status=409)


def test_a_refused_day_leaves_ways_back(ana: Client, rules: None) -> None:
    asked = f"{HERE}/1.4?as_at=soon"

    unled = page(ana, asked, status=409)
    led = ana.get(asked, headers={"Referer": f"http://testserver{HERE}/1.3?as_at={FIRST}"}).content.decode()
    astray, again = (
        ana.get(asked, headers={"Referer": f"{origin}{asked}"}).content.decode()
        for origin in ("https://elsewhere.example", "http://testserver")
    )

    assert 'href="/rules">' in unled and "To the rules" in unled
    assert f'href="{HERE}/1.3?as_at={FIRST}">' in led and "Back</a>" in led
    assert "elsewhere" not in astray
    assert "To the rules" in astray and "To the rules" in again


def test_a_section_that_nothing_cites_says_so(ana: Client, rules: None) -> None:
    assert "Nothing cites this section." in page(ana, f"{HERE}/1.5/citing")


def test_another_book_that_is_cited_is_called_by_its_name(ana: Client, rules: None, tmp_path: Path) -> None:
    other = current_profile().get(Rulebook).books[0]
    for key, lines in (
        (other.key, [("9.1 Posting", 2), ("(1) A statement is posted.", 0)]),
        ("posting-guide", [("5.1 Forms", 2), (f"(1) See {other.name} Section 9.1(1) for the day.", 0)]),
    ):
        path = kept(tmp_path, f"{key}.docx", word(lines))
        import_edition(path, book=key, effective_on=date(2026, 1, 1), by=SYSTEM, at=MONDAY)

    reader, cited = page(ana, "/rules/posting-guide/5.1"), page(ana, f"/rules/{other.key}/9.1/citing")

    name = Book.objects.get(key=other.key).name
    assert f"<small>{name}</small>" in reader
    assert f"<small>{Book.objects.get(key='posting-guide').name}</small>" in cited


def test_early_days_of_a_cited_section_are_told_by_the_search(ana: Client, rules: None) -> None:
    shown = page(ana, "/rules/search?q=1.4(1)&as_at=2025-06-01")

    assert "stands from 2026-09-01; on 2025-06-01 nothing of it is in force." in shown


def test_what_cites_a_section_names_rules_and_cases(ana: Client, cast: Cast, rules: None) -> None:
    case = receive(cast, "Which fee applies?", "Please tell.")
    cite(case, version_id=version_at("1.3", "(1)", day=FIRST).pk, quote="", by=cast.ana.as_actor(), at=MONDAY)

    part = ana.get(f"{HERE}/1.3/citing", headers=HX).content.decode()
    whole = page(ana, f"{HERE}/1.3/citing")

    assert "<html" not in part
    assert "<html" in whole
    for shown in (part, whole):
        assert f"{HERE}/1.1?" in shown
        assert f"/cases/{case.number}" in shown
        assert "Which fee applies?" in shown


def test_a_timeline_tells_wordings_and_moves(ana: Client, rules: None) -> None:
    shown = page(ana, f"/rules/versions/{version_at('1.4', '(1)').pk}/timeline")

    assert "Moved from 1.3(4) , 100 % certain" in words(shown)
    assert "2026-01-01 until 2026-09-01" in words(shown)
    assert "Was not moved from there" not in shown
    waiting = page(ana, f"/rules/versions/{boxed_version().pk}/timeline")
    assert "approved, not in force" in waiting
    assert "<ins>" in waiting


def test_who_may_import_can_say_that_nothing_moved(
    browser_of: Callable[[str], Client], cast: Cast, rules: None
) -> None:
    moved, lena = version_at("1.4", "(1)"), browser_of(cast.lena.username)
    address = f"/rules/versions/{moved.pk}"

    offered = lena.get(f"{address}/timeline").content.decode()
    refused = browser_of("ana.ortiz").post(f"{address}/origin", {"_method": "delete"})
    corrected = lena.post(f"{address}/origin", {"_method": "delete"})

    assert "Was not moved from there" in offered
    assert refused.status_code == 403
    assert (corrected.status_code, corrected["Location"]) == (303, f"{address}/timeline")
    moved.refresh_from_db()
    assert moved.moved_from_id is None
    assert "Moved from" not in lena.get(f"{address}/timeline").content.decode()
    assert lena.get(f"{address}/origin").status_code == 405
    assert lena.post(f"{address}/origin").status_code == 405


def test_a_redline_shows_what_changed_in_both_looks(ana: Client, rules: None) -> None:
    inline, side, everything = (
        page(ana, f"{HERE}/1.3/redline?{asked}") for asked in ("", "look=side", "show=all&look=nonsense")
    )

    assert "<del>500</del>" in inline
    assert "<ins>700</ins>" in inline
    assert "1 changed" in words(inline)
    assert "to 1.4(1), 100 % certain" in words(inline)
    assert "A late report costs twice" not in inline
    assert "A late report costs twice" in everything
    assert 'class="sides"' in side
    assert "from 1.3(4), 100 % certain" in words(page(ana, f"{HERE}/1.4/redline"))


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ("from=2026-09-01&to=2026-01-01", 409, "is not after 2026-09-01"),
        ("from=2020-01-01&to=2026-01-01", 409, "the first known edition is of 2026-01-01"),
        ("from=never", 409, "is not a day"),
        ("from=2026-01-01&to=2026-09-01&path=(8)", 200, "Not a word of this section changed"),
    ],
)
def test_a_redline_of_unfit_days_says_why(ana: Client, rules: None, asked: str, status: int, said: str) -> None:
    assert said in words(page(ana, f"{HERE}/1.3/redline?{asked}", status=status))


def test_changes_of_a_book_are_counted_filtered_and_led_to(ana: Client, rules: None) -> None:
    everything = page(ana, f"{HERE}/changes")
    gone, in_section, with_words, nothing = (
        words(page(ana, f"{HERE}/changes?{asked}"))
        for asked in ("kind=gone", "section=1.4", "contains=700 DOLLARS", "contains=zebra")
    )

    assert "Sections 2 0 0 0" in words(everything)
    assert f"{HERE}/1.3/redline?from=2026-01-01&to=2026-09-01&path=%281%29" in everything.replace("(1)", "%281%29")
    assert "A fee is due at once" in gone
    assert "700" not in gone.partition("Paragraphs")[2]
    assert "1.4(1)" in in_section
    assert "1.3(1)" not in in_section
    assert "1.3(1) Fees" in with_words
    assert "1.4(1)" not in with_words.partition("Paragraphs 1 to")[2]
    assert "No paragraph that fit" in nothing


def test_changes_travel_as_files_filtered_alike(ana: Client, rules: None) -> None:
    as_csv = ana.get(f"{HERE}/changes.csv?kind=gone")
    as_docx = ana.get(f"{HERE}/changes.docx")

    rows = list(csv.DictReader(io.StringIO(as_csv.content.decode("utf-8-sig"))))
    assert [row["kind"] for row in rows] == ["gone"]
    assert as_csv["Content-Disposition"] == f'attachment; filename="{BOOK}-changes-2026-01-01-2026-09-01.csv"'
    assert as_docx.content.startswith(b"PK")
    assert ana.get(f"{HERE}/changes.pdf").status_code == 404


@pytest.mark.parametrize("number", ["-1", "0", "99999999999999", "x", "٣", "2"])
def test_a_page_that_is_none_is_the_nearest(ana: Client, rules: None, number: str) -> None:
    assert "Paragraphs 1 to" in words(page(ana, f"{HERE}/changes?page={number}"))


def test_rules_are_found_with_filters(ana: Client, rules: None) -> None:
    plain = words(page(ana, "/rules/search?q=1.3(1)"))
    since, none_since = (words(page(ana, f"/rules/search?q=fee&since={day}")) for day in ("2026-09-01", "2026-10-01"))
    with_boxes = words(page(ana, "/rules/search?q=three times the fee&boxed=yes"))
    earlier = words(page(ana, f"/rules/search?q=1.3(1)&as_at=2026-03-01&book={BOOK}"))

    assert "700 dollars" in plain
    assert "700 dollars" in since
    assert "waived it in writing" not in since
    assert "that changed since 2026-10-01" in none_since
    assert "In grey boxes: approved, not in force" in with_boxes
    assert "pending XRR100" in with_boxes
    assert "500 dollars" in earlier
    assert "later version from 2026-09-01" in earlier
    assert "Write words of the rule" in words(page(ana, "/rules/search"))
    misspelt = page(ana, "/rules/search?q=dolars in writting&since=2026-01-01")
    assert 'href="/rules/search?q=dollars+in+writing&as_at=' in misspelt
    assert "Did you mean dollars in writing ?" in words(misspelt)


def test_a_search_from_a_case_still_cites(ana: Client, cast: Cast, rules: None) -> None:
    case = receive(cast, "Which fee?", "Please tell.")

    part = ana.get(f"/rules/search?q=1.3(1)&case={case.number}", headers=HX).content.decode()

    for mark in ("data-hit", "data-hit-text", "data-cite", 'data-label="Market Guide §1.3(1), in force since'):
        assert mark in part
    assert f'value="{version_at("1.3", "(1)").pk}"' in part


NASTY = "<script>alert(1)</script>"


@pytest.mark.parametrize(
    "address",
    [
        f"{HERE}/%00",
        f"{HERE}/1.3/%00",
        f"{HERE}/{'9' * 400}",
        f"{HERE}/1.3?sought={NASTY}",
        f"{HERE}/1.3/{NASTY}",
        f"{HERE}/..%2f1.3",
        f"{HERE}?contains={NASTY}",
        f"{HERE}/1.3/redline?path={NASTY}&look={NASTY}",
        f"{HERE}/1.3/redline?path=%00",
        f"{HERE}/changes?contains={NASTY}&section={NASTY}&kind={NASTY}",
        f"{HERE}/changes?contains=%00&section=%00",
        f"/rules/search?q={NASTY}&book={NASTY}&case={NASTY}&boxed={NASTY}",
        "/rules/search?q=%00&boxed=yes",
        f"{HERE}?as_at=0001-01-01",
        f"{HERE}/1.3?as_at=9999-12-31",
        f"{HERE}/1.3/redline?from=0001-01-01&to=9999-12-31",
        f"{HERE}/changes?from=0001-01-01&to=9999-12-31",
        "/rules/versions/99999999999999999999",
        "/rules/versions/99999999999999999999/timeline",
        "/rules/no-such-book/changes.csv",
        "/rules/no-such-book/1.1/redline",
        "/rules/no-such-book/1.1/citing",
        "/rules/no-such-book/1.1/(1)",
    ],
)
def test_hostile_addresses_break_nothing(ana: Client, rules: None, address: str) -> None:
    answer = ana.get(address)

    assert answer.status_code in {200, 303, 404, 409}
    assert NASTY not in answer.content.decode()


@pytest.mark.parametrize(
    "address",
    ["/rules", HERE, f"{HERE}/1.3", f"{HERE}/1.3/redline", f"{HERE}/changes", "/rules/search?q=fee", "{timeline}"],
)
def test_pages_of_the_rules_hold_nothing_the_policy_forbids(ana: Client, rules: None, address: str) -> None:
    shown = page(ana, address.format(timeline=f"/rules/versions/{version_at('1.4', '(1)').pk}/timeline"))

    assert " style=" not in shown
    assert " onclick=" not in shown
    assert shown.count("<script") == shown.count("<script src=") + shown.count('<script type="module" src=')


@pytest.fixture
def read_in(committed: str, tmp_path: Path) -> Client:
    """A reader's browser where commits are real, so that every statement is counted."""
    with viewing_as(SYSTEM):
        assemble()
        adopt_two_editions(tmp_path)
    return sign_in("ana.ortiz")


@pytest.mark.parametrize(
    ("address", "most"),
    [(HERE, 12), (f"{HERE}/1.3", 12), (f"{HERE}/1.4", 12), (f"{HERE}/changes", 20), (f"{HERE}/1.3/citing", 20)],
)
def test_a_page_of_the_rules_needs_few_statements(read_in: Client, address: str, most: int) -> None:
    read_in.get(address)

    with CaptureQueriesContext(connection) as captured:
        answer = read_in.get(address)

    asked = [one["sql"] for one in captured if one["sql"] not in ("BEGIN", "COMMIT")]
    assert answer.status_code == 200
    assert len(asked) <= most, "\n".join(asked)


def test_a_corrected_move_no_longer_counts_as_one(ana: Client, rules: None) -> None:
    as_imported = words(page(ana, f"{HERE}/changes"))
    correct_move(version_at("1.4", "(1)").pk, came_from=None, by=SYSTEM, at=MONDAY)

    assert "Moved 1.4(1)" in as_imported
    assert "Moved 1.4(1)" not in words(page(ana, f"{HERE}/changes"))
    assert "New" in words(page(ana, f"{HERE}/1.4/redline"))
    assert "moved from" not in page(ana, f"{HERE}/1.4")
