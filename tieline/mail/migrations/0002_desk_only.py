"""Mail as it came and went is seen by those who see the desk."""

from django.db import migrations

from tieline.kernel.rls import protect

TABLES = ("mail_incomingmail", "mail_mailattachment", "mail_outgoingmail", "mail_ingestrun", "mail_mailboxcursor")


class Migration(migrations.Migration):
    dependencies = [("mail", "0001_first"), ("journal", "0002_only_grows")]
    operations = [protect(table, sees="desk") for table in TABLES]
