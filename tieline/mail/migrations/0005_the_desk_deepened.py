"""Copies, files that go out, what was found in files, addresses that mail came back from, and the quarantine shelf."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from tieline.kernel.rls import protect


class Migration(migrations.Migration):
    dependencies = [
        ("mail", "0004_authenticity"),
    ]

    operations = [
        migrations.CreateModel(
            name="AddressStanding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.CharField(max_length=320, unique=True)),
                (
                    "is_lasting",
                    models.BooleanField(default=True, help_text="the address does not exist, not just a full mailbox"),
                ),
                ("bounced_at", models.DateTimeField()),
                ("reason", models.TextField(blank=True)),
                ("times", models.PositiveIntegerField(default=1)),
                ("cleared_at", models.DateTimeField(null=True)),
                ("cleared_by_name", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="FileExamination",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file_key", models.CharField(max_length=32, unique=True)),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("waiting", "Not looked at yet"),
                            ("clean", "Nothing harmful found"),
                            ("infected", "Harmful"),
                            ("unscanned", "Not scanned"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                (
                    "found",
                    models.CharField(
                        blank=True, help_text="the name of what was found, or why not scanned", max_length=200
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("text_problem", models.CharField(blank=True, max_length=200)),
                ("examined_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="OutgoingAttachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=255)),
                ("content_type", models.CharField(max_length=120)),
                ("size_bytes", models.BigIntegerField()),
                ("file_key", models.CharField(max_length=32)),
            ],
        ),
        migrations.AddField(
            model_name="incomingmail",
            name="copied",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(), db_default=[], default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="incomingmail",
            name="shelf_ended_at",
            field=models.DateTimeField(help_text="when it was released from quarantine or discarded", null=True),
        ),
        migrations.AddField(
            model_name="incomingmail",
            name="shelf_ended_how",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="outgoingmail",
            name="copied",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=320), db_default=[], default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="outgoingmail",
            name="reply_to",
            field=models.CharField(blank=True, db_default="", max_length=320),
        ),
        migrations.AddIndex(
            model_name="incomingmail",
            index=models.Index(
                condition=models.Q(("outcome", "quarantine"), ("shelf_ended_at", None)),
                fields=["-id"],
                name="mail_on_shelf",
            ),
        ),
        migrations.AddIndex(
            model_name="fileexamination",
            index=models.Index(condition=models.Q(("examined_at", None)), fields=["id"], name="mail_file_to_examine"),
        ),
        migrations.AddField(
            model_name="outgoingattachment",
            name="mail",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="attachments", to="mail.outgoingmail"
            ),
        ),
        protect("mail_fileexamination", sees="desk"),
        protect("mail_addressstanding", sees="desk"),
        protect("mail_outgoingattachment", sees="desk"),
    ]
