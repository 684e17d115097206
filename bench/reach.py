"""How long does a change report of a whole edition take, on a large book that thousands of objects rest on?

    python bench/reach.py [--paragraphs 60000] [--editions 12] [--citations 50000]

Fills a throw-away instance: one book in which every edition changes three of a hundred paragraphs, moves one of five
hundred and takes one of five hundred out, and cases that cite paragraphs of all editions. Then reports are made: of
the newest edition, and of one that changes a third of the book. Last, the pages that show it are asked for as a member
of staff sees them.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test import Client

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
AT = datetime(2026, 1, 2, tzinfo=UTC)
FIRST = date(2015, 1, 1)
IN_SECTION = 10
MOST_CASES = 10_000
WORDS = (
    "The participant shall submit the report named in paragraph {n} by the end of the operating day, with the unit, "
    "the hour and the reason, and the operator shall confirm it; edition {k}."
)


def day_of(edition: int) -> date:
    return FIRST + timedelta(days=300 * edition)


def fill(paragraphs: int, editions: int, citations: int) -> None:
    """Write the book, its editions and the cases straight into the tables."""
    from django.db import connection

    from tieline.rulebook.models import Book, Edition

    book = Book.objects.create(key="large", name="Large Book")
    with connection.cursor() as cursor:
        cursor.execute(SECTIONS, [book.pk, paragraphs // IN_SECTION])
        cursor.execute(TITLES, [day_of(0), book.pk])
        cursor.execute(PARAGRAPHS, [IN_SECTION, book.pk])
        cursor.execute(VERSIONS, [WORDS.replace("{k}", "0"), day_of(0), book.pk])
        for edition in range(editions):
            if edition:
                change(cursor, edition, changed=0.03)
            Edition.objects.create(
                book=book, effective_on=day_of(edition), file_name="large.pdf", file_digest=str(edition),
                imported_at=AT, sections=paragraphs // IN_SECTION, paragraphs=paragraphs, pending=0,
            )  # fmt: skip
        cursor.execute(CASES, {"cases": min(citations, MOST_CASES)})
        cursor.execute(CITATIONS, {"citations": citations, "cases": min(citations, MOST_CASES)})
        cursor.execute("ANALYZE")


def change(cursor: object, edition: int, *, changed: float) -> None:
    """End the versions that this edition changes, moves or takes out, and write what follows them."""
    values = {
        "day": day_of(edition),
        "edition": edition,
        "changed": changed,
        "text": WORDS.replace("{k}", str(edition)),
    }
    for statement in (CHOSEN, ENDED, CHANGED, MOVED, "DROP TABLE touched"):
        cursor.execute(statement, values)  # type: ignore[attr-defined]  # a database cursor


SECTIONS = """INSERT INTO rulebook_section (book_id, number, sort_key)
SELECT %s, (1 + n / 100) || '.' || (1 + n %% 100),
  lpad((1 + n / 100)::text, 4, '0') || '.' || lpad((1 + n %% 100)::text, 4, '0')
FROM generate_series(0, %s - 1) n"""
TITLES = """INSERT INTO rulebook_sectionversion (section_id, title, effective_from, pending_request, pending_note)
SELECT id, 'Section ' || number, %s, '', '' FROM rulebook_section WHERE book_id = %s"""
PARAGRAPHS = """INSERT INTO rulebook_paragraph (section_id, path, sort_key)
SELECT s.id, '(' || n || ')', lpad(n::text, 4, '0') FROM rulebook_section s, generate_series(1, %s) n
WHERE s.book_id = %s"""
COLUMNS = "(paragraph_id, text, text_digest, heading, above, effective_from, pending_request, pending_note"
VERSIONS = f"""INSERT INTO rulebook_paragraphversion {COLUMNS})
SELECT p.id, replace(%s, '{{n}}', p.id::text), md5(p.id::text), 'Heading', '', %s, '', ''
FROM rulebook_paragraph p JOIN rulebook_section s ON s.id = p.section_id WHERE s.book_id = %s"""
CHOSEN = """CREATE TEMP TABLE touched AS
SELECT id, paragraph_id, random() AS fate FROM rulebook_paragraphversion
WHERE effective_to IS NULL AND random() < %(changed)s + 0.004"""
ENDED = """UPDATE rulebook_paragraphversion SET effective_to = %(day)s WHERE id IN (SELECT id FROM touched)"""
CHANGED = f"""INSERT INTO rulebook_paragraphversion {COLUMNS})
SELECT paragraph_id, replace(%(text)s, '{{n}}', paragraph_id::text), md5(id || '-' || %(edition)s), 'Heading', '',
       %(day)s, '', '' FROM touched WHERE fate > 0.004 / (%(changed)s + 0.004)"""
MOVED = f"""WITH gone AS (SELECT * FROM touched WHERE fate <= 0.002 / (%(changed)s + 0.004)),
places AS (INSERT INTO rulebook_paragraph (section_id, path, sort_key)
  SELECT p.section_id, '(x' || %(edition)s || '-' || g.id || ')', '9' || g.id FROM gone g
  JOIN rulebook_paragraph p ON p.id = g.paragraph_id RETURNING id, path)
