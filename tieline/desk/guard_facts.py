"""What must be known to look a reply over? Who else is a client, who has a part in the case, what stands in notes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from django.db import connection

from tieline.desk.approved_texts import KIND as APPROVED_TEXT
from tieline.desk.guards import OtherClient, Outgoing
from tieline.desk.models import Case, Draft, DraftKind, Message, MessageKind
from tieline.desk.profile import GuardWords
from tieline.desk.quoted_rules import misquoted
from tieline.desk.writing import staff_id
from tieline.kernel.actor import Actor
from tieline.kernel.profile import Profile
from tieline.mail.models import AddressStanding
from tieline.mail.profile import read_replies
from tieline.participants.models import Participant, Person, Registration
from tieline.participants.profile import Registrations
from tieline.participants.queries import TOKEN
from tieline.rulebook.citing.citations import find_citations
from tieline.rulebook.profile import Rulebook
from tieline.rulebook.reach.queries import stale_holders

MOST_MESSAGES = 200
LONGEST_NAME = 6
"""A name has no more words than this, without what its company form adds."""
FORMS = frozenset("llc inc incorporated lp ltd limited corp corporation co company plc lllp llp".split())
WORD = re.compile(r"[\w&'’.-]*\w")
DISTINCT = 6
"""A name of one word alone is looked for where it is at least so long; a shorter one often is a plain word."""

Names = Mapping[tuple[str, ...], tuple[int, str]]
_names_of: tuple[object, Names] = (None, {})


def facts_of(
    case: Case, text: str, *, cc: Sequence[str], file_count: int, profile: Profile, by: Actor, today: date
) -> Outgoing:
    """A reply of the actor's in the case, with everything the guards ask for."""
    words = profile.get(GuardWords)
    messages = list(case.messages.order_by("-at", "-pk")[:MOST_MESSAGES])
    said = [message for message in messages if message.kind != MessageKind.NOTE]
    recipients = tuple(dict.fromkeys(address.lower() for address in (case.requester_address, *cc) if address))
    return Outgoing(
        text=text,
        file_count=file_count,
        recipients=tuple(recipients[1:]) if case.requester_address else recipients,
        known_addresses=frozenset(_known_addresses(case, said)),
        bounced=bounced_among(recipients),
        requester=case.requester_name or case.requester_address,
        known_names=tuple(m.author_name or m.author_address for m in said if m.kind == MessageKind.CLIENT),
        others=tuple(other_clients(text, case=case, said=_by_client(said), profile=profile)),
        notes=tuple(message.text for message in messages if message.kind == MessageKind.NOTE),
        said=(*(message.text for message in said), *quotes_of(case)),
        is_rules_answer=case.topic in words.rules_topics,
        has_citation=_is_cited(case, text, profile),
        stale_texts=tuple(stale_texts(text, profile, today)),
        misquoted=misquoted(text, as_at=today, known=tuple(f"{m.text}\n{m.quoted_text}" for m in said)),
        lacks_second_pair=_needs_approval(case, words) and not _is_approved(case, text, by),
        words=words,
    )


def _by_client(said: Sequence[Message]) -> str:
    return "\n".join(f"{m.text}\n{m.quoted_text}\n{m.signature_text}" for m in said if m.kind == MessageKind.CLIENT)


def _known_addresses(case: Case, said: Sequence[Message]) -> Iterator[str]:
    yield case.requester_address.lower()
    for message in said:
        yield message.author_address.lower()
    if case.participant_id is not None:
        yield from Person.objects.filter(participant_id=case.participant_id).values_list("email", flat=True)[:1000]
    yield from case.people.values_list("address", flat=True)


def bounced_among(recipients: Sequence[str]) -> tuple[str, ...]:
    """Those of them to which mail came back for good."""
    marked = AddressStanding.objects.filter(address__in=recipients, cleared_at=None, is_lasting=True)
    return tuple(marked.values_list("address", flat=True))


def quotes_of(case: Case) -> list[str]:
    """What the case quotes from the rules."""
    return list(case.citations.exclude(quote="").values_list("quote", flat=True)[:100])


def _is_cited(case: Case, text: str, profile: Profile) -> bool:
    if case.citations.filter(withdrawn_at=None).exists():
        return True
    rulebook = profile.get(Rulebook)
    return bool(find_citations(text, rulebook.grammar, rulebook.books))


