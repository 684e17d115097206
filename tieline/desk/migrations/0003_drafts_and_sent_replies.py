"""Drafts on the server, and what is known of each reply that was sent from a page; both for staff only."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tieline.kernel.rls import protect


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0002_kept_and_closed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("reply", "a reply"), ("note", "a note")], max_length=10)),
                ("text", models.TextField()),
                (
                    "then",
                    models.CharField(
                        choices=[("open", "Open"), ("waiting", "Waiting on client"), ("closed", "Closed")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("key", models.UUIDField(null=True)),
                ("updated_at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="drafts", to="desk.case"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("case", "author", "kind"), name="desk_draft_once")],
            },
        ),
        migrations.CreateModel(
            name="SentReply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField()),
                (
                    "state_before",
                    models.CharField(
                        choices=[("open", "Open"), ("waiting", "Waiting on client"), ("closed", "Closed")],
                        max_length=10,
                    ),
                ),
                ("sent_at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="desk.case"),
                ),
                (
                    "message",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="desk.message"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("case", "author", "key"), name="desk_reply_sent_once")],
            },
        ),
        protect("desk_draft", sees="desk"),
        protect("desk_sentreply", sees="desk"),
    ]
