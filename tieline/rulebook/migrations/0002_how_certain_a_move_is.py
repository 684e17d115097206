"""How certain is it that a paragraph moved? Keeps that beside where it moved from."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """One more column; versions that moved before it are exact moves."""

    dependencies = [("rulebook", "0001_first")]

    operations = [
        migrations.AddField(
            model_name="paragraphversion",
            name="moved_certainty",
            field=models.FloatField(null=True, help_text="from 0 to 1; null: the text moved unchanged"),
        )
    ]
