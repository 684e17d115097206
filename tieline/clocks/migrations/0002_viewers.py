"""Clocks are seen by staff who may see clocks; their moves are only ever added."""

from django.db import migrations

from tieline.kernel.rls import protect, protect_from_change


class Migration(migrations.Migration):
    dependencies = [("clocks", "0001_first"), ("journal", "0002_only_grows")]
    operations = [
        protect("clocks_clock", sees="clocks"),
        protect("clocks_clockmove", sees="clocks"),
        protect_from_change("clocks_clockmove"),
    ]
