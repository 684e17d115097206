"""A participant's rows are seen by staff who may see participants and by that participant's people."""

from django.db import migrations

from tieline.kernel.rls import protect

THEIR_PERSON = (
    "EXISTS (SELECT 1 FROM participants_person p WHERE p.id = person_id "
    "AND p.participant_id = (SELECT tieline_participant()))"
)


class Migration(migrations.Migration):
    dependencies = [("participants", "0001_first"), ("journal", "0002_only_grows")]
    operations = [
        protect("participants_participant", sees="participants", participant="id"),
        protect("participants_maildomain", sees="participants", participant="participant_id"),
        protect("participants_registration", sees="participants", participant="participant_id"),
        protect("participants_person", sees="participants", participant="participant_id"),
        protect("participants_contactrole", sees="participants", participant=THEIR_PERSON),
    ]
