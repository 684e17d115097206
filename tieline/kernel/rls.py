"""How is a table closed to all but its rightful viewers? Migration operations that switch row-level security on.

One policy admits the system and staff who hold `<context>.see`; where a column or condition says so, a second one
lets the people of one participant read, and only read. Nothing set means nothing seen.
"""

from __future__ import annotations

from django.db import migrations

FUNCTIONS = """
CREATE OR REPLACE FUNCTION tieline_sees(context text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce(current_setting('tieline.viewer', true), '') = 'system'
      OR ('see:' || context) = ANY (string_to_array(current_setting('tieline.viewer', true), ' '))
$$;
CREATE OR REPLACE FUNCTION tieline_is_staff() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce(current_setting('tieline.viewer', true), '') ~ '^(system$|staff:)'
$$;
CREATE OR REPLACE FUNCTION tieline_participant() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT substring(current_setting('tieline.viewer', true) FROM '^participant:([0-9]+)$')::bigint
$$;
"""
DROP_FUNCTIONS = """
DROP FUNCTION IF EXISTS tieline_sees(text); DROP FUNCTION IF EXISTS tieline_is_staff();
DROP FUNCTION IF EXISTS tieline_participant();
"""


def define_viewer_functions() -> migrations.RunSQL:
    """The functions policies call; each is wrapped in a sub-select there, so it runs once a query, not once a row."""
    return migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS)


def protect(table: str, *, sees: str, participant: str | None = None) -> migrations.RunSQL:
    """Row-level security for one table.

    `sees` is the context whose `.see` right admits staff ("staff" admits any staff user). `participant` is a column
    holding the participant's id, or a whole SQL condition, that lets that participant's people read.
    """
    staff = "(SELECT tieline_is_staff())" if sees == "staff" else f"(SELECT tieline_sees('{sees}'))"
    close = [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"CREATE POLICY {table}_staff ON {table} USING ({staff}) WITH CHECK ({staff})",
    ]
    open_ = [f"DROP POLICY {table}_staff ON {table}", f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"]
    if participant is not None:
        own = participant if " " in participant else f"{participant} = (SELECT tieline_participant())"
        close.append(f"CREATE POLICY {table}_participants ON {table} FOR SELECT USING ({own})")
        open_.insert(0, f"DROP POLICY {table}_participants ON {table}")
    return migrations.RunSQL("; ".join(close), "; ".join(open_))


def protect_from_change(table: str) -> migrations.RunSQL:
    """A table that only grows: a trigger refuses update, delete and truncate, whoever asks."""
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION tieline_refuse_change();"
        f"CREATE TRIGGER {table}_is_kept BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION tieline_refuse_change();",
        f"DROP TRIGGER {table}_only_grows ON {table}; DROP TRIGGER {table}_is_kept ON {table};",
    )
