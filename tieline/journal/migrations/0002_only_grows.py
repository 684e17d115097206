"""The journal only grows, new events wait to be sealed, and nobody reads it unless the database knows who asks."""

from django.db import migrations

from tieline.kernel.rls import define_viewer_functions, protect, protect_from_change

REFUSE = """
CREATE OR REPLACE FUNCTION tieline_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% only grows: % is refused', TG_TABLE_NAME, lower(TG_OP) USING ERRCODE = 'insufficient_privilege';
END $$;
"""
WAIT = """
CREATE OR REPLACE FUNCTION journal_wait_for_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO journal_pendingseal (event_id) VALUES (NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER journal_journalevent_waits AFTER INSERT ON journal_journalevent
  FOR EACH ROW EXECUTE FUNCTION journal_wait_for_seal();
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_first")]
    operations = [
        define_viewer_functions(),
        migrations.RunSQL(REFUSE, "DROP FUNCTION tieline_refuse_change()"),
        migrations.RunSQL(
            WAIT,
            "DROP TRIGGER journal_journalevent_waits ON journal_journalevent; DROP FUNCTION journal_wait_for_seal()",
        ),
        protect_from_change("journal_journalevent"),
        protect_from_change("journal_journallink"),
        protect_from_change("journal_seal"),
        protect("journal_journalevent", sees="staff"),
        protect("journal_journallink", sees="staff"),
    ]
