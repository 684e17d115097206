"""What our servers found about a letter's sender; of letters taken before this it is unknown."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mail", "0003_storm_lookups")]
    operations = [
        migrations.AddField(
            model_name="incomingmail",
            name="authenticity",
            field=models.CharField(
                choices=[
                    ("pass", "Sender check passed"),
                    ("fail", "Sender check failed"),
                    ("none", "Sender check inconclusive"),
                    ("unknown", "Sender not checked"),
                ],
                db_default="unknown",
                default="unknown",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="incomingmail",
            name="authenticity_facts",
            field=models.JSONField(
                db_default={}, default=dict, help_text="the results the verdict rests on, and the reasons in words"
            ),
        ),
    ]
