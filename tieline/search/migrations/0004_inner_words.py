"""Words for staff alone stand in a table of their own; matching takes the newest few thousand, the fittest first.

The index over words tells quickly what holds a rare word; of a common one it would name half the table. So at most
FEW are taken from it: where there are more, the word is common, and the newest rows are looked through one by one,
as every few of them match. Only when those hold too few after all is everything that matches put in order.
"""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

from tieline.kernel.rls import protect

COPY = """
INSERT INTO search_innerentry (entry_id, object_kind, words, at) SELECT id, object_kind, words, at FROM search_entry
"""
MATCHING = """
CREATE FUNCTION search_matching(asked text[], wanted_kind text, only_of bigint, most integer)
RETURNS TABLE (id bigint) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  few constant integer := greatest(most, 4000);
  newest constant integer := 20000;
  sees constant boolean := tieline_sees('desk');
  own constant bigint := tieline_participant();
  question tsquery;
  ids bigint[];
BEGIN
  question := search_question(asked);
  IF question IS NULL OR NOT (sees OR own IS NOT NULL) THEN RETURN; END IF;
  IF NOT sees OR only_of IS NOT NULL THEN
    RETURN QUERY
      WITH found AS MATERIALIZED (
        SELECT entry.id, entry.at, entry.words FROM search_entry entry
        WHERE entry.words @@ question AND (wanted_kind IS NULL OR entry.object_kind = wanted_kind)
          AND entry.participant_id = coalesce(only_of, own) AND (sees OR entry.participant_id = own)
      ), latest AS (SELECT * FROM found ORDER BY found.at DESC, found.id DESC LIMIT few)
      SELECT latest.id FROM latest
      ORDER BY ts_rank(latest.words, question) DESC, latest.at DESC, latest.id DESC LIMIT most;
    RETURN;
  END IF;
  SELECT array_agg(entry_id) INTO ids FROM (
    SELECT entry_id FROM search_innerentry entry
    WHERE entry.words @@ question AND (wanted_kind IS NULL OR entry.object_kind = wanted_kind) LIMIT few
  ) chosen;
  IF cardinality(ids) >= few THEN
    SELECT array_agg(entry_id) INTO ids FROM (
      SELECT entry_id FROM (
        SELECT * FROM search_innerentry entry
        WHERE wanted_kind IS NULL OR entry.object_kind = wanted_kind ORDER BY entry.at DESC LIMIT newest
      ) latest WHERE latest.words @@ question ORDER BY latest.at DESC LIMIT least(few, 1000)
    ) chosen;
    IF coalesce(cardinality(ids), 0) < most THEN
      SELECT array_agg(entry_id) INTO ids FROM (
        SELECT entry_id FROM search_innerentry entry
        WHERE entry.words @@ question AND (wanted_kind IS NULL OR entry.object_kind = wanted_kind)
        ORDER BY entry.at DESC, entry_id DESC LIMIT few
      ) chosen;
    END IF;
  END IF;
  RETURN QUERY SELECT entry.entry_id FROM search_innerentry entry WHERE entry.entry_id = ANY (ids)
    ORDER BY ts_rank(entry.words, question) DESC, entry.at DESC, entry.entry_id DESC LIMIT most;
END $$;
"""
MATCHING_BEFORE = """
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
HOLDING = """
CREATE FUNCTION search_holding(asked text[], wanted_kind text, most integer)
RETURNS TABLE (object_id text) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  sees constant boolean := tieline_sees('desk');
  own constant bigint := tieline_participant();
  question tsquery;
BEGIN
  question := search_question(asked);
  IF question IS NULL THEN RETURN; END IF;
  IF sees THEN
    RETURN QUERY SELECT entry.object_id::text FROM search_innerentry inner_entry
      JOIN search_entry entry ON entry.id = inner_entry.entry_id
      WHERE inner_entry.words @@ question AND inner_entry.object_kind = wanted_kind LIMIT most;
  ELSIF own IS NOT NULL THEN
    RETURN QUERY SELECT entry.object_id::text FROM search_entry entry
      WHERE entry.words @@ question AND entry.object_kind = wanted_kind AND entry.participant_id = own LIMIT most;
  END IF;
END $$;
"""
QUESTION = """
CREATE FUNCTION search_question(asked text[]) RETURNS tsquery LANGUAGE sql STABLE AS $$
  SELECT coalesce(
    string_agg(format('(%s)', stem || exact), ' & ') FILTER (WHERE numnode(stem) > 0),
    string_agg(format('(%s)', exact), ' & ') FILTER (WHERE numnode(exact) > 0)
  )::tsquery
  FROM (SELECT to_tsquery('english', word) AS stem, to_tsquery('simple', word) AS exact FROM unnest(asked) AS word) each
$$;
"""
SIGNATURE = "search_matching(text[], text, bigint, integer)"


class Migration(migrations.Migration):
    dependencies = [("search", "0003_matching")]
    operations = [
        migrations.CreateModel(
            name="InnerEntry",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="inner",
                        serialize=False,
                        to="search.entry",
                    ),
                ),
                ("object_kind", models.CharField(max_length=40)),
                ("words", django.contrib.postgres.search.SearchVectorField(null=True)),
                ("at", models.DateTimeField(help_text="as its entry's")),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["words"], name="search_inner_words"),
                    models.Index(fields=["-at"], name="search_inner_newest"),
                ],
            },
        ),
        protect("search_innerentry", sees="desk"),
        migrations.RunSQL(COPY, migrations.RunSQL.noop),
        migrations.RunSQL(QUESTION, "DROP FUNCTION search_question(text[])"),
        migrations.RunSQL(f"DROP FUNCTION {SIGNATURE}", MATCHING_BEFORE),
        migrations.RunSQL(MATCHING, f"DROP FUNCTION {SIGNATURE}"),
        migrations.RunSQL(HOLDING, "DROP FUNCTION search_holding(text[], text, integer)"),
    ]
