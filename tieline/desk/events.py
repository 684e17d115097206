"""What happens at the desk."""

from dataclasses import dataclass

from tieline.journal.events import Event, event


@event("case.opened")
@dataclass(frozen=True)
class CaseOpened(Event):
    """An inquiry became a case."""

    topic: str
    area: str
    urgency: str
    channel: str


@event("case.client_wrote")
@dataclass(frozen=True)
class ClientWrote(Event):
    """The client's further message was added to a case."""


@event("case.replied")
@dataclass(frozen=True)
class Replied(Event):
    """We wrote to the client; the post room will send it."""

    then: str


@event("case.reply_taken_back")
@dataclass(frozen=True)
class ReplyTakenBack(Event):
    """A reply was stopped before it left; its words are its writer's draft again."""


@event("case.answer_delivered")
@dataclass(frozen=True)
class AnswerDelivered(Event):
    """Our message reached the client's mail server."""


@event("case.answer_came_back")
@dataclass(frozen=True)
class AnswerCameBack(Event):
    """Our message to the client bounced or could not be sent."""

    reason: str


@event("case.noted")
@dataclass(frozen=True)
class Noted(Event):
    """An internal note was written."""


@event("case.assigned")
@dataclass(frozen=True)
class CaseAssigned(Event):
    """A case was given to somebody, or to nobody; `was` had it before."""

    owner: str
    why: str = ""
    was: str = ""


@event("case.handed_over")
@dataclass(frozen=True)
class CaseHandedOver(Event):
    """A case went from one person to another, or to another area."""

    from_name: str
    to_name: str
    reason: str


@event("case.left_unassigned")
@dataclass(frozen=True)
class CaseLeftUnassigned(Event):
    """The rule of the area found nobody who could take a case."""

    why: str


@event("case.rerouted")
@dataclass(frozen=True)
class CaseRerouted(Event):
    """A case's topic, area or urgency was corrected by a person."""

    before: dict[str, str]
    after: dict[str, str]


@event("case.cited")
@dataclass(frozen=True)
class CaseCited(Event):
    """A paragraph version was cited in a case."""

    label: str


@event("case.citation_withdrawn")
@dataclass(frozen=True)
class CitationWithdrawn(Event):
    """A citation was taken out of a case."""

    label: str


@event("case.answer_reworded")
@dataclass(frozen=True)
class AnswerReworded(Event):
    """A language model put the rules' answer into other words, and somebody was shown them; the words are not kept."""

    model: str
    kept: int
    struck: int


@event("case.doubtful_text_inserted")
@dataclass(frozen=True)
class DoubtfulTextInserted(Event):
    """An approved text was put into a reply although a rule it rests on had changed and nobody had looked at it."""

    title: str
    rests_on: str


@event("case.waiting")
@dataclass(frozen=True)
class WaitingOnClient(Event):
    """It is the client's turn."""


@event("case.resumed")
@dataclass(frozen=True)
class TurnIsOurs(Event):
    """It is our turn again."""


@event("case.closed")
@dataclass(frozen=True)
class CaseClosed(Event):
    """A case ended with an outcome."""

    outcome: str


@event("case.reopened")
@dataclass(frozen=True)
class CaseReopened(Event):
    """A closed case was opened again."""

    reason: str


@event("case.put_off")
@dataclass(frozen=True)
class PutOff(Event):
    """Somebody put a case on their own Later pile."""

    until: str


@event("case.finished_for_one")
@dataclass(frozen=True)
class FinishedForOne(Event):
    """Somebody has nothing left to do in a case."""


@event("case.taken_up")
@dataclass(frozen=True)
class TakenUp(Event):
    """Somebody put a case back on their own To do pile."""


@event("case.came_back")
@dataclass(frozen=True)
class CameBack(Event):
    """A case came back on somebody's To do pile by itself."""

    why: str


@event("case.followed")
@dataclass(frozen=True)
class Followed(Event):
    """Somebody follows a case."""


@event("case.unfollowed")
@dataclass(frozen=True)
class Unfollowed(Event):
    """Somebody follows a case no more."""


@event("case.mentioned")
@dataclass(frozen=True)
class CaseMentioned(Event):
    """A note named a colleague."""

    name: str


@event("case.labelled")
@dataclass(frozen=True)
class CaseLabelled(Event):
    """A label was put on a case."""

    label: str


@event("case.unlabelled")
@dataclass(frozen=True)
class CaseUnlabelled(Event):
    """A label was taken off a case."""

    label: str


@event("bulk.begun")
@dataclass(frozen=True)
class BulkBegun(Event):
    """One act on many cases was confirmed."""

    act: str
    total: int
    query: str
    values: dict[str, str]


@event("bulk.finished")
@dataclass(frozen=True)
class BulkFinished(Event):
    """Every case of an act on many was changed, or could not be."""

    act: str
    done: int
    failed: int


@event("bulk.undone")
@dataclass(frozen=True)
class BulkUndone(Event):
    """An act on many cases was undone where nobody had changed the case since."""

    act: str
    restored: int
    left: int


@event("case.reply_planned")
@dataclass(frozen=True)
class ReplyPlanned(Event):
    """A reply was written that is to leave at a time."""

    send_at: str


@event("case.later_reply_stopped")
@dataclass(frozen=True)
class LaterReplyStopped(Event):
    """A reply that was to leave later was not sent; its words are its writer's draft again."""

    reason: str


@event("case.later_reply_dropped")
@dataclass(frozen=True)
class LaterReplyDropped(Event):
    """The writer of a reply that was to leave later changed their mind."""


@event("case.draft_shared")
@dataclass(frozen=True)
class DraftShared(Event):
    """A draft's writer asked a colleague to look at it."""

    reader: str


