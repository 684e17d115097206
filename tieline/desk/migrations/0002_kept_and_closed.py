"""Case numbers come from a sequence; number and time of receipt never change; clients see only their own, no notes."""

from django.db import migrations

from tieline.kernel.rls import protect

KEPT = """
CREATE SEQUENCE desk_case_number START 1001;
CREATE FUNCTION desk_case_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.number <> OLD.number OR NEW.received_at <> OLD.received_at THEN
    RAISE EXCEPTION 'a case keeps its number and its time of receipt' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER desk_case_keeps BEFORE UPDATE OF number, received_at ON desk_case
  FOR EACH ROW EXECUTE FUNCTION desk_case_keeps();
"""
UNKEPT = "DROP TRIGGER desk_case_keeps ON desk_case; DROP FUNCTION desk_case_keeps(); DROP SEQUENCE desk_case_number;"
# a participant that was only guessed (from an identifier in the text, say) is shown to staff, but opens nothing
THEIRS = "participant_id = (SELECT tieline_participant()) AND certainty >= 0.7"
THEIR_CASE = (
    "EXISTS (SELECT 1 FROM desk_case c WHERE c.id = case_id AND c.participant_id = (SELECT tieline_participant()))"
)


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_first"), ("journal", "0002_only_grows")]
    operations = [
        migrations.RunSQL(KEPT, UNKEPT),
        protect("desk_case", sees="desk", participant=THEIRS),
        protect("desk_message", sees="desk", participant=f"kind <> 'note' AND {THEIR_CASE}"),
        protect("desk_casecitation", sees="desk", participant=THEIR_CASE),
    ]
