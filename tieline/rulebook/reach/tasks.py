"""Whom does a change ask, and about what? One task for each object and each way it cites what is touched.

A citation of a section covers many paragraphs; when several are touched, one task speaks of the first and says how
many there are, so that nobody is asked thirty times about one sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tieline.rulebook.models import ChangeReport, ChangeTask, ParagraphVersion
from tieline.rulebook.reach.touched import Touched
from tieline.rulebook.standing import Resting

LONGEST_NAME = 300
FIRST_OF_SEVERAL = "paragraphs touched, this is the first)"
BATCH = 5000
Order = Mapping[int, tuple[str, str]]


@dataclass(frozen=True)
class Asked:
    """A task, not yet written, and every touched version that it speaks of."""

    task: ChangeTask
    versions: frozenset[int]


def tasks_of(report: ChangeReport, resting: Iterable[tuple[str, Resting]], touched: Touched) -> list[Asked]:
    """The tasks of a report, not yet written."""
    groups: dict[tuple[str, str, str], list[Resting]] = {}
    for kind, one in resting:
        if one.version_id in touched.versions:
            groups.setdefault((kind, str(one.holder), one.label), []).append(one)
    order = _order({one.version_id for group in groups.values() for one in group})
    tasks: dict[tuple[str, str, int], Asked] = {}
    for (kind, holder, _), group in groups.items():
        task = _task(report, kind, group, touched, order)
        place = (kind, holder, task.version_id)
        others = tasks[place].versions if place in tasks else frozenset()
        versions = others | {one.version_id for one in group}
        tasks[place] = Asked(tasks[place].task if place in tasks else task, versions)
    return list(tasks.values())


def _task(report: ChangeReport, kind: str, group: Sequence[Resting], touched: Touched, order: Order) -> ChangeTask:
    first = min(group, key=lambda one: order.get(one.version_id, ("", "")))
    versions = {one.version_id for one in group}
    more = f" ({len(versions)} {FIRST_OF_SEVERAL}" if len(versions) > 1 else ""
    quotes = dict.fromkeys(one.quote for one in group if one.quote and one.version_id == first.version_id)
    touch = touched.versions[first.version_id]
    return ChangeTask(
        report=report,
        kind=kind,
        holder=str(first.holder),
        label=first.label[: LONGEST_NAME - len(more)] + more,
        name=(first.name or str(first.holder))[:LONGEST_NAME],
        quote="\n".join(quotes),
        owner=first.owner,
        is_settled=first.is_settled,
        version_id=first.version_id,
        now_id=touch.now,
        fault=touch.fault.value,
    )


def _order(versions: set[int]) -> Order:
    """Where these versions stand in their books."""
    wanted = sorted(versions)
    found: dict[int, tuple[str, str]] = {}
    for start in range(0, len(wanted), BATCH):
        chunk = ParagraphVersion.objects.filter(pk__in=wanted[start : start + BATCH])
        columns = chunk.values_list("pk", "paragraph__section__sort_key", "paragraph__sort_key")
        found |= {pk: (section, paragraph) for pk, section, paragraph in columns}
    return found