def other_clients(text: str, *, case: Case, said: str, profile: Profile) -> Iterator[OtherClient]:
    """Names and identifiers of other participants in the text that this client has not written itself."""
    yield from strange_clients(
        text, readers=frozenset({case.participant_id}), known=f"{said}\n{case.subject}", profile=profile
    )


def strange_clients(
    text: str, *, readers: frozenset[int | None], known: str, profile: Profile
) -> Iterator[OtherClient]:
    """Names and identifiers in the text of participants other than its readers, and not in words they know."""
    flat = " ".join(word.casefold() for word in WORD.findall(known))
    for start, end, participant_id, name in (*_named(text), *_registered(text, profile)):
        written = text[start:end]
        theirs = " ".join(word.casefold() for word in WORD.findall(written))
        if participant_id not in readers and theirs not in flat:
            yield OtherClient(written, name, start, end)


def _named(text: str) -> Iterator[tuple[int, int, int, str]]:
    """Names in the text, the longest at each place."""
    names = _names()
    words = list(WORD.finditer(text))
    at = 0
    while at < len(words):
        for length in range(min(LONGEST_NAME, len(words) - at), 0, -1):
            run = words[at : at + length]
            found = names.get(tuple(word[0].casefold() for word in run))
            if found is not None and run[0][0][:1].isupper():
                yield run[0].start(), run[-1].end(), *found
                at += length - 1
                break
        at += 1


def _names() -> Names:
    """Every participant's name as its words, read again when any of them has changed."""
    global _names_of
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), max(id), bit_xor(hashtextextended(name, id)),"
            " current_database(), current_setting('tieline.viewer', true) FROM participants_participant"
        )
        version = cursor.fetchone()
    if version != _names_of[0]:
        rows = Participant.objects.values_list("pk", "name")  # the viewer's own policy says which
        _names_of = (version, {key: (pk, name) for pk, name in rows if (key := _as_words(name))})
    return _names_of[1]


def _as_words(name: str) -> tuple[str, ...]:
    words = [word.casefold() for word in WORD.findall(name)]
    while words and words[-1].strip(".") in FORMS:
        words.pop()
    is_distinct = len(words) > 1 or (len(words) == 1 and len(words[0]) >= DISTINCT)
    return tuple(words[:LONGEST_NAME]) if is_distinct else ()


def _registered(text: str, profile: Profile) -> Iterator[tuple[int, int, int, str]]:
    kinds = profile.get(Registrations).kinds if profile.has(Registrations) else ()
    patterns = {kind.identifier_pattern for kind in kinds}
    tokens = {found[0]: found for found in TOKEN.finditer(text)}
    written = [token for token in tokens if any(pattern.fullmatch(token) for pattern in patterns)][:200]
    if not written:
        return
    # a number alone may be an amount: only one that is written like an identifier, with a digit, is asked for
    asked = [token for token in written if any(letter.isdigit() for letter in token)]
    for row in Registration.objects.filter(identifier__in=asked).select_related("participant"):
        found = tokens[row.identifier]
        yield found.start(), found.end(), row.participant_id, row.participant.name


def stale_texts(text: str, profile: Profile, today: date) -> Iterator[str]:
    """The titles of approved texts that stand in these words although a rule under them has changed."""
    doubts = stale_holders(APPROVED_TEXT, today)
    flat = " ".join(text.split())
    for one in read_replies(profile).values() if doubts else ():
        lines = [" ".join(line.split()) for line in one.body.splitlines() if len(line) >= 40 and "{{" not in line]
        if f"{APPROVED_TEXT}:{one.key}" in doubts and any(line in flat for line in lines):
            yield one.title


def _needs_approval(case: Case, words: GuardWords) -> bool:
    return case.topic in words.second_pair_topics or case.urgency in words.second_pair_urgencies


def _is_approved(case: Case, text: str, by: Actor) -> bool:
    """Whether a colleague has approved exactly these words."""
    drafts = Draft.objects.filter(case=case, author_id=staff_id(by), kind=DraftKind.REPLY)
    draft = drafts.prefetch_related("readers").first()
    if draft is None or draft.text.strip() != text.strip():
        return False
    return any(reader.approved_version == draft.version for reader in draft.readers.all())
