"""Which older question about the same object and paragraph is answered along with a newer one?

Whoever decided on the paragraph as it now reads has nothing left to say of how it read in between.
"""

from __future__ import annotations

from django.db.models import Q

from tieline.rulebook.models import ChangeReport, ChangeTask, ParagraphVersion
from tieline.rulebook.reach.tasks import FIRST_OF_SEVERAL


def settle_older(task: ChangeTask, report: ChangeReport) -> None:
    """Nothing is left to decide in older reports about what this task has decided; each older task says so.

    One that speaks of several paragraphs stays open unless this one speaks of as many.
    """
    if report.effective_on is None:
        return
    paragraph = ParagraphVersion.objects.filter(pk=task.version_id).values("paragraph_id")
    older = ChangeTask.objects.filter(kind=task.kind, holder=task.holder, decision="", is_settled=False)
    older = older.filter(report__effective_on__lt=report.effective_on)
    older = older.filter(Q(now=task.version_id) | Q(version__paragraph__in=paragraph))
    older = older.exclude(~Q(label=task.label), label__endswith=FIRST_OF_SEVERAL)
    older.update(is_settled=True, note=f"decided with the change of {report.effective_on}")
