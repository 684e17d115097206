"""What the desk needs to be worked at all day: structure, people, drafts, lists, turns, consultations, files."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tieline.kernel.rls import protect

TABLES = (
    "desk_absence",
    "desk_bulkact",
    "desk_bulktarget",
    "desk_caselink",
    "desk_caseperson",
    "desk_casethread",
    "desk_consultation",
    "desk_draftcomment",
    "desk_draftreader",
    "desk_laterreply",
    "desk_mention",
    "desk_personal",
    "desk_presence",
    "desk_rearrangement",
    "desk_rotashift",
    "desk_savedview",
    "desk_turn",
    "desk_upload",
    "desk_workcapacity",
)
# a note, a thread with others and a reply that has not left are not for the client's eyes
SEEN_BY_CLIENTS = (
    "kind <> 'note' AND thread_id IS NULL AND NOT is_withheld AND EXISTS "
    "(SELECT 1 FROM desk_case c WHERE c.id = case_id AND c.participant_id = (SELECT tieline_participant()))"
)
SEEN_BEFORE = (
    "kind <> 'note' AND EXISTS "
    "(SELECT 1 FROM desk_case c WHERE c.id = case_id AND c.participant_id = (SELECT tieline_participant()))"
)
POLICY = "ALTER POLICY desk_message_participants ON desk_message USING ({})"


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0003_drafts_and_sent_replies"),
        ("identity", "0003_the_desk_deepened"),
        ("participants", "0003_small_letters"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Absence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("begins_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("noted_by_name", models.CharField(max_length=200)),
                ("cancelled_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="BulkAct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("act", models.CharField(max_length=20)),
                ("facts", models.JSONField(default=dict, help_text="what to set, as the act understands it")),
                ("query", models.CharField(blank=True, max_length=2000)),
                ("asked_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("undoing", "Being undone"),
                            ("undone", "Undone"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("total", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("failed", models.PositiveIntegerField(default=0)),
                ("finished_at", models.DateTimeField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="BulkTarget",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("before", models.JSONField(null=True)),
                ("is_done", models.BooleanField(default=False)),
                ("problem", models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name="CaseLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("parent", "is part of"), ("blocked", "is blocked by"), ("related", "is related to")],
                        max_length=8,
                    ),
                ),
                ("linked_at", models.DateTimeField()),
                ("linked_by_name", models.CharField(max_length=200)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="CasePerson",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("requester", "Requester"),
                            ("cc", "Copied"),
                            ("expert", "Expert"),
                            ("participant", "Other participant"),
                            ("outside", "Outside party"),
                        ],
                        max_length=12,
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=320)),
                ("name", models.CharField(blank=True, max_length=300)),
                ("added_at", models.DateTimeField()),
                ("added_by_name", models.CharField(max_length=200)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("removed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="CaseThread",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("outside", "Outside party"),
                            ("participant", "Other participant"),
                            ("expert", "Expert"),
                        ],
                        max_length=12,
                    ),
                ),
                ("subject", models.CharField(max_length=500)),
                ("started_at", models.DateTimeField()),
                ("started_by", models.CharField(max_length=80)),
                ("started_by_name", models.CharField(max_length=200)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Consultation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("question", models.TextField()),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("answered", "Answered"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("answer", models.TextField(blank=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="DraftComment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("about_words", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="DraftReader",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField()),
                ("looked_at", models.DateTimeField(null=True)),
                ("approved_at", models.DateTimeField(null=True)),
                (
                    "approved_version",
                    models.PositiveIntegerField(help_text="the version of the draft that was approved", null=True),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LaterReply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                (
                    "then",
                    models.CharField(
                        choices=[("open", "Open"), ("waiting", "Waiting on client"), ("closed", "Closed")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                (
                    "cc",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=320), default=list, size=None
                    ),
                ),
                (
                    "files",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=32),
                        default=list,
                        help_text="keys of uploaded files",
                        size=None,
                    ),
                ),
                ("send_at", models.DateTimeField()),
                ("unless_they_write", models.BooleanField(default=True)),
                ("seen", models.BigIntegerField(help_text="the last message its writer had seen", null=True)),
                ("written_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("sent", "Sent"), ("cancelled", "Cancelled")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("state_why", models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name="Mention",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Personal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "pile",
                    models.CharField(
                        choices=[("todo", "To do"), ("later", "Later"), ("done", "Done")], default="todo", max_length=5
                    ),
                ),
                ("wakes_at", models.DateTimeField(help_text="when what was put off comes back", null=True)),
                ("woken_at", models.DateTimeField(null=True)),
                ("woken_why", models.CharField(blank=True, max_length=300)),
                ("is_following", models.BooleanField(default=False)),
                ("seen_message", models.BigIntegerField(default=0, help_text="the last message seen")),
                ("changed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Presence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("doing", models.CharField(choices=[("viewing", "is looking"), ("typing", "is typing")], max_length=8)),
                ("active_at", models.DateTimeField(help_text="when a key or the pointer last moved")),
                ("said_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Rearrangement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("merge", "merged"), ("split", "split"), ("move", "moved")], max_length=5
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=80)),
                ("by_name", models.CharField(max_length=200)),
                ("reason", models.CharField(blank=True, max_length=300)),
                (
                    "moved",
                    models.JSONField(default=dict, help_text="ids of what went over, by table, and what stood before"),
                ),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_by_name", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="RotaShift",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("weekday", models.PositiveSmallIntegerField()),
                ("opens", models.TimeField()),
                ("closes", models.TimeField()),
            ],
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("query", models.CharField(max_length=2000)),
                (
                    "shared_with",
                    models.CharField(
                        choices=[("nobody", "Only me"), ("team", "My team"), ("everybody", "Everybody")],
                        default="nobody",
                        max_length=10,
                    ),
                ),
                ("order", models.CharField(default="due", max_length=20)),
                ("made_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Turn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ],
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=255)),
                ("content_type", models.CharField(max_length=120)),
                ("size_bytes", models.BigIntegerField()),
                ("received_bytes", models.BigIntegerField(default=0)),
                ("key", models.UUIDField(help_text="by which a page goes on after an interruption", unique=True)),
                (
                    "file_key",
                    models.CharField(blank=True, help_text="in the file store, once it is whole", max_length=32),
                ),
                ("started_at", models.DateTimeField()),
                ("discarded_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="WorkCapacity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("most_cases", models.PositiveIntegerField(default=25)),
                (
                    "skills",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), default=list, size=None
                    ),
                ),
                ("takes_cases", models.BooleanField(default=True)),
            ],
        ),
        migrations.AddField(
            model_name="case",
            name="labels",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=60), db_default=[], default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="merged_into",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="merged", to="desk.case"
            ),
        ),
        migrations.AddField(
            model_name="draft",
            name="cc",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=320), db_default=[], default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="is_withheld",
            field=models.BooleanField(
                db_default=False, default=False, help_text="a reply that has not left yet: its client must not see it"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["-received_at", "-number"], name="desk_newest"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["-last_activity_at", "-number"], name="desk_most_recently_active"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)), fields=["merged_into"], name="desk_merged"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=django.contrib.postgres.indexes.GinIndex(fields=["labels"], name="desk_labels"),
        ),
        migrations.AddField(
            model_name="absence",
            name="cover",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="absence",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="bulkact",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="bulktarget",
            name="bulk",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="targets", to="desk.bulkact"
            ),
        ),
        migrations.AddField(
            model_name="bulktarget",
            name="case",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="desk.case"),
        ),
        migrations.AddField(
            model_name="caselink",
            name="case",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="links", to="desk.case"),
        ),
        migrations.AddField(
            model_name="caselink",
            name="other",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="linked_from", to="desk.case"
            ),
        ),
        migrations.AddField(
            model_name="caseperson",
            name="case",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="people", to="desk.case"),
        ),
        migrations.AddField(
            model_name="caseperson",
            name="message",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="desk.message"
            ),
        ),
        migrations.AddField(
            model_name="caseperson",
            name="person",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="participants.person"
            ),
        ),
        migrations.AddField(
            model_name="caseperson",
            name="staff",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="casethread",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="threads", to="desk.case"
            ),
        ),
        migrations.AddField(
            model_name="caseperson",
            name="thread",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="people", to="desk.casethread"
            ),
        ),
        migrations.AddField(
            model_name="draft",
            name="thread",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="desk.casethread"
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="thread",
            field=models.ForeignKey(
                help_text="none: the conversation with the requester",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="desk.casethread",
            ),
        ),
        migrations.AddField(
            model_name="consultation",
            name="answer_note",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="desk.message"
            ),
        ),
        migrations.AddField(
            model_name="consultation",
            name="answered_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="consultation",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="consultation",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="consultations", to="desk.case"
            ),
        ),
        migrations.AddField(
            model_name="consultation",
            name="expert",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="consultation",
            name="question_note",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="desk.message"
            ),
        ),
        migrations.AddField(
            model_name="consultation",
            name="team",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="identity.team"),
        ),
        migrations.AddField(
            model_name="draftcomment",
            name="author",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="draftcomment",
            name="draft",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="comments", to="desk.draft"
            ),
        ),
        migrations.AddField(
            model_name="draftreader",
            name="draft",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="readers", to="desk.draft"
            ),
        ),
        migrations.AddField(
            model_name="draftreader",
            name="reader",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="laterreply",
            name="author",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="laterreply",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="later_replies", to="desk.case"
            ),
        ),
        migrations.AddField(
            model_name="laterreply",
            name="message",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="desk.message"
            ),
        ),
        migrations.AddField(
            model_name="mention",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="mentions", to="desk.case"
            ),
        ),
        migrations.AddField(
            model_name="mention",
            name="message",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="mentions", to="desk.message"
            ),
        ),
        migrations.AddField(
            model_name="mention",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="personal",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="personal", to="desk.case"
            ),
        ),
        migrations.AddField(
            model_name="personal",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="presence",
            name="case",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="desk.case"),
        ),
        migrations.AddField(
            model_name="presence",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="rearrangement",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="rearranged_from", to="desk.case"
            ),
        ),
        migrations.AddField(
            model_name="rearrangement",
            name="target",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="rearranged_into", to="desk.case"
            ),
        ),
        migrations.AddField(
            model_name="rotashift",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="savedview",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="savedview",
            name="team",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="identity.team"
            ),
        ),
        migrations.AddField(
            model_name="turn",
            name="last",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="turn",
            name="team",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="identity.team"
            ),
        ),
        migrations.AddField(
            model_name="upload",
            name="author",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="upload",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="uploads", to="desk.case"
            ),
        ),
        migrations.AddField(
            model_name="upload",
            name="message",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="uploads", to="desk.message"
            ),
        ),
        migrations.AddField(
            model_name="workcapacity",
            name="user",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="absence",
            index=models.Index(fields=["user", "ends_at"], name="desk_absence_of"),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("begins_at"))), name="desk_absence_ends_later"
            ),
        ),
        migrations.AddIndex(
            model_name="bulktarget",
            index=models.Index(condition=models.Q(("is_done", False)), fields=["bulk"], name="desk_bulk_to_do"),
        ),
        migrations.AddConstraint(
            model_name="bulktarget",
            constraint=models.UniqueConstraint(fields=("bulk", "case"), name="desk_bulk_target_once"),
        ),
        migrations.AddConstraint(
            model_name="caselink",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("case", "other", "kind"), name="desk_link_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="caselink",
            constraint=models.CheckConstraint(
                condition=models.Q(("case", models.F("other")), _negated=True), name="desk_link_not_to_itself"
            ),
        ),
        migrations.AddIndex(
            model_name="caseperson",
            index=models.Index(fields=["address"], name="desk_person_address"),
        ),
        migrations.AddConstraint(
            model_name="caseperson",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at", None)),
                fields=("case", "role", "address", "thread"),
                name="desk_person_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddIndex(
            model_name="consultation",
            index=models.Index(
                condition=models.Q(("state", "asked")), fields=["team", "due_at"], name="desk_asked_of_team"
            ),
        ),
        migrations.AddIndex(
            model_name="consultation",
            index=models.Index(
                condition=models.Q(("state", "asked")), fields=["expert", "due_at"], name="desk_asked_of_expert"
            ),
        ),
        migrations.AddConstraint(
            model_name="draftreader",
            constraint=models.UniqueConstraint(fields=("draft", "reader"), name="desk_draft_reader_once"),
        ),
        migrations.AddIndex(
            model_name="laterreply",
            index=models.Index(condition=models.Q(("state", "waiting")), fields=["send_at"], name="desk_to_send_later"),
        ),
        migrations.AddIndex(
            model_name="mention",
            index=models.Index(condition=models.Q(("seen_at", None)), fields=["user"], name="desk_mention_unseen"),
        ),
        migrations.AddConstraint(
            model_name="mention",
            constraint=models.UniqueConstraint(fields=("message", "user"), name="desk_mention_once"),
        ),
        migrations.AddIndex(
            model_name="personal",
            index=models.Index(fields=["user", "pile"], name="desk_personal_pile"),
        ),
        migrations.AddIndex(
            model_name="personal",
            index=models.Index(
                condition=models.Q(("wakes_at__isnull", False)), fields=["wakes_at"], name="desk_personal_wakes"
            ),
        ),
        migrations.AddIndex(
            model_name="personal",
            index=models.Index(
                condition=models.Q(("is_following", True)), fields=["user"], name="desk_personal_follows"
            ),
        ),
        migrations.AddConstraint(
            model_name="personal",
            constraint=models.UniqueConstraint(fields=("user", "case"), name="desk_personal_once"),
        ),
        migrations.AddIndex(
            model_name="presence",
            index=models.Index(fields=["said_at"], name="desk_presence_said"),
        ),
        migrations.AddConstraint(
            model_name="presence",
            constraint=models.UniqueConstraint(fields=("case", "user"), name="desk_presence_once"),
        ),
        migrations.AddIndex(
            model_name="rearrangement",
            index=models.Index(fields=["source", "at"], name="desk_rearranged_source"),
        ),
        migrations.AddIndex(
            model_name="rearrangement",
            index=models.Index(fields=["target", "at"], name="desk_rearranged_target"),
        ),
        migrations.AddConstraint(
            model_name="rotashift",
            constraint=models.UniqueConstraint(fields=("user", "weekday", "opens"), name="desk_shift_once"),
        ),
        migrations.AddConstraint(
            model_name="rotashift",
            constraint=models.CheckConstraint(condition=models.Q(("weekday__lte", 6)), name="desk_shift_weekday"),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(fields=("owner", "name"), name="desk_view_name_once"),
        ),
        migrations.AddIndex(
            model_name="upload",
            index=models.Index(fields=["case", "message"], name="desk_upload_of"),
        ),
        migrations.RunSQL(POLICY.format(SEEN_BY_CLIENTS), POLICY.format(SEEN_BEFORE)),
        *(protect(table, sees="desk") for table in TABLES),
    ]
