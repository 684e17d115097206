"""A case opened by hand is known by the page it was opened from, so that a second click opens no second case."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0004_the_desk_deepened")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="page_key",
            field=models.UUIDField(null=True, unique=True, help_text="the page it was opened from by hand, once"),
        ),
    ]
