# ruff: noqa: E501 - wide SQL is easier to read than folded SQL
"""How does a desk look after years of work? Fills a database with cases, messages, clocks, journal and index by bulk SQL.

The rows are what the actions would have written, in number and kind; their words are drawn from a small vocabulary.
Made for the scripts beside it, never for a desk in use: triggers are off while it writes.
"""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

WORDS = (
    "settlement statement meter interval resource node price dispute invoice credit exposure registration outage "
    "telemetry schedule load forecast retail transaction certificate deadline protocol section operating day hub "
    "shadow congestion reserve deployment estimate usage identifier contact change request please could confirm "
    "whether amount posted expected differs received hourly daily summary report file digital approval agent"
)
"""What inquiries are made of."""


@dataclass(frozen=True)
class Market:
    """How much is to be there: cases in all, how many of them not closed, and the profile's keys to draw from."""

    cases: int
    unclosed: int
    topics: tuple[tuple[str, str, str], ...]
    """(topic, area, kind)"""
    prefixes: dict[str, str]
    turns: int = 2
    """How often a client writes in each case and we answer; a note comes on top."""


def fill(owner_url: str, market: Market, *, before: int = 0) -> None:
    """Add cases `before + 1` up to `market.cases`; earlier ones stay, the newest are the ones still open."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET synchronous_commit = off")
        connection.execute("SET maintenance_work_mem = '1GB'")
        connection.execute("SET work_mem = '256MB'")
        _functions(connection, market)
        _people(connection)
        for low in range(before + 1, market.cases + 1, 20_000):
            high = min(low + 19_999, market.cases)
            for statement in STATEMENTS:
                connection.execute(statement.format(low=low, high=high, **_numbers(market)).encode())
            print(f"  cases up to {high}", flush=True)
        for statement in AFTER:
            connection.execute(statement.encode())
        connection.execute("VACUUM ANALYZE")


def _numbers(market: Market) -> dict[str, int]:
    turns = market.turns
    return {
        "cases": market.cases, "unclosed": market.unclosed, "turns": turns, "said": turns * 2,
        "messages": turns * 2 + 1, "last": turns - 1, "minutes": turns * 10 + 5,
    }  # fmt: skip


def _functions(connection: psycopg.Connection[tuple[object, ...]], market: Market) -> None:
    def array(values: list[str]) -> str:
        return "ARRAY[" + ",".join(f"'{value}'" for value in values) + "]"

    topics, areas, kinds = (list(column) for column in zip(*market.topics, strict=True))
    prefixes = [market.prefixes[kind] for kind in kinds]
    count = len(topics)
    for name, values in (("topic", topics), ("area", areas), ("kind", kinds), ("prefix", prefixes)):
        connection.execute(
            f"CREATE OR REPLACE FUNCTION pg_temp.b_{name}(n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS "
            f"$$ SELECT ({array(values)})[1 + (n * 7919 % {count})::int] $$".encode()
        )
    connection.execute(
        f"CREATE OR REPLACE FUNCTION pg_temp.b_words(seed bigint, count int) RETURNS text LANGUAGE sql IMMUTABLE AS "
        f"$$ SELECT string_agg(({array(WORDS.split())})[1 + (abs(hashint8extended(seed * 1000 + i, 7)) "
        f"% {len(WORDS.split())})::int], ' ') FROM generate_series(1, count) i $$".encode()
    )
    connection.execute(
        b"CREATE OR REPLACE FUNCTION pg_temp.b_at(n bigint, cases bigint) RETURNS timestamptz LANGUAGE sql STABLE AS "
        b"$$ SELECT now() - interval '20 minutes' - (cases - n) * (interval '3 years' / cases) $$"
    )


def _people(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    connection.execute(PARTICIPANTS.encode())


PARTICIPANTS = """
INSERT INTO participants_participant (id, key, name, company_kind, notes)
  SELECT 1000 + i, 'bench-' || i, 'Company ' || i, 'retailer', '' FROM generate_series(1, 400) i ON CONFLICT DO NOTHING;