@event("case.draft_commented")
@dataclass(frozen=True)
class DraftCommented(Event):
    """Something was said beside a draft."""


@event("case.draft_approved")
@dataclass(frozen=True)
class DraftApproved(Event):
    """A colleague found a draft good as it stood; `version` counts its savings until then."""

    version: int


@event("case.person_added")
@dataclass(frozen=True)
class PersonAdded(Event):
    """Somebody came onto a case: in copy of it, on one of its threads, or on one message."""

    role: str
    address: str
    reason: str


@event("case.person_removed")
@dataclass(frozen=True)
class PersonRemoved(Event):
    """Somebody was taken off a case or a thread."""

    role: str
    address: str
    reason: str


@event("case.requester_replaced")
@dataclass(frozen=True)
class RequesterChanged(Event):
    """Somebody else became the one whom we answer."""

    before: str
    after: str
    reason: str


@event("case.thread_started")
@dataclass(frozen=True)
class ThreadStarted(Event):
    """A thread beside the client's conversation was begun."""

    thread_kind: str
    subject: str
    people: list[str]


@event("case.thread_continued")
@dataclass(frozen=True)
class WroteInThread(Event):
    """We wrote to the people of a thread."""


@event("case.thread_answered")
@dataclass(frozen=True)
class ThreadAnswered(Event):
    """Somebody of a thread wrote; the client's turn and clocks stay as they are."""


@event("case.thread_mail_came_back")
@dataclass(frozen=True)
class ThreadMailCameBack(Event):
    """Our letter to the people of a thread bounced or could not be sent."""

    reason: str


@event("case.message_forwarded")
@dataclass(frozen=True)
class MessageForwarded(Event):
    """A message was sent on to somebody else, with some of its files."""

    people: list[str]
    files: int


@event("case.merged")
@dataclass(frozen=True)
class CaseMerged(Event):
    """A case went into another with everything said in it."""

    from_label: str
    into_label: str
    messages: int
    reason: str


@event("case.unmerged")
@dataclass(frozen=True)
class CaseUnmerged(Event):
    """A merged case was taken out again; `messages` went back with it."""

    from_label: str
    into_label: str
    messages: int


@event("case.split")
@dataclass(frozen=True)
class CaseSplit(Event):
    """Messages of a case became a case of their own."""

    from_label: str
    into_label: str
    messages: int


@event("case.split_reversed")
@dataclass(frozen=True)
class SplitReversed(Event):
    """Messages that had become a case of their own went back."""

    from_label: str
    into_label: str
    messages: int


@event("case.message_moved")
@dataclass(frozen=True)
class MessageMoved(Event):
    """One message was laid into another case."""

    from_label: str
    into_label: str
    author: str


@event("case.move_reversed")
@dataclass(frozen=True)
class MoveReversed(Event):
    """A moved message was laid back."""

    from_label: str
    into_label: str


@event("case.linked")
@dataclass(frozen=True)
class CaseLinked(Event):
    """Somebody said how one case stands to another."""

    from_label: str
    words: str
    into_label: str


@event("case.unlinked")
@dataclass(frozen=True)
class CaseUnlinked(Event):
    """A link between two cases was ended."""

    from_label: str
    words: str
    into_label: str


@event("list.exported")
@dataclass(frozen=True)
class ListExported(Event):
    """Somebody saved a list of cases as a file."""

    query: str
    form: str
    cases: int


@event("list.saved")
@dataclass(frozen=True)
class ListSaved(Event):
    """A query was kept as a view under a name, or given other words, order or readers."""

    name: str
    query: str
    shared_with: str


@event("list.deleted")
@dataclass(frozen=True)
class ListDeleted(Event):
    """A saved view was taken away."""

    name: str


@event("absence.noted")
@dataclass(frozen=True)
class AbsenceNoted(Event):
    """Somebody will be away."""

    name: str
    begins: str
    ends: str
    cover: str
    reason: str


@event("absence.cancelled")
@dataclass(frozen=True)
class AbsenceCancelled(Event):
    """Somebody is not away after all; what others took stays with them."""

    name: str


@event("absence.began")
@dataclass(frozen=True)
class AbsenceBegan(Event):
    """Somebody is away; all their open cases were given to the cover, or wait for a lead where there is none."""

    name: str
    cover: str
    waiting: int


@event("capacity.set")
@dataclass(frozen=True)
class CapacitySet(Event):
    """How much somebody takes, and in what they are skilled, was laid down."""

    name: str
    most_cases: int
    skills: list[str]
    takes_cases: bool


@event("rota.set")
@dataclass(frozen=True)
class RotaSet(Event):
    """When somebody takes cases was laid down."""

    name: str
    hours: str


@event("case.consultation_asked")
@dataclass(frozen=True)
class ConsultationAsked(Event):
    """Another business area was asked for advice."""

    team: str
    expert: str
    due: str


@event("case.consultation_answered")
@dataclass(frozen=True)
class ConsultationAnswered(Event):
    """Advice was given."""

    team: str


@event("case.consultation_declined")
@dataclass(frozen=True)
class ConsultationDeclined(Event):
    """Who was asked cannot answer, and says why."""

    team: str
    reason: str


@event("case.consultation_withdrawn")
@dataclass(frozen=True)
class ConsultationWithdrawn(Event):
    """Advice is not needed any more."""

    team: str
    reason: str


@event("case.consultation_recalled")
@dataclass(frozen=True)
class ConsultationRecalled(Event):
    """Who was asked was reminded of it."""

    team: str
    expert: str


@event("case.consultation_delayed")
@dataclass(frozen=True)
class ConsultationDelayed(Event):
    """Advice did not come in time, or soon will not have."""

    team: str
    due: str
    is_over: bool
