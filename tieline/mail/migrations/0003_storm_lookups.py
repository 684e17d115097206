"""Whether a storm is on is asked before every acknowledgement; it must not read the whole post."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mail", "0002_desk_only")]
    operations = [
        migrations.AddIndex(
            model_name="incomingmail",
            index=models.Index(fields=["sender_address", "received_at"], name="mail_of_sender"),
        ),
        migrations.AddIndex(
            model_name="outgoingmail",
            index=models.Index(
                fields=["written_at"], name="mail_written_by_itself", condition=models.Q(is_automatic=True)
            ),
        ),
    ]
