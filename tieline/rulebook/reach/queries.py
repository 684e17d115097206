"""Which changes are reported, what does each still ask of whom, and which objects rest on what has changed?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db.models import Case, Count, IntegerField, Min, Q, QuerySet, Value, When

from tieline.kernel.refusal import Refusal
from tieline.rulebook import standing
from tieline.rulebook.citing.proof import Fault
from tieline.rulebook.history.redline import Redline, redline
from tieline.rulebook.models import Book, ChangeReport, ChangeTask, Edition, ParagraphVersion
from tieline.rulebook.reach.texts import NOT_READ_IN
from tieline.rulebook.reach.touched import standing_requests

PAGE = 40
COUNTED = ("changed", "moved", "gone", "added")
OPEN, DECIDED, SETTLED = "open", "decided", "settled"
WAITING = Q(is_settled=False, decision="")
STATES = {OPEN: "To decide", DECIDED: "Decided", SETTLED: "Nothing to decide"}


class NoSuchReport(Refusal):
    """No report has this number."""

    def __init__(self, report_id: int) -> None:
        super().__init__(f"There is no change report {report_id}; `tieline rulebook reports` lists them.")


@dataclass(frozen=True)
class Share:
    """How much of what one owner was asked is decided."""

    owner: str
    decided: int
    total: int


@dataclass(frozen=True)
class ReportLine:
    """A report as a list shows it: whose change, what it does to paragraphs, how far the decisions are."""

    id: int
    book: str
    book_name: str
    request: str
    effective_on: date | None
    made_at: datetime
    counts: Mapping[str, int]
    shares: tuple[Share, ...]
    settled: int

    @property
    def decided(self) -> int:
        """How many tasks are decided."""
        return sum(one.decided for one in self.shares)

    @property
    def total(self) -> int:
        """How many tasks ask for a decision."""
        return sum(one.total for one in self.shares)

    @property
    def title(self) -> str:
        """What people call the change."""
        if self.request:
            return f"{self.book_name}: {self.request}"
        return f"{self.book_name}: edition of {self.effective_on}"

    def as_data(self) -> dict[str, object]:
        """The line as the command line prints it."""
        return {**asdict(self), "title": self.title, "decided": self.decided, "total": self.total}


@dataclass(frozen=True)
class TaskView:
    """One object that a change reaches: what it rests on, what became of that, and what was decided."""

    id: int
    report: int
    kind: str
    holder: str
    label: str
    name: str
    quote: str
    owner: str
    fault: str
    book: str
    section: str
    was_at: str
    now_at: str
    before: str
    after: str
    version_id: int
    now_id: int | None
    effective_on: date | None
    is_settled: bool
    decision: str
    note: str
    decided_by_name: str
    decided_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether somebody has still to decide."""
        return not self.decision and not self.is_settled

    @property
    def redline(self) -> Redline:
        """What changed, word by word."""
        return redline(self.before, self.after)

    def as_data(self) -> dict[str, object]:
        """The task as the command line prints it, and as a row of a spreadsheet."""
        return asdict(self)


@dataclass(frozen=True)
class Wanted:
    """Which tasks are asked for; an empty word leaves nothing out."""

    kind: str = ""
    owner: str = ""
    fault: str = ""
    state: str = ""


@dataclass(frozen=True)
class ReportPage:
    """One report with a page of its tasks, what they can be filtered by, and where the next page begins.

    `found` tasks fit the filters; `waiting` of them wait for a decision.
    """

    line: ReportLine
    tasks: tuple[TaskView, ...]
    found: int
    waiting: int
    kinds: tuple[str, ...]
    faults: tuple[str, ...]
    next_page: int | None


def reports() -> list[ReportLine]:
    """Every report, the newest first; two questions to the database."""
    return _lines(ChangeReport.objects.all())


def report(report_id: int) -> ReportLine:
    """One report; refuses NoSuchReport."""
    found = _lines(ChangeReport.objects.filter(pk=report_id))
    if not found:
        raise NoSuchReport(report_id)
    return found[0]


def report_page(report_id: int, wanted: Wanted, *, page: int = 1) -> ReportPage:
    """A report with those of its tasks that are wanted, open ones first; refuses NoSuchReport."""
    line = report(report_id)
    whole = ChangeTask.objects.filter(report=report_id)
    sorts = set(whole.values_list("kind", "fault").distinct())
    tasks = _wanted(whole, wanted)
    start = (page - 1) * PAGE
    shown = list(_ordered(tasks)[start : start + PAGE + 1])
    return ReportPage(
        line=line,
        tasks=tuple(_view(one) for one in shown[:PAGE]),
        **tasks.aggregate(found=Count("pk"), waiting=Count("pk", filter=WAITING)),
        kinds=tuple(sorted({kind for kind, _ in sorts})),
        faults=tuple(one.value for one in Fault if one.value in {fault for _, fault in sorts}),
        next_page=page + 1 if len(shown) > PAGE else None,
    )


def find_report(report_id: int) -> ChangeReport:
    """The report with this number, to be decided on; refuses NoSuchReport."""
    found = ChangeReport.objects.filter(pk=report_id).first()
    if found is None:
        raise NoSuchReport(report_id)
    return found


def waiting_in(report_id: int, wanted: Wanted) -> list[int]:
    """Which tasks of a list wait for a decision."""
    tasks = _wanted(ChangeTask.objects.filter(report=report_id), wanted)
    return list(tasks.filter(WAITING).order_by("pk").values_list("pk", flat=True))


def unresolved(as_at: date) -> list[standing.Unresolved]:
    """The citations that lead nowhere on a day, those of books that are there first."""
    found = standing.unresolved(as_at=as_at)
    return sorted(found, key=lambda one: (one.says.endswith(NOT_READ_IN), one.kind, one.name, one.label))


