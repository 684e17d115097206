"""What do lists, saved views, exports and the board show for a query, to whom, and at what price?"""

from __future__ import annotations

import csv
import io
import tracemalloc
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from tests.cast import MONDAY, Cast, assemble
from tieline.console.export_files import NoParquet, check, safe_cell
from tieline.console.tests.arriving import receive, sign_in
from tieline.desk.actions import assign
from tieline.desk.actions.views import NotYourView, ViewProblem, Wish, change_view, save_view
from tieline.desk.models import Case, SavedView
from tieline.desk.profile import Taxonomy
from tieline.desk.queries import QUERIES, VIEWS, count_of, inbox, saved_counted
from tieline.desk.search import refresh, reindex
from tieline.journal.models import JournalEvent
from tieline.kernel.actor import SYSTEM
from tieline.kernel.viewing import viewing_as
from tieline.participants.models import Participant

HX = {"HX-Request": "true"}


def many(cast: Cast, number: int, *, first: int = 20_001) -> None:
    topic = cast.profile.get(Taxonomy).topics[0]
    Case.objects.bulk_create(
        Case(
            number=first + place, label=f"C-{first + place}", kind=topic.kind, topic=topic.key, area=topic.area,
            urgency="normal", urgency_rank=2, subject=f"=Question {place}", received_at=MONDAY,
            last_activity_at=MONDAY + timedelta(seconds=place), participant=cast.bluestem, certainty=1.0,
            requester_name="@SUM(1)", due_at=MONDAY + timedelta(minutes=place) if place % 2 else None,
        )
        for place in range(number)
    )  # fmt: skip


def body(answer: object) -> bytes:
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_every_view_has_a_query_and_counts_what_its_list_holds(cast: Cast) -> None:
    many(cast, 7)
    Case.objects.filter(number__lt=20_004).update(owner=cast.ana)
    ana = cast.ana.as_actor()

    assert QUERIES.keys() == VIEWS.keys()
    for view in inbox(ana, view="open", profile=cast.profile, at=MONDAY).views:
        page = inbox(ana, view=view.key, profile=cast.profile, at=MONDAY)
        assert view.count in (len(page.rows), None)
        assert count_of(view.query, actor=ana, profile=cast.profile, at=MONDAY) == len(page.rows)


@pytest.mark.parametrize("order", ["due", "received", "active", "urgency", "number"])
def test_pages_of_any_order_hold_every_case_once(cast: Cast, order: str) -> None:
    many(cast, 130)
    seen: list[int] = []
    page = ""
    while True:
        found = inbox(
            cast.ana.as_actor(), view="", q="is:open", order=order, profile=cast.profile, at=MONDAY, page=page
        )
        seen += [row.number for row in found.rows]
        if not (page := found.next_page):
            break

    assert len(seen) == len(set(seen)) == 130


def test_a_query_is_shown_kept_in_the_address_and_explained_where_it_fails(ana: Client, case: Case) -> None:
    refresh(case)
    shown = ana.get("/cases", {"q": "is:open statement"}).content.decode()
    assert case.subject in shown and "/cases/rows?q=is%3Aopen+statement" in shown

    empty = ana.get("/cases", {"q": "is:closed zebra"}).content.decode()
    assert "No case matches “is:closed zebra”" in empty and "Clear: all open cases" in empty

    wrong = ana.get("/cases", {"q": "is:open onwer:me<script>"})
    page = wrong.content.decode()
    assert wrong.status_code == 200 and "There is no field “onwer”" in page and "<b>owner:</b>" in page
    assert "onwer:me&lt;script&gt;" in page and "<script>me" not in page


def test_suggestions_are_options_with_what_they_replace(ana: Client, cast: Cast) -> None:
    page = ana.get("/cases/suggestions", {"q": "is:open ow", "caret": "10"}).content.decode()
    assert 'data-insert="owner:" data-start="8" data-end="10"' in page

    people = ana.get("/cases/suggestions", {"q": "owner:ra"}).content.decode()
    assert 'data-insert="ravi.menon" data-start="6" data-end="8"' in people


