"""Own keys and small choices of a member of staff."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0002_staff_only"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="keys",
            field=models.JSONField(
                db_default={}, default=dict, help_text="own keys by the name of the act; empty: none"
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="preferences",
            field=models.JSONField(db_default={}, default=dict, help_text="small choices of the pages, by name"),
        ),
    ]
