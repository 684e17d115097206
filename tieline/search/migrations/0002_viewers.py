"""A row of the index is seen by the desk and by the participant it belongs to."""

from django.db import migrations

from tieline.kernel.rls import protect


class Migration(migrations.Migration):
    dependencies = [("search", "0001_first"), ("journal", "0002_only_grows")]
    operations = [protect("search_entry", sees="desk", participant="participant_id")]
