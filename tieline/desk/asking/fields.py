"""Which fields does a query know? Their names, what they mean, who may ask for them, and the values to suggest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from tieline.clocks.profile import OF_CASES
from tieline.desk.asking import conditions
from tieline.desk.asking.reading import Misread, Term
from tieline.desk.asking.scope import Scope, close_to
from tieline.identity.profile import Teams

Condition = Callable[[Term, str, Scope], Q]
Values = Callable[[Scope], Sequence[str]]
DATES = ("today", "tomorrow", "yesterday", "this-week", "last-week", "this-month", "2d", "none")


def _nothing(scope: Scope) -> Sequence[str]:
    return ()


def _keys(field: str) -> Values:
    return lambda scope: [key for key, _ in conditions.choices(field, scope)]


def _fixed(*values: str) -> Values:
    return lambda scope: values


@dataclass(frozen=True)
class Field:
    """A field of the language.

    `is_compared` fields take < <= > >= besides the colon. `is_inner` ones are for staff alone: whoever may not see
    the desk is told that there is no such field, so that not even a count says anything.
    """

    name: str
    meaning: str
    example: str
    condition: Condition
    values: Values = _nothing
    also: tuple[str, ...] = ()
    is_compared: bool = False
    is_inner: bool = True


FIELDS = (
    Field("is", "at what stage the case is", "is:overdue", conditions.state,
          lambda scope: conditions.STATES if scope.is_staff else conditions.SHOWN_STATES, ("state",), is_inner=False),
    Field("owner", "who has it: me, nobody, a user name or a name", "owner:me", conditions.owner,
          lambda scope: ("me", "nobody", *scope.directory.known_staff), ("assignee",)),
    Field("team", "whose area it lies in", "team:client_services", conditions.team,
          lambda scope: [team.key for team in scope.profile.get(Teams).teams]),
    Field("area", "the business area", "area:settlement", conditions.keyed, _keys("area"), is_inner=False),
    Field("topic", "what it is about", "topic:settlement", conditions.keyed, _keys("topic"), is_inner=False),
    Field("kind", "the kind of case", "kind:inquiry", conditions.keyed, _keys("kind"), is_inner=False),
    Field("urgency", "how pressing it is; levels compare", "urgency>=high", conditions.urgency, _keys("urgency"),
          is_compared=True, is_inner=False),
    Field("participant", "whose inquiry it is: part of a name, a key, an identifier, none", 'participant:"Bluestem"',
          conditions.participant),
    Field("requester", "who asked: an address, @domain or part of a name", "from:sam.doyle@bluestem-energy.example",
          conditions.requester, also=("from",), is_inner=False),
    Field("to", "who is on the case in any role", "to:@bluestem-energy.example", conditions.reached),
    Field("cc", "who gets copies", "cc:@bluestem-energy.example", conditions.copied),
    Field("received", "when the inquiry came; unsigned times look back", "received:2026-11-01..2026-11-15",
          conditions.moment, _fixed(*DATES), is_compared=True, is_inner=False),
    Field("closed", "when it was closed", "closed>=this-week", conditions.moment, _fixed(*DATES), is_compared=True,
          is_inner=False),
    Field("active", "when something last happened", "active<7d", conditions.moment, _fixed(*DATES), is_compared=True),
    Field("due", "when its first clock is due; unsigned times look ahead", "due<2d", conditions.moment,
          _fixed(*DATES), is_compared=True),
    Field("clock", "what its clocks do: overdue, soon, paused, none, or a clock's name", "clock:soon",
          conditions.clock, _fixed(*conditions.CLOCK_WORDS, *(measure.value for measure in OF_CASES))),
    Field("rule", "which rule is cited, with all below it", "rule:9.14.2", conditions.rule),
    Field("label", "what it is labelled with", "label:meter", conditions.label),
    Field("number", "its number", "number>=1040", conditions.number, is_compared=True, is_inner=False),
    Field("outcome", "how it ended", "outcome:answered", conditions.keyed, _keys("outcome"), is_inner=False),
    Field("channel", "by which way it came", "channel:mail", conditions.channel, _fixed("mail", "phone", "portal"),
          is_inner=False),
    Field("has", "what there is on it", "has:attachment", conditions.has, _fixed(*conditions.HAS)),
    Field("text", "words anywhere in messages and files, as without a field", 'text:"late statement"',
          lambda term, value, scope: Q(), also=("words",), is_inner=False),
)  # fmt: skip
BY_NAME = {name: field for field in FIELDS for name in (field.name, *field.also)}


def field_of(term: Term, scope: Scope) -> Field:
    """The field a term names. Misread where there is none, or where it cannot be compared so."""
    field = BY_NAME.get(term.name)
    known = [name for name, one in BY_NAME.items() if scope.is_staff or not one.is_inner]
    if field is None or term.name not in known:
        near = tuple(f"{name}:" for name in close_to(term.name, known))
        sentence = f"There is no field “{term.name}”. Words with a colon are put in quotation marks."
        raise Misread(term.position, sentence, near)
    if term.compared not in (":", "!=") and not field.is_compared:
        raise Misread(term.position, f"“{field.name}” cannot be compared; ask “{field.name}:”.", (f"{field.name}:",))
    return field