def tasks_of_report(report_id: int) -> list[TaskView]:
    """All tasks of a report, as a file lists them."""
    return [_view(one) for one in _ordered(ChangeTask.objects.filter(report=report_id))]


def open_tasks_of(owners: Collection[str]) -> list[TaskView]:
    """What these owners have still to decide, in whatever report."""
    asked = ChangeTask.objects.filter(owner__in=owners, decision="", is_settled=False)
    return [_view(one) for one in _ordered(asked)[: PAGE * 5]]


def find_task(task_id: int) -> ChangeTask | None:
    """The task with this number, to be decided."""
    return ChangeTask.objects.select_related("report").filter(pk=task_id).first()


def task_view(task_id: int) -> TaskView:
    """One task as pages show it."""
    return _view(_ordered(ChangeTask.objects.filter(pk=task_id)).get())


def stale_holders(kind: str, as_at: date) -> dict[str, tuple[TaskView, ...]]:
    """By object (a reference as text), what has changed under it and nobody has confirmed or amended; one question.

    Only changes in effect on the day count.
    """
    tasks = ChangeTask.objects.filter(
        kind=kind, decision="", is_settled=False, report__effective_on__isnull=False, report__effective_on__lte=as_at
    )
    found: dict[str, tuple[TaskView, ...]] = {}
    for one in _ordered(tasks):
        found[one.holder] = (*found.get(one.holder, ()), _view(one))
    return found


def unreported_editions() -> list[Edition]:
    """The editions that no report speaks of yet, in the order they took effect; a first one needs none."""
    waiting = Edition.objects.filter(change_report=None).select_related("book").order_by("effective_on", "pk")
    first = dict(Book.objects.annotate(first=Min("editions__effective_on")).values_list("pk", "first"))
    return [one for one in waiting if one.effective_on != first[one.book_id]]


def unreported_requests() -> list[tuple[str, str]]:
    """Book and request of every grey-boxed text that no report speaks of yet."""
    told = set(ChangeReport.objects.exclude(request="").values_list("book__key", "request"))
    standing = [(book.key, request) for book in Book.objects.order_by("key") for request in standing_requests(book)]
    return [one for one in standing if one not in told]


def _lines(found: QuerySet[ChangeReport]) -> list[ReportLine]:
    rows = list(found.select_related("book").order_by("-made_at", "-pk"))
    shares: dict[int, list[Share]] = {}
    settled: dict[int, int] = {}
    counted = ChangeTask.objects.filter(report__in=[one.pk for one in rows]).values("report_id", "owner")
    for one in counted.annotate(
        asked=Count("pk", filter=Q(is_settled=False)),
        said=Count("pk", filter=Q(is_settled=False) & ~Q(decision="")),
        over=Count("pk", filter=Q(is_settled=True)),
    ).order_by("-asked", "owner"):
        settled[one["report_id"]] = settled.get(one["report_id"], 0) + one["over"]
        if one["asked"]:
            shares.setdefault(one["report_id"], []).append(Share(one["owner"], one["said"], one["asked"]))
    return [
        ReportLine(
            id=row.pk,
            book=row.book.key,
            book_name=row.book.name,
            request=row.request,
            effective_on=row.effective_on,
            made_at=row.made_at,
            counts={what: row.counts.get(what, 0) for what in COUNTED},
            shares=tuple(shares.get(row.pk, ())),
            settled=settled.get(row.pk, 0),
        )
        for row in rows
    ]


def _wanted(tasks: QuerySet[ChangeTask], wanted: Wanted) -> QuerySet[ChangeTask]:
    named = {"kind": wanted.kind, "fault": wanted.fault}
    tasks = tasks.filter(**{key: value for key, value in named.items() if value})
    if wanted.owner:
        tasks = tasks.filter(owner="" if wanted.owner == "nobody" else wanted.owner)
    match wanted.state:
        case "open":
            return tasks.filter(is_settled=False, decision="")
        case "decided":
            return tasks.exclude(decision="")
        case "settled":
            return tasks.filter(is_settled=True)
    return tasks


def _ordered(tasks: QuerySet[ChangeTask]) -> QuerySet[ChangeTask]:
    """What is to be decided first, then by kind and place; with all a view needs, in one question."""
    turn = Case(
        When(is_settled=True, then=Value(2)), When(decision="", then=Value(0)), default=Value(1),
        output_field=IntegerField(),
    )  # fmt: skip
    related = tasks.select_related("report", "version__paragraph__section__book", "now__paragraph__section")
    ordered = related.defer("version__words", "now__words").annotate(turn=turn)
    return ordered.order_by(
        "turn", "kind", "version__paragraph__section__sort_key", "version__paragraph__sort_key", "pk"
    )


def _view(task: ChangeTask) -> TaskView:
    section = task.version.paragraph.section
    return TaskView(
        id=task.pk,
        report=task.report_id,
        kind=task.kind,
        holder=task.holder,
        label=task.label,
        name=task.name,
        quote=task.quote,
        owner=task.owner,
        fault=task.fault,
        book=section.book.key,
        section=section.number,
        was_at=_place(task.version),
        now_at=_place(task.now) if task.now else "",
        before=task.version.text,
        after=task.now.text if task.now else "",
        version_id=task.version_id,
        now_id=task.now_id,
        effective_on=task.report.effective_on,
        is_settled=task.is_settled,
        decision=task.decision,
        note=task.note,
        decided_by_name=task.decided_by_name,
        decided_at=task.decided_at,
    )


def _place(version: ParagraphVersion) -> str:
    """Where a version stands, as a citation writes it."""
    return f"{version.paragraph.section.number}{version.paragraph.path}"