INSERT INTO participants_maildomain (participant_id, domain)
  SELECT 1000 + i, 'company' || i || '.example' FROM generate_series(1, 400) i ON CONFLICT DO NOTHING;
INSERT INTO participants_person (id, participant_id, name, email, phone, is_verified)
  SELECT 10000 + i, 1001 + (i - 1) % 400, 'Person ' || i, 'person' || i || '@company' || (1 + (i - 1) % 400) || '.example', '', true
  FROM generate_series(1, 2000) i ON CONFLICT DO NOTHING;
INSERT INTO participants_registration (id, participant_id, kind, identifier, name, status, effective_from)
  SELECT 10000 + i, 1001 + (i - 1) % 400, CASE WHEN i <= 400 THEN 'rep' ELSE 'cp' END, (500000000 + i)::text, '', 'active', '2020-01-01'
  FROM generate_series(1, 800) i ON CONFLICT DO NOTHING;
"""

# A case's rows hang on its number n: person, owner, state and times follow from it.
PERSON = "(10001 + (n * 31) % 2000)"
OWNER = "(SELECT id FROM identity_user ORDER BY id OFFSET (n % (SELECT count(*) FROM identity_user)) LIMIT 1)"
CLOSED = "(n <= {cases} - {unclosed})"
STATEMENTS = (
    """
INSERT INTO mail_incomingmail (id, key, source, file_key, size_bytes, received_at, message_id, body_digest, in_reply_to,
    sender_name, sender_address, reply_to, recipients, subject, sent_at, own_text, quoted_text, signature_text, html, defects,
    may_be_answered, sorted_at, outcome, case_number, reason, decided_at, shelf_ended_how)
  SELECT 10000000 + n * {turns} + k, 'bench:' || n || ':' || k, 'bench', md5(n || ':' || k), 3000, at, '<' || n || '.' || k || '@client.example>',
    md5(n::text || k), '{{}}', p.name, p.email, '', ARRAY['clientservices@localhost'], pg_temp.b_words(n, 5), at,
    pg_temp.b_words(n * 2 + k, 60), CASE WHEN k > 0 THEN pg_temp.b_words(n, 60) ELSE '' END, 'Regards', '', '{{}}', true, at,
    CASE WHEN k = 0 THEN 'case' ELSE 'message' END, 1000 + n, 'a new inquiry', at, ''
  FROM generate_series({low}::bigint, {high}) n, generate_series(0, {last}) k,
    LATERAL (SELECT pg_temp.b_at(n, {cases}) + k * interval '10 minutes' AS at) t, participants_person p
  WHERE p.id = """
    + PERSON,
    """
INSERT INTO mail_outgoingmail (id, message_id, about_kind, about_id, recipients, subject, text, in_reply_to, "references",
    is_automatic, state, written_at, attempts, next_try_at, sent_at, problem, bounce_reason)
  SELECT 10000000 + n * {turns} + k, '<' || n || '.' || k || '@desk.example>', 'case', (1000 + n)::text,
    ARRAY['person@company.example'], 'Re: ' || pg_temp.b_words(n, 5), pg_temp.b_words(n * 2 + k, 80), '', '{{}}',
    false, 'sent', at, 1, at, at, '', ''
  FROM generate_series({low}::bigint, {high}) n, generate_series(0, {last}) k,
    LATERAL (SELECT pg_temp.b_at(n, {cases}) + interval '5 minutes' + k * interval '10 minutes' AS at) t""",
    """
