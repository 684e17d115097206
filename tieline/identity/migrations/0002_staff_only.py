"""Staff accounts are seen by staff; tries to sign in by the system alone."""

from django.db import migrations

from tieline.kernel.rls import protect


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_first"), ("journal", "0002_only_grows")]
    operations = [
        protect("identity_user", sees="staff"),
        protect("identity_team", sees="staff"),
        protect("identity_role", sees="staff"),
        protect("identity_signinattempt", sees="sign_in"),
    ]