INSERT INTO rulebook_paragraphversion {COLUMNS}, moved_from_id, moved_certainty)
SELECT places.id, replace(%(text)s, '{{n}}', g.id::text), md5(g.id || '+' || %(edition)s), 'Heading', '', %(day)s,
       '', '', g.id, 0.9 FROM gone g JOIN places ON places.path = '(x' || %(edition)s || '-' || g.id || ')'"""
CASES = """INSERT INTO desk_case (number, label, kind, topic, area, urgency, urgency_rank, state, subject, received_at,
  channel, requester_address, requester_name, certainty, certainty_why, routing_reasons, outcome, closed_at,
  last_activity_at, message_count, excerpt)
SELECT 100000 + n, 'INQ-' || n, 'inquiry', 'general_question', 'general', 'normal', 2,
  CASE WHEN n %% 10 < 7 THEN 'closed' ELSE 'open' END, 'A question about report ' || n, now(), 'mail', '', '', 0, '',
  '[]', '', CASE WHEN n %% 10 < 7 THEN now() END, now(), 1, '' FROM generate_series(1, %(cases)s) n"""
CITATIONS = """WITH kept AS (SELECT array_agg(id) AS ids FROM rulebook_paragraphversion),
numbered AS (SELECT id, row_number() OVER () AS place FROM desk_case)
INSERT INTO desk_casecitation (case_id, version_id, label, quote, cited_at, cited_by, cited_by_name)
SELECT numbered.id, ids[1 + (random() * (array_length(ids, 1) - 1))::int], 'Large Book', '', now(), 'system:bench',
  'Bench'
FROM generate_series(1, %(citations)s) n JOIN numbered ON numbered.place = 1 + n %% %(cases)s, kept
ON CONFLICT DO NOTHING"""


def report(edition: int) -> None:
    """Make the report of an edition and print how long that took."""
    from tieline.kernel.actor import SYSTEM
    from tieline.rulebook.models import Edition
    from tieline.rulebook.reach.actions import make_report

    started, cpu = time.perf_counter(), time.process_time()
    made = make_report(Edition.objects.get(effective_on=day_of(edition)), by=SYSTEM, at=AT)
    assert made is not None
    print(
        f"edition {edition}: {made.counts}, {made.tasks.count()} tasks in {time.perf_counter() - started:.2f} s "
        f"({time.process_time() - cpu:.2f} s of them in Python)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--paragraphs", type=int, default=60_000)
    parser.add_argument("--editions", type=int, default=12)
    parser.add_argument("--citations", type=int, default=50_000)
    chosen = parser.parse_args()
    print(f"load average {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(prefix="tieline-reach-") as home:
        os.environ["TIELINE_HOME"] = home
        from tieline.project.bootstrap import instance_ready

        with instance_ready():
            measure(chosen.paragraphs, chosen.editions, chosen.citations)


def measure(paragraphs: int, editions: int, citations: int) -> None:
    """Fill, report the newest edition, then one that changes a third of the book, and ask what is stale."""
    from django.db import connection

    from tieline.kernel.actor import SYSTEM
    from tieline.kernel.viewing import viewing_as
    from tieline.rulebook.models import Book, Edition, ParagraphVersion
    from tieline.rulebook.reach.queries import reports, stale_holders

    with viewing_as(SYSTEM):
        started = time.perf_counter()
        fill(paragraphs, editions, citations)
        count = ParagraphVersion.objects.count()
        print(f"filled: {count} versions, {citations} citations, {time.perf_counter() - started:.0f} s")
        report(editions - 1)
        with connection.cursor() as cursor:
            change(cursor, editions, changed=0.33)
        Edition.objects.create(
            book=Book.objects.get(), effective_on=day_of(editions), file_name="large.pdf", file_digest="last",
            imported_at=AT, sections=0, paragraphs=paragraphs, pending=0,
        )  # fmt: skip
        report(editions)
        for name, ask in (
            ("list of reports", reports),
            ("stale templates", lambda: stale_holders("reply_template", AT.date())),
        ):
            started = time.perf_counter()
            ask()
            print(f"{name}: {(time.perf_counter() - started) * 1000:.0f} ms")
        newest = reports()[0].id
    pages(f"/rules/changes/reports/{newest}")
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def pages(report: str) -> None:
    """The server time of the pages that show the reach of changes: the best and the worst of three."""
    client = signed_in()
    for address in ("/rules/map", "/rules/map?section=1", "/rules/map.csv", "/rules/changes/reports", report):
        spent = []
        for _ in range(3):
            started = time.perf_counter()
            answer = client.get(address)
            assert answer.status_code == 200, (address, answer.status_code)
            spent.append((time.perf_counter() - started) * 1000)
        print(f"GET {address}: {min(spent):.0f} to {max(spent):.0f} ms")


def signed_in() -> Client:
    """A member of staff before the browser."""
    from django.test import Client

    from tieline.identity.actions import add_staff
    from tieline.kernel import clock
    from tieline.kernel.actor import SYSTEM
    from tieline.kernel.viewing import viewing_as

    with viewing_as(SYSTEM):
        add_staff(
            "agent", name="Agent", email="agent@operator.example", password="a-long-enough-secret", role="agent",
            team="client_services", by=SYSTEM, at=clock.now(),
        )  # fmt: skip
    client = Client(HTTP_HOST="127.0.0.1")
    answer = client.post("/sign-in", {"username": "agent", "password": "a-long-enough-secret"})
    assert answer.status_code in (302, 303), answer.content[:500]
    return client


if __name__ == "__main__":
    main()
