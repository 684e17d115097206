"""What does each field ask of a case? One condition for each value, every value a parameter of the statement."""

from __future__ import annotations

import re
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, TextField
from django.db.models.functions import Cast

from tieline.clocks.models import Clock
from tieline.clocks.profile import OF_CASES
from tieline.desk.asking.days import HINT, NoDate, Span, Today
from tieline.desk.asking.reading import RANGE, Misread, Term
from tieline.desk.asking.scope import Scope, not_known, quoted
from tieline.desk.models import (
    CaseCitation,
    CasePerson,
    CaseRole,
    CaseState,
    Consultation,
    Draft,
    Message,
    MessageKind,
)
from tieline.identity.profile import Teams
from tieline.mail.models import MailAttachment, OutgoingAttachment

SOON = timedelta(hours=4)
UNCLOSED = ~Q(state=CaseState.CLOSED)
NONE = frozenset({"none", "nobody"})
STATES = ("open", "ours", "waiting", "closed", "overdue", "unassigned", "mine", "answered", "unanswered", "merged")
SHOWN_STATES = ("open", "ours", "waiting", "closed", "answered", "unanswered")
CLOCK_WORDS = ("overdue", "soon", "paused", "none")
HAS = ("attachment", "draft", "note", "citation", "consultation", "label", "participant")
RULE = re.compile(r"§?\s*([0-9][0-9A-Za-z.\-]*|[A-Za-z][0-9A-Za-z]*(?:\.[0-9A-Za-z]+)*)((?:\([0-9A-Za-z]+\))*)")
NUMBER = re.compile(r"#?(?:[A-Za-z]{0,12}-)?(\d{1,15})")
TIMES = {"received": "received_at", "closed": "closed_at", "active": "last_activity_at", "due": "due_at"}
SIGNS = {"<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}


def state(term: Term, value: str, scope: Scope) -> Q:
    """What stage a case is at."""
    conditions = {
        "open": UNCLOSED,
        "ours": Q(state=CaseState.OPEN),
        "waiting": Q(state=CaseState.WAITING),
        "closed": Q(state=CaseState.CLOSED),
        "overdue": UNCLOSED & Q(due_at__lt=scope.at),
        "unassigned": UNCLOSED & Q(owner=None),
        "mine": _owned_by(scope.me),
        "answered": ~Q(answered_at=None),
        "unanswered": Q(answered_at=None),
        "merged": ~Q(merged_into=None),
    }
    known = STATES if scope.is_staff else SHOWN_STATES
    if value.lower() not in known:
        raise not_known(term, value, "state", known)
    return conditions[value.lower()]


def owner(term: Term, value: str, scope: Scope) -> Q:
    """Who has the case."""
    if value.lower() == "me":
        return _owned_by(scope.me)
    if value.lower() in NONE:
        return Q(owner=None)
    ids = scope.directory.staff.get(value, ())
    if not ids:
        raise not_known(term, value, "member of staff", ("me", "nobody", *scope.directory.known_staff))
    return Q(owner__in=ids)


def _owned_by(user: int | None) -> Q:
    return Q(owner=user) if user is not None else Q(pk__in=())


def participant(term: Term, value: str, scope: Scope) -> Q:
    """Whose inquiry it is: a part of the name, its key or a registration's identifier."""
    if value.lower() in NONE:
        return Q(participant=None)
    ids = scope.directory.participants.get(value, ())
    if not ids:
        near = scope.directory.close_participants.get(value, ())
        raise Misread(term.value_position, f"There is no participant “{value}”.", tuple(quoted(one) for one in near))
    return Q(participant__in=ids)


def team(term: Term, value: str, scope: Scope) -> Q:
    """Whose area it lies in."""
    teams = scope.profile.get(Teams).teams
    for one in teams:
        if value.lower() in (one.key.lower(), one.name.lower()):
            return Q(area__in=one.areas)
    raise not_known(term, value, "team", [one.key for one in teams])


def keyed(term: Term, value: str, scope: Scope) -> Q:
    """A topic, area, kind or outcome, by its key or name."""
    rows = choices(term.name, scope)
    for key, name in rows:
        if value.lower() in (key.lower(), name.lower()):
            return Q(**{term.name: key})
    if term.name == "outcome" and value.lower() in NONE:
        return Q(outcome="")
    raise not_known(term, value, term.name, [key for key, _ in rows])


def choices(field: str, scope: Scope) -> list[tuple[str, str]]:
    """Keys and names of what the profile knows for a field."""
    taxonomy = scope.taxonomy
    if field == "outcome":
        outcomes = [(one.key, one.name) for kind in taxonomy.kinds for one in kind.outcomes]
        return list(dict.fromkeys(outcomes))
    named = {
        "topic": [(one.key, one.name) for one in taxonomy.topics],
        "area": [(one.key, one.name) for one in taxonomy.areas],
        "kind": [(one.key, one.name) for one in taxonomy.kinds],
        "urgency": [(one.key, one.name) for one in taxonomy.urgencies],
    }
    return named[field]


def urgency(term: Term, value: str, scope: Scope) -> Q:
    """How pressing it is; levels can be compared."""
    for level in scope.taxonomy.urgencies:
        if value.lower() in (level.key.lower(), level.name.lower()):
            if term.compared == ":":
                return Q(urgency=level.key)
            return Q(**{f"urgency_rank__{SIGNS[term.compared]}": level.rank})
    raise not_known(term, value, "urgency", [level.key for level in scope.taxonomy.urgencies])


def moment(term: Term, value: str, scope: Scope) -> Q:
    """When something was or is to be: a day, a range, or so long from now."""
    column = TIMES[term.name]
    if value.lower() in NONE:
        return Q(**{column: None})
    today = Today(scope.at, scope.profile.time_zone, looks_back=term.name != "due")
    try:
        if RANGE in value:
            first, _, last = value.partition(RANGE)
            return _between(column, today.span(first) if first else None, today.span(last) if last else None)
        return _beside(column, term.compared, today.span(value), scope)
    except NoDate:
        near = ("today", "2d", "this-week", f"{scope.at:%Y-%m-%d}")
        raise Misread(term.value_position, f"“{value}” is no date. {HINT}", near) from None


def _between(column: str, first: Span | None, last: Span | None) -> Q:
    wanted = ~Q(**{column: None})
    if first:
        wanted &= Q(**{f"{column}__gte": first.start})
    if last:
        wanted &= Q(**{f"{column}__{'lte' if last.is_instant else 'lt'}": last.end})
    return wanted


def _beside(column: str, sign: str, span: Span, scope: Scope) -> Q:
    match sign:
        case "<":
            return Q(**{f"{column}__lt": span.start})
        case "<=":
            return _between(column, None, span)
        case ">":
            return Q(**{f"{column}__{'gt' if span.is_instant else 'gte'}": span.end})
        case ">=":
            return Q(**{f"{column}__gte": span.start})
    if span.is_instant:  # so long from now: the time between
        span = Span(min(span.start, scope.at), max(span.end, scope.at))
        return Q(**{f"{column}__gte": span.start, f"{column}__lte": span.end})
    return Q(**{f"{column}__gte": span.start, f"{column}__lt": span.end})


def clock(term: Term, value: str, scope: Scope) -> Q:
    """What its clocks do."""
    on_case = Clock.objects.filter(subject_kind="case", subject_id=Cast(OuterRef("number"), TextField()))
    live = on_case.exclude(state="ended")
    word = value.lower().replace("-", "_").replace(" ", "_")
    if word in [measure.value for measure in OF_CASES]:
        return UNCLOSED & Q(Exists(live.filter(measure=word)))
    match word:
        case "overdue":
            return UNCLOSED & Q(due_at__lt=scope.at)
        case "soon":
            near = Q(due_at__gte=scope.at, due_at__lte=scope.at + SOON)
            return UNCLOSED & Q(due_at__lte=scope.at + SOON) & Q(Exists(live.filter(near, state="running")))
        case "paused":
            return UNCLOSED & Q(Exists(live.filter(state="paused")))
        case "none":
            return ~Q(Exists(live))
    raise not_known(term, value, "clock", [*CLOCK_WORDS, *(measure.value for measure in OF_CASES)])


def rule(term: Term, value: str, scope: Scope) -> Q:
    """Which rule is cited: a section with all below it, or a paragraph with all below it."""
    found = RULE.fullmatch(value.strip())
    if found is None:
        raise Misread(term.value_position, f"“{value}” is no section or paragraph, such as 9.14.2 or 4.2(1)(a).")
    number = found[1].rstrip(".")
    cited = CaseCitation.objects.filter(withdrawn_at=None)
    section = "version__paragraph__section__number"
    below = Q(**{f"{section}__iexact": number})
    if found[2]:
        below &= Q(version__paragraph__path__startswith=found[2])
    else:
        below |= Q(**{f"{section}__istartswith": f"{number}."})
    return Q(pk__in=cited.filter(below).values("case"))


def label(term: Term, value: str, scope: Scope) -> Q:
    """What it is labelled with."""
    return Q(labels=[]) if value.lower() in NONE else Q(labels__contains=[value])


def number(term: Term, value: str, scope: Scope) -> Q:
    """The case's number, as digits or as people write it."""
    if RANGE in value:
        first, _, last = value.partition(RANGE)
        wanted = Q(number__gte=_digits(term, first)) if first else Q()
        return wanted & Q(number__lte=_digits(term, last)) if last else wanted
    sign = SIGNS.get(term.compared, "exact")
    return Q(**{f"number__{sign}": _digits(term, value)})


def _digits(term: Term, value: str) -> int:
    found = NUMBER.fullmatch(value.strip())
    if found is None:
        raise Misread(term.value_position, f"“{value}” is no case number.")
    return int(found[1])


def channel(term: Term, value: str, scope: Scope) -> Q:
    """By which way it came."""
    return Q(channel__iexact=value)


def requester(term: Term, value: str, scope: Scope) -> Q:
    """Who asked: an address, a domain with its @, or a part of a name."""
    if value.startswith("@"):
        return Q(requester_address__iendswith=value)
    if "@" in value:
        return Q(requester_address=value.lower())
    return Q(requester_name__icontains=value) | Q(requester_address__istartswith=value)


def copied(term: Term, value: str, scope: Scope) -> Q:
    """Who gets copies."""
    return _on_case(value, Q(role=CaseRole.COPIED))


def reached(term: Term, value: str, scope: Scope) -> Q:
    """Who is written to in any role."""
    return requester(term, value, scope) | _on_case(value, Q())


def _on_case(value: str, role: Q) -> Q:
    if value.startswith("@"):
        named = Q(address__iendswith=value)
    elif "@" in value:
        named = Q(address=value.lower())
    else:
        named = Q(name__icontains=value) | Q(address__istartswith=value)
    return Q(pk__in=CasePerson.objects.filter(role & named, removed_at=None).values("case"))


def has(term: Term, value: str, scope: Scope) -> Q:
    """What there is on the case."""
    said = Message.objects.filter(case=OuterRef("pk"))
    came = Exists(MailAttachment.objects.filter(mail=OuterRef("incoming")))
    went = Exists(OutgoingAttachment.objects.filter(mail=OuterRef("outgoing")))
    conditions = {
        "attachment": Q(Exists(said.filter(Q(came) | Q(went)))),
        "draft": Q(Exists(Draft.objects.filter(case=OuterRef("pk")))),
        "note": Q(Exists(said.filter(kind=MessageKind.NOTE))),
        "citation": Q(Exists(CaseCitation.objects.filter(case=OuterRef("pk"), withdrawn_at=None))),
        "consultation": Q(Exists(Consultation.objects.filter(case=OuterRef("pk")))),
        "label": ~Q(labels=[]),
        "participant": ~Q(participant=None),
    }
    if value.lower() not in conditions:
        raise not_known(term, value, "such thing as", HAS)
    return conditions[value.lower()]