def test_views_are_kept_shared_changed_and_taken_away(cast: Cast, case: Case) -> None:
    ana, ravi = sign_in("ana.ortiz"), sign_in("ravi.menon")
    assign(case, owner=cast.ravi, by=cast.ana.as_actor(), at=MONDAY)
    wish = {"name": "My settlement", "query": "is:open owner:me", "shared_with": "everybody", "order": "received"}

    kept = ana.post("/views", wish)
    view = SavedView.objects.get()
    assert kept["Location"] == f"/cases?view=saved-{view.pk}"
    assert '<span class="count">0' in ana.get("/views/mine").content.decode()
    assert '<span class="count">1' in ravi.get("/views/mine").content.decode(), "me is whoever looks"
    assert case.subject in ravi.get(f"/cases?view=saved-{view.pk}").content.decode()

    assert ravi.post(f"/views/{view.pk}", wish).status_code == 409
    assert ravi.delete(f"/views/{view.pk}").status_code == 409
    assert ana.post(f"/views/{view.pk}", wish | {"shared_with": "nobody"}).status_code == 303
    assert ravi.get(f"/cases?view=saved-{view.pk}").status_code == 404
    assert ravi.get(f"/views/{view.pk}").status_code == 404
    assert ana.post(f"/views/{view.pk}", {"_method": "delete"}).status_code == 303
    assert not SavedView.objects.exists()
    assert {"list.view_saved", "list.view_deleted"} <= set(JournalEvent.objects.values_list("kind", flat=True))


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (Wish("", "is:open"), "a name"),
        (Wish("x" * 81, "is:open"), "a name"),
        (Wish("Taken", "is:open"), "already"),
        (Wish("New", "is:opne"), "cannot be kept"),
        (Wish("New", "is:open", "strangers"), "Choose"),
        (Wish("New", "is:open", "nobody", "luck"), "Choose"),
    ],
)
def test_a_view_that_cannot_be_kept_is_refused_with_the_reason(cast: Cast, wish: Wish, said: str) -> None:
    ana = cast.ana.as_actor()
    save_view(Wish("Taken", "is:open"), profile=cast.profile, by=ana, at=MONDAY)

    with pytest.raises(ViewProblem, match=said):
        save_view(wish, profile=cast.profile, by=ana, at=MONDAY)


def test_counters_of_all_saved_views_need_two_statements_and_words_none(cast: Cast, case: Case) -> None:
    ana = cast.ana.as_actor()
    for place in range(8):
        save_view(
            Wish(f"View {place}", f"is:open urgency>=low number>{place}"), profile=cast.profile, by=ana, at=MONDAY
        )
    words = save_view(Wish("Words", "is:open statement"), profile=cast.profile, by=ana, at=MONDAY)
    with pytest.raises(NotYourView):
        change_view(words, wish=Wish("Mine", ""), profile=cast.profile, by=cast.ravi.as_actor(), at=MONDAY)

    with CaptureQueriesContext(connection) as asked:
        views = saved_counted(ana, cast.profile, MONDAY)

    assert len(asked) == 2
    assert [view.count for view in views] == [1] * 8 + [None]


@pytest.fixture
def busy(committed: str) -> Client:
    with viewing_as(SYSTEM):
        cast = assemble()
        receive(cast, "Statement", "What holds?")
        many(cast, 2500)
        save_view(Wish("Late", "is:overdue"), profile=cast.profile, by=cast.ana.as_actor(), at=MONDAY)
    return sign_in("ana.ortiz")


@pytest.mark.parametrize(
    "address",
    ["/cases?q=is:open owner:ana participant:bluestem statement", "/cases?view=saved-1", "/views/mine",
     "/cases/board?q=is:open&by=owner", "/cases/board?by=state", "/cases/board?by=urgency", "/cases/board?by=area"],
)  # fmt: skip
def test_a_list_needs_few_statements(busy: Client, address: str) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert busy.get(address).status_code == 200

    asked = [one["sql"] for one in captured if one["sql"] not in ("BEGIN", "COMMIT")]
    assert len(asked) <= 12, "\n".join(asked)


def test_an_export_holds_every_row_and_no_formula(busy: Client) -> None:
    lines = list(csv.DictReader(io.StringIO(body(busy.get("/cases/export.csv?q=number>20000")).decode("utf-8-sig"))))
    assert len(lines) == 2500
    assert lines[0]["subject"] == "'=Question 0" and lines[0]["requester_name"] == "'@SUM(1)"
    assert (lines[0]["received"], lines[0]["received_utc"]) == (
        "2026-11-16T09:00:00-06:00",
        "2026-11-16T15:00:00+00:00",
    )

    book = load_workbook(io.BytesIO(body(busy.get("/cases/export.xlsx?q=number>20000"))), read_only=True)
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert len(rows) == 2501 and rows[1][2] == "'=Question 0"

    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(io.BytesIO(body(busy.get("/cases/export.parquet?q=number>20000"))))
    assert table.num_rows == 2500 and table.column("subject")[0].as_py() == "=Question 0"
    with viewing_as(SYSTEM):
        noted = JournalEvent.objects.filter(kind="list.exported").order_by("pk").first()
        assert noted is not None and noted.facts == {"query": "number>20000", "form": "csv", "cases": 2500}