INSERT INTO desk_case (id, number, label, kind, topic, area, urgency, urgency_rank, state, subject, received_at, channel,
    requester_address, requester_name, requester_id, participant_id, certainty, certainty_why, routing_reasons, owner_id,
    outcome, answered_at, closed_at, last_activity_at, message_count, due_at, excerpt)
  SELECT 1000000 + n, 1000 + n, pg_temp.b_prefix(n) || '-' || (1000 + n), pg_temp.b_kind(n), pg_temp.b_topic(n), pg_temp.b_area(n),
    (ARRAY['low','normal','normal','high','critical'])[1 + n % 5], (ARRAY[1,2,2,3,4])[1 + n % 5],
    CASE WHEN """
    + CLOSED
    + """ THEN 'closed' WHEN n % 3 = 0 THEN 'waiting' ELSE 'open' END,
    pg_temp.b_words(n, 5), at, 'mail', p.email, p.name, p.id, p.participant_id, 1.0, 'verified address', '["a word suggests it"]',
    CASE WHEN n % 4 <> 0 OR """
    + CLOSED
    + """ THEN """
    + OWNER
    + """ END,
    CASE WHEN """
    + CLOSED
    + """ THEN 'answered' ELSE '' END, at + interval '10 minutes',
    CASE WHEN """
    + CLOSED
    + """ THEN at + interval '2 days' END, at + interval '{minutes} minutes', {messages},
    CASE WHEN NOT """
    + CLOSED
    + """ AND n % 3 <> 0 THEN now() - interval '1 day' + (n * 7919 % 20000) * interval '1 minute' END,
    left(pg_temp.b_words(n * 2 + 1, 20), 200)
  FROM generate_series({low}::bigint, {high}) n, LATERAL (SELECT pg_temp.b_at(n, {cases}) AS at) t, participants_person p
  WHERE p.id = """
    + PERSON,
    """
INSERT INTO desk_message (id, case_id, kind, at, author, author_name, author_address, text, quoted_text, signature_text,
    incoming_id, outgoing_id, remark)
  SELECT 10000000 + n * {messages} + k, 1000000 + n,
    CASE WHEN k = {said} THEN 'note' WHEN k % 2 = 0 THEN 'client' ELSE 'ours' END,
    pg_temp.b_at(n, {cases}) + k * interval '5 minutes', 'person:1', 'Somebody', 'a@b.example', pg_temp.b_words(n * 2 + k / 2, 60),
    CASE WHEN k % 2 = 0 AND k > 0 AND k < {said} THEN pg_temp.b_words(n, 60) ELSE '' END, '',
    CASE WHEN k % 2 = 0 AND k < {said} THEN 10000000 + n * {turns} + k / 2 END,
    CASE WHEN k % 2 = 1 THEN 10000000 + n * {turns} + (k - 1) / 2 END, ''
  FROM generate_series({low}::bigint, {high}) n, generate_series(0, {said}) k""",
    """
INSERT INTO mail_mailattachment (mail_id, name, content_type, content_id, size_bytes, file_key)
  SELECT 10000000 + n * {turns}, 'statement.csv', 'text/csv', '', 2000, md5('file' || n)
  FROM generate_series({low}::bigint, {high}) n WHERE n % 3 = 0""",
    """
INSERT INTO clocks_clock (id, subject_kind, subject_id, measure, policy, calendar_version, state, started_at, due_at, warn_at,
    warned_at, breached_at, ended_at, ended_why)
  SELECT 10000000 + n * 2 + k, 'case', (1000 + n)::text, (ARRAY['first_answer','resolution'])[k + 1],
    '{{"key":"bench","duration":"8 business hours","calendar":"operator","warn_before":null,"text":"A policy of the bench",
      "citation":"","verified":false,"from":"2020-01-01","pause_on":["waiting_on_client"]}}', 'bench',
    CASE WHEN k = 0 OR c.state = 'closed' THEN 'ended' WHEN c.state = 'waiting' THEN 'paused' ELSE 'running' END,
    c.received_at, CASE WHEN k = 1 AND c.state = 'waiting' THEN NULL ELSE coalesce(c.due_at, c.received_at + interval '1 day') END,
    NULL, NULL, CASE WHEN k = 1 AND c.due_at < now() THEN c.due_at END,
    CASE WHEN k = 0 OR c.state = 'closed' THEN c.received_at + interval '10 minutes' END, ''
  FROM generate_series({low}::bigint, {high}) n, generate_series(0, 1) k, desk_case c WHERE c.number = 1000 + n""",
    """
