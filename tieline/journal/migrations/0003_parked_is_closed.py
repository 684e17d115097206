"""What is parked carries tracebacks, and those may quote a client's words: seen by staff alone."""

from django.db import migrations

from tieline.kernel.rls import protect


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_only_grows")]
    operations = [protect("journal_parked", sees="staff")]