def test_an_export_is_for_those_who_may_and_says_what_it_cannot(busy: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sign_in("mara.lind").get("/cases/export.csv").status_code == 403
    assert busy.get("/cases/export.exe").status_code == 404
    assert busy.get("/cases/export.csv?q=is:opne").status_code == 409
    monkeypatch.setattr("tieline.console.export_files.find_spec", lambda name: None)
    with pytest.raises(NoParquet):
        check("parquet")
    assert "pyarrow" in busy.get("/cases/export.parquet").content.decode()


@pytest.mark.slow
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_of_twenty_thousand_rows_needs_no_more_memory_than_a_few(busy: Client, form: str) -> None:
    with viewing_as(SYSTEM):
        bluestem = Participant.objects.get(key="bluestem")
        Case.objects.bulk_create(
            Case(
                number=50_000 + place, label="C", kind="inquiry", topic="settlement", area="settlement",
                urgency="normal", urgency_rank=2, subject="word " * 60, received_at=MONDAY, last_activity_at=MONDAY,
                participant=bluestem,
            )
            for place in range(17_500)
        )  # fmt: skip

    def peak(query: str) -> int:
        answer = busy.get(f"/cases/export.{form}?q={query}")
        tracemalloc.start()
        size = sum(len(piece) for piece in answer.streaming_content)  # type: ignore[attr-defined]
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert size
        return most

    few, all_ = peak("number:50000..52000"), peak("number>20000")
    assert all_ < few * 1.5 + 2_000_000


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\t=1", "'\t=1"), ("\r=1", "'=1"),
        ("  =1", "'  =1"), ("\u200b=1", "'\u200b=1"), ("\u00a0=1", "'\u00a0=1"), ("\x00=1", "'=1"),
        ("\ufeff@x", "'\ufeff@x"),
        ("\n=1", "'\n=1"), ("＝1", "'＝1"), ("1=1", "1=1"), ("", ""), ("Plain", "Plain"), ("a\x07b", "ab"),
    ],
)  # fmt: skip
def test_no_cell_is_a_formula(text: str, cell: str) -> None:
    assert safe_cell(text) == cell


def test_the_board_counts_exactly_and_goes_on(busy: Client) -> None:
    page = busy.get("/cases/board", {"q": "number>20000", "by": "state"}).content.decode()
    assert 'Open <span class="list-count">2500' in page
    assert page.count('data-card="') == 12 and "Show more" in page

    more = page.split('hx-get="/cases/board')[1].split('"')[0].replace("&amp;", "&")
    further = busy.get(f"/cases/board{more}", headers=HX).content.decode()
    assert further.count('data-card="') == 12 and 'data-card="20002"' not in further
    assert busy.get("/cases/board?by=luck").status_code == 404
    assert busy.get("/cases/board?by=state&column=open&page=nonsense").status_code == 404
    assert "There is no state" in busy.get("/cases/board?q=is:opne").content.decode()


@pytest.mark.parametrize(
    ("by", "to", "status", "field", "value"),
    [
        ("state", "waiting", 303, "state", "waiting"),
        ("state", "closed", 409, "state", "open"),
        ("state", "open", 409, "state", "open"),
        ("owner", "ana", 303, "owner", "Ana Ortiz"),
        ("owner", "nobody", 303, "owner", ""),
        ("owner", "999999", 409, "owner", ""),
        ("urgency", "high", 303, "urgency", "high"),
        ("urgency", "hihg", 409, "urgency", "normal"),
        ("area", "metering", 409, "urgency", "normal"),
    ],
)
def test_a_card_moves_by_the_same_acts_and_refusals(
    cast: Cast, ana: Client, by: str, to: str, status: int, field: str, value: str
) -> None:
    many(cast, 1)
    place = str(cast.ana.pk) if to == "ana" else to

    answer = ana.post("/cases/board/moves", {"number": 20_001, "by": by, "to": place, "q": "is:open"})

    case = Case.objects.select_related("owner").get(number=20_001)
    found = {"owner": case.owner.name if case.owner else ""}.get(field, getattr(case, field))
    assert (answer.status_code, found) == (status, value)
    assert sign_in("mara.lind").post("/cases/board/moves", {"number": 20_001, "by": by, "to": place}).status_code in (
        403,
        409,
    )


def test_the_index_is_rebuilt_in_batches_and_stays_right(cast: Cast, case: Case) -> None:
    many(cast, 7)

    assert list(reindex(batch=3)) == [3, 6, 8]
    assert count_of("statement", actor=cast.ana.as_actor(), profile=cast.profile, at=MONDAY) == 1
