"""Under row-level security PostgreSQL does not use the index over words, as matching is not proved to leak nothing.

So a function that runs as the owner of the table does the matching and asks, itself, what the policy of the table asks.
A word matches in its English stem or exactly as written; words too common for the English index are left out, unless
there are no others. What matches is found first and put in order then; otherwise the newest rows would be tried one by
one.
"""

from django.db import migrations

MATCHING = """
CREATE FUNCTION search_matching(asked text[], wanted_kind text, only_of bigint, most integer)
RETURNS TABLE (id bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH each AS (
    SELECT to_tsquery('english', word) AS stem, to_tsquery('simple', word) AS exact FROM unnest(asked) AS word
  ), query AS (
    SELECT coalesce(
      string_agg(format('(%s)', stem || exact), ' & ') FILTER (WHERE numnode(stem) > 0),
      string_agg(format('(%s)', exact), ' & ')
    )::tsquery AS whole FROM each
  ), found AS MATERIALIZED (
    SELECT entry.id, entry.at FROM search_entry entry
    WHERE entry.words @@ (SELECT whole FROM query)
      AND (wanted_kind IS NULL OR entry.object_kind = wanted_kind)
      AND (only_of IS NULL OR entry.participant_id = only_of)
      AND ((SELECT tieline_sees('desk')) OR entry.participant_id = (SELECT tieline_participant()))
  )
  SELECT found.id FROM found ORDER BY found.at DESC, found.id DESC LIMIT most
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("search", "0002_viewers")]
    operations = [
        migrations.RunSQL(MATCHING, "DROP FUNCTION search_matching(text[], text, bigint, integer)"),
    ]
