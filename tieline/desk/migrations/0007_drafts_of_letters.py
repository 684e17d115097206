"""Letters beside the client are drafts: one for each thread, one to begin one, one for each message sent on."""

import django.db.models.deletion
from django.db import migrations, models

HEADS = {"to": 2000, "subject": 500, "thread_kind": 12}


class Migration(migrations.Migration):
    dependencies = [("desk", "0006_files_of_notes")]

    operations = [
        migrations.AlterField(
            model_name="draft",
            name="kind",
            field=models.CharField(
                choices=[
                    ("reply", "a reply"),
                    ("note", "a note"),
                    ("letter", "a letter to somebody else"),
                    ("forward", "a message sent on"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="draft",
            name="about",
            field=models.ForeignKey(
                help_text="the message that is to be sent on",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="desk.message",
            ),
        ),
        *(
            migrations.AddField(
                model_name="draft",
                name=name,
                field=models.CharField(blank=True, db_default="", default="", max_length=longest),
            )
            for name, longest in HEADS.items()
        ),
        migrations.RemoveConstraint(model_name="draft", name="desk_draft_once"),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.UniqueConstraint(
                fields=("case", "author", "kind", "thread", "about"), nulls_distinct=False, name="desk_draft_once"
            ),
        ),
    ]
