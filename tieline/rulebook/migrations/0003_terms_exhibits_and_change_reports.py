"""Terms and exhibits of paragraphs, the file of an edition, and what a change of the rules reaches."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

from tieline.kernel.rls import protect


class Migration(migrations.Migration):
    """What rests on rules names cases, so reports are for staff who may see the rules."""

    dependencies = [
        ("rulebook", "0002_how_certain_a_move_is"),
    ]

    operations = [
        migrations.AddField(
            model_name="edition",
            name="file_key",
            field=models.CharField(
                blank=True, help_text="where the file itself is kept; empty: it is not", max_length=32
            ),
        ),
        migrations.CreateModel(
            name="ChangeReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("request", models.CharField(blank=True, max_length=120)),
                (
                    "effective_on",
                    models.DateField(help_text="the day from which the change holds; null: not known yet", null=True),
                ),
                ("made_at", models.DateTimeField()),
                ("counts", models.JSONField(default=dict, help_text="paragraphs by what happened to them")),
                (
                    "book",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="rulebook.book"
                    ),
                ),
                (
                    "edition",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="change_report",
                        to="rulebook.edition",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ChangeTask",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=60)),
                ("holder", models.CharField(help_text="the object, written as a reference", max_length=160)),
                ("label", models.CharField(help_text="how the object writes the citation", max_length=300)),
                ("name", models.CharField(help_text="what people call the object", max_length=300)),
                ("quote", models.TextField(blank=True)),
                ("owner", models.CharField(blank=True, max_length=160)),
                (
                    "is_settled",
                    models.BooleanField(default=False, help_text="the object is done with; listed, nothing to decide"),
                ),
                ("fault", models.CharField(max_length=20)),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("", "open"), ("confirmed", "Confirmed"), ("amended", "Amended")],
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.CharField(blank=True, max_length=160)),
                ("decided_by_name", models.CharField(blank=True, max_length=200)),
                ("note", models.TextField(blank=True)),
                (
                    "now",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="rulebook.paragraphversion",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tasks", to="rulebook.changereport"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="rulebook.paragraphversion"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Exhibit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("table", "Table"), ("formula", "Formula"), ("figure", "Figure")], max_length=10
                    ),
                ),
                ("place", models.PositiveIntegerField()),
                ("caption", models.TextField(blank=True)),
                ("text", models.TextField(blank=True)),
                ("rows", models.JSONField(default=list)),
                ("page", models.PositiveIntegerField(null=True)),
                ("box", models.JSONField(null=True)),
                ("file_key", models.CharField(blank=True, max_length=32)),
                ("media_type", models.CharField(blank=True, max_length=60)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exhibits",
                        to="rulebook.paragraphversion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Term",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(choices=[("definition", "Definition"), ("acronym", "Acronym")], max_length=10),
                ),
                ("name", models.CharField(max_length=160)),
                ("folded", models.CharField(help_text="the name in small letters, for looking it up", max_length=160)),
                ("meaning", models.TextField()),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="terms",
                        to="rulebook.paragraphversion",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="changereport",
            constraint=models.UniqueConstraint(
                condition=models.Q(("request", ""), _negated=True),
                fields=("book", "request"),
                name="rulebook_report_once_a_request",
            ),
        ),
        migrations.AddConstraint(
            model_name="changereport",
            constraint=models.CheckConstraint(
                condition=models.Q(("edition", None), ("request", ""), _connector="XOR"),
                name="rulebook_report_of_edition_or_request",
            ),
        ),
        migrations.AddIndex(
            model_name="changetask",
            index=models.Index(fields=["holder"], name="rulebook_ch_holder_37b763_idx"),
        ),
        migrations.AddIndex(
            model_name="changetask",
            index=models.Index(fields=["owner", "decision"], name="rulebook_ch_owner_4779fe_idx"),
        ),
        migrations.AddConstraint(
            model_name="changetask",
            constraint=models.UniqueConstraint(
                fields=("report", "kind", "holder", "version"), name="rulebook_task_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="exhibit",
            constraint=models.UniqueConstraint(fields=("version", "place"), name="rulebook_exhibit_once"),
        ),
        migrations.AddIndex(
            model_name="term",
            index=models.Index(fields=["folded"], name="rulebook_te_folded_2f05de_idx"),
        ),
        migrations.AddConstraint(
            model_name="term",
            constraint=models.UniqueConstraint(fields=("version", "kind", "name"), name="rulebook_term_once"),
        ),
        protect("rulebook_changereport", sees="rulebook"),
        protect("rulebook_changetask", sees="rulebook"),
    ]