INSERT INTO clocks_clockmove (clock_id, move, at, reason, by, by_name)
  SELECT id, 'start', started_at, 'policy', 'system:tieline', 'Tieline' FROM clocks_clock
    WHERE id BETWEEN 10000000 + {low} * 2 AND 10000001 + {high} * 2
  UNION ALL SELECT id, 'end', ended_at, 'answered', 'system:tieline', 'Tieline' FROM clocks_clock
    WHERE id BETWEEN 10000000 + {low} * 2 AND 10000001 + {high} * 2 AND state = 'ended'""",
    """
INSERT INTO desk_casecitation (case_id, version_id, label, quote, cited_at, cited_by, cited_by_name)
  SELECT 1000000 + n, v.id, 'Section 1', '', pg_temp.b_at(n, {cases}), 'staff:1', 'Ana'
  FROM generate_series({low}::bigint, {high}) n, LATERAL (SELECT id FROM rulebook_paragraphversion ORDER BY id OFFSET n % 50 LIMIT 1) v
  WHERE n % 3 = 0""",
    """
INSERT INTO journal_journalevent (id, kind, at, recorded_at, actor, actor_name, facts)
  SELECT 10000000 + n * 7 + k, (ARRAY['clock.started','clock.started','case.opened','case.client_wrote','case.cited','case.replied','case.answer_delivered'])[k + 1],
    at, at, 'staff:1', 'Ana Ortiz',
    (ARRAY['{{"measure":"first_answer","policy":"bench","due":""}}','{{"measure":"resolution","policy":"bench","due":""}}',
      '{{"topic":"' || pg_temp.b_topic(n) || '","area":"a","urgency":"high","channel":"mail"}}','{{}}','{{"label":"Section 1"}}','{{"then":"waiting"}}','{{}}'])[k + 1]::jsonb
  FROM generate_series({low}::bigint, {high}) n, generate_series(0, 6) k,
    LATERAL (SELECT pg_temp.b_at(n, {cases}) + k * interval '3 minutes' AS at) t""",
    """
INSERT INTO journal_journallink (event_id, role, object_kind, object_id)
  SELECT 10000000 + n * 7 + k, 'about', 'case', (1000 + n)::text FROM generate_series({low}::bigint, {high}) n, generate_series(0, 6) k
  UNION ALL
  SELECT 10000000 + n * 7 + k, 'message', 'message', (10000000 + n * {messages} + k - 3)::text
    FROM generate_series({low}::bigint, {high}) n, generate_series(3, 6) k
  UNION ALL
  SELECT 10000000 + n * 7 + 2, 'participant', 'participant', (1001 + (n * 31) % 2000 % 400)::text
    FROM generate_series({low}::bigint, {high}) n""",
    """
INSERT INTO journal_seal (position, event_id, hash, sealed_at)
  SELECT 10000000 + n * 7 + k, 10000000 + n * 7 + k, '\\x00', now() FROM generate_series({low}::bigint, {high}) n, generate_series(0, 6) k""",
    """
INSERT INTO search_entry (object_kind, object_id, title, detail, words, participant_id, at)
  SELECT 'case', number::text, label || ' ' || subject, requester_name, setweight(to_tsvector('english', label || ' ' || subject), 'A')
    || setweight(to_tsvector('simple', requester_name), 'B') || setweight(to_tsvector('english', pg_temp.b_words(number, 120)), 'D'),
    participant_id, last_activity_at
  FROM desk_case WHERE number BETWEEN 1000 + {low} AND 1000 + {high}""",
)
AFTER = (
    "SELECT setval('desk_case_number', (SELECT max(number) FROM desk_case) + 1)",
    "UPDATE journal_cursor SET position = (SELECT max(position) FROM journal_seal)",
)
