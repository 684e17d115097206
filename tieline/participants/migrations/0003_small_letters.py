"""Addresses are kept in small letters and found by a plain index; row-level security rules out one over lower()."""

from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [("participants", "0002_viewers")]
    operations = [
        migrations.RemoveConstraint("person", "participants_person_once"),
        migrations.RemoveIndex("person", "participants_person_email"),
        migrations.AddIndex("person", models.Index(fields=["email"], name="participants_person_email")),
        migrations.AddConstraint(
            "person", models.UniqueConstraint(fields=["participant", "email"], name="participants_person_once")
        ),
        migrations.AddConstraint(
            "person",
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="participants_person_in_lower_case"),
        ),
    ]
