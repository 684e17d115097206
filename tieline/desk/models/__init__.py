"""What does the desk keep? Cases and what was said in them; everything else by its noun."""

from tieline.desk.models.cases import SURE_ENOUGH, Case, CaseCitation, CaseState, Message, MessageKind
from tieline.desk.models.drafts import Draft, DraftComment, DraftKind, DraftReader, LaterReply, LaterState, SentReply
from tieline.desk.models.files import Upload, UploadKind
from tieline.desk.models.personal import Doing, Mention, Personal, Pile, Presence
from tieline.desk.models.structure import (
    CaseLink,
    CasePerson,
    CaseRole,
    CaseThread,
    LinkKind,
    Rearrangement,
    RearrangementKind,
    ThreadKind,
)
from tieline.desk.models.views import BulkAct, BulkState, BulkTarget, SavedView, SharedWith
from tieline.desk.models.working import Absence, Consultation, ConsultationState, RotaShift, Turn, WorkCapacity

__all__ = [
    "SURE_ENOUGH",
    "Absence",
    "BulkAct",
    "BulkState",
    "BulkTarget",
    "Case",
    "CaseCitation",
    "CaseLink",
    "CasePerson",
    "CaseRole",
    "CaseState",
    "CaseThread",
    "Consultation",
    "ConsultationState",
    "Doing",
    "Draft",
    "DraftComment",
    "DraftKind",
    "DraftReader",
    "LaterReply",
    "LaterState",
    "LinkKind",
    "Mention",
    "Message",
    "MessageKind",
    "Personal",
    "Pile",
    "Presence",
    "Rearrangement",
    "RearrangementKind",
    "RotaShift",
    "SavedView",
    "SentReply",
    "SharedWith",
    "ThreadKind",
    "Turn",
    "Upload",
    "UploadKind",
    "WorkCapacity",
]
