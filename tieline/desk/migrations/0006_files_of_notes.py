"""A file is brought up for a reply or for a note, and goes along with nothing else."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0005_opened_by_hand")]

    operations = [
        migrations.AddField(
            model_name="upload",
            name="kind",
            field=models.CharField(
                choices=[("reply", "a reply"), ("note", "a note")], db_default="reply", default="reply", max_length=10
            ),
        ),
    ]
