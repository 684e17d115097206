"""What does a change of the rules reach, and who has looked at it?

A report belongs to an edition that takes effect, or to a revision request whose text is known but not in force. Each
task asks one owner about one object that rests on a paragraph the change touches.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tieline.kernel.reference import Reference
from tieline.rulebook.models.books import Book, Edition
from tieline.rulebook.models.text import ParagraphVersion


class ChangeReport(models.Model):
    """The reach of one change of one book; `request` names the revision request when no edition brings it yet."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="+")
    edition = models.OneToOneField(Edition, on_delete=models.PROTECT, null=True, related_name="change_report")
    request = models.CharField(max_length=120, blank=True)
    effective_on = models.DateField(null=True, help_text="the day from which the change holds; null: not known yet")
    made_at = models.DateTimeField()
    counts = models.JSONField(default=dict, help_text="paragraphs by what happened to them")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["book", "request"], condition=~Q(request=""), name="rulebook_report_once_a_request"
            ),
            models.CheckConstraint(
                condition=Q(edition=None) ^ Q(request=""), name="rulebook_report_of_edition_or_request"
            ),
        ]

    @property
    def reference(self) -> Reference:
        """How the journal speaks of this report."""
        return Reference("change_report", str(self.pk))


class Decision(models.TextChoices):
    """What an owner said."""

    OPEN = "", "open"
    CONFIRMED = "confirmed"
    AMENDED = "amended"


class ChangeTask(models.Model):
    """One object that rests on a touched paragraph, and what its owner said of it.

    `version` is what it rests on, `now` what took its place, `fault` how it was touched (see `proof.Fault`).
    """

    report = models.ForeignKey(ChangeReport, on_delete=models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=60)
    holder = models.CharField(max_length=160, help_text="the object, written as a reference")
    label = models.CharField(max_length=300, help_text="how the object writes the citation")
    name = models.CharField(max_length=300, help_text="what people call the object")
    quote = models.TextField(blank=True)
    owner = models.CharField(max_length=160, blank=True)
    is_settled = models.BooleanField(default=False, help_text="the object is done with; listed, nothing to decide")
    version = models.ForeignKey(ParagraphVersion, on_delete=models.PROTECT, related_name="+")
    now = models.ForeignKey(ParagraphVersion, on_delete=models.PROTECT, null=True, related_name="+")
    fault = models.CharField(max_length=20)
    decision = models.CharField(max_length=10, blank=True, choices=Decision.choices)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=160, blank=True)
    decided_by_name = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "kind", "holder", "version"], name="rulebook_task_once")
        ]
        indexes = [models.Index(fields=["holder"]), models.Index(fields=["owner", "decision"])]

    @property
    def reference(self) -> Reference:
        """How the journal speaks of this task."""
        return Reference("change_task", str(self.pk))
