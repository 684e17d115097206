"""Did a machine write this message, and which kind of machine?

The rules are tried in a fixed order (RFC 3464, 8098 and 5965 report types; RFC 3834; null senders; vendor
headers; localised subjects; list headers), from proof to hint. `X-Auto-Response-Suppress` is obeyed when we
send but proves nothing here: people's own mail programs set it too.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from tieline.mail.parse import ParsedMail


class MachineKind(StrEnum):
    """What sort of machine wrote a message."""

    BOUNCE = "bounce"
    AUTO_REPLY = "auto-reply"
    FEEDBACK = "feedback"
    RECEIPT = "receipt"
    LIST = "list"


@dataclass(frozen=True)
class MachineMail:
    """That a machine wrote, of which kind, and the rule that told, in words for the ledger."""

    kind: MachineKind
    rule: str


_POSTMASTERS = frozenset(
    "mailer-daemon mailerdaemon postmaster mail-daemon maildaemon postoffice mail.delivery.subsystem bounce"
    " bounces"
    " microsoftexchange no-reply-bounces mdaemon mailadm".split()
)
_POSTMASTER_NAMES = re.compile(
    r"mail delivery (?:sub)?system|mail administrator|mail delivery service|mailer.daemon"
    r"|system administrator"
    r"|internet mail delivery|delivery notification",
    re.IGNORECASE,
)
_COMPLAINT_SUBJECT = re.compile(
    r"\s*(?:complaint about message from|abuse report|email feedback report)\b", re.IGNORECASE
)
_BOUNCE_SUBJECT = re.compile(
    r"(?:\[?(?:auto|spam)[^\]]*\]?[: ]*)?(?:undeliver(?:ed|able)\b|undelivered mail"
    r"|delivery status notification"
    r"|delivery (?:failure|has failed|report|notification|failed)|delivery (?:to .* )?failed"
    r"|mail (?:delivery|system) (?:fail|error|status)"
    r"|mail could not be delivered|message delivery (?:has )?(?:fail|status)|failure notice"
    r"|failure delivery|returned mail|return receipt"
    r"|mail failure|mail delivery (?:failed|problem|report)|non.?delivery|could not deliver"
    r"|unable to deliver|warning: (?:could not send|message)"
    r"|nondeliverable|message (?:undeliverable|status - undeliverable|not delivered|delayed)|delayed mail"
    r"|delivery delayed|permanent delivery failure"
    r"|unzustellbar|mail-?zustellung|nicht zustellbar|non remis|échec de (?:la )?remise|avis de non-remise"
    r"|non recapitabile"
    r"|mancato recapito|no se puede entregar|no entregado|não entregue|onbestelbaar|kan ikke leveres"
    r"|olevererbar|niedostarcz"
    r"|недоставленное|не доставлено|配信不能|メールエラー"
    r"|送信できません|無法傳遞|无法投递|退信|系统退信|배달되지)",
    re.IGNORECASE,
)
_AUTO_SUBJECT = re.compile(
    r"(?:\[?auto(?:matic|matische|matisch|mated)?[ \]-]*(?:reply|response|antwort|svar|antwoord)\b|auto:"
    r"|autoreply"
    r"|automatic reply|abwesenheitsnotiz|automatische antwort|réponse automatique|respuesta automática"
    r"|resposta automática|risposta automatica|automatisch antwoord|autosvar|automatiskt svar|automatisk svar"
    r"|odpowiedź automatyczna|automaattinen vastaus|автоответ|автоматический ответ|automatická odpověď"
    r"|automatikus válasz|otomatik yanıt|自動応答|自動返信|自动回复|自動回覆|자동 회신)",
    re.IGNORECASE,
)
_ABSENCE_SUBJECT = re.compile(
    r"(?:out of (?:the )?office|on vacation|away from (?:the|my) (?:office|mail)|abwesend|abwesenheit"
    r"|absence du bureau"
    r"|absent du bureau|fuera de la oficina|ausência|fuori ufficio|afwezig|frånvaro|fraværende|poissa)",
    re.IGNORECASE,
)


def recognise(mail: ParsedMail) -> MachineMail | None:
    """The first rule that fires, or None: then a person wrote it, as far as headers tell."""
    for rule in _RULES:
        found = rule(mail)
        if found is not None:
            return found
    return None


def _by_report_type(mail: ParsedMail) -> MachineMail | None:
    kinds = {attachment.content_type for attachment in mail.attachments} | {mail.content_type}
    claimed = mail.headers.get("content-type").lower() if mail.content_type == "multipart/report" else ""
    for needle, kind in _REPORTS:
        if (f"message/{needle}" in kinds and mail.content_type in _REPORT_CARRIERS) or needle in claimed:
            return MachineMail(kind, f"it is a report of type {needle}")
    return None


_REPORTS = (
    ("feedback-report", MachineKind.FEEDBACK),
    ("delivery-status", MachineKind.BOUNCE),
    ("global-delivery-status", MachineKind.BOUNCE),
    ("disposition-notification", MachineKind.RECEIPT),
)
_REPORT_CARRIERS = frozenset(
    {"multipart/report", "multipart/mixed", "message/delivery-status", "message/feedback-report"}
)


def _by_auto_submitted(mail: ParsedMail) -> MachineMail | None:
    value = mail.headers.get("auto-submitted").split(";")[0].strip().lower()
    if not value or value == "no":
        return None
    return MachineMail(_bounce_or_reply(mail), f"Auto-Submitted says {value[:40]}")


def _bounce_or_reply(mail: ParsedMail) -> MachineKind:
    bounced = _has_null_sender(mail) and not _is_reply_by_subject(mail)
    if bounced or _is_postmaster(mail) or _BOUNCE_SUBJECT.match(_bare_subject(mail)):
        return MachineKind.BOUNCE
    return MachineKind.AUTO_REPLY


def _has_null_sender(mail: ParsedMail) -> bool:
    return any(path.strip() in ("<>", "< >", "<MAILER-DAEMON>") for path in mail.headers.all("return-path"))


def _is_postmaster(mail: ParsedMail) -> bool:
    if mail.sender is None:
        named = " ".join(mail.headers.all("from"))
        return bool(_POSTMASTER_NAMES.search(named)) or named.strip(' <>"').lower() in _POSTMASTERS
    local = mail.sender.address.partition("@")[0].partition("+")[0]
    return local in _POSTMASTERS or bool(_POSTMASTER_NAMES.fullmatch(mail.sender.name.strip()))


def _bare_subject(mail: ParsedMail) -> str:
    return re.sub(r"^(?:\s*(?:re|aw|fwd?|sv|tr|wg)\s*:)+\s*", "", mail.subject, flags=re.IGNORECASE).lstrip("* [")


def _is_reply_by_subject(mail: ParsedMail) -> bool:
    """People announce absences too ("Out of the office" to ten colleagues), so such words need an answered
    message.
    """
    subject = _bare_subject(mail)
    if _AUTO_SUBJECT.match(subject):
        return True
    absence = _ABSENCE_SUBJECT.match(subject)
    answers = bool(mail.in_reply_to or mail.references)
    return bool(absence and (answers or re.match(r"\s*(?::|auto)", subject[absence.end() :], re.IGNORECASE)))


def _by_null_sender(mail: ParsedMail) -> MachineMail | None:
    if not _has_null_sender(mail):
        return None
    if _is_reply_by_subject(mail):
        return MachineMail(MachineKind.AUTO_REPLY, "an automatic reply's subject with an empty return path")
    return MachineMail(MachineKind.BOUNCE, "its return path is empty")


def _by_postmaster(mail: ParsedMail) -> MachineMail | None:
    path = " ".join(mail.headers.all("return-path")).strip(" <>").lower().partition("@")[0]
    if _is_postmaster(mail) or path in _POSTMASTERS:
        return MachineMail(MachineKind.BOUNCE, "a mail system's own address sent it")
    return None


def _by_vendor_header(mail: ParsedMail) -> MachineMail | None:
    for name in (
        "x-autoreply",
        "x-autorespond",
        "x-autoresponder",
        "x-auto-reply",
        "x-autoreply-from",
        "x-mail-autoreply",
    ):
        if mail.headers.get(name).strip().lower() not in ("", "no", "false"):
            return MachineMail(MachineKind.AUTO_REPLY, f"it carries the header {name}")
    if "x-failed-recipients" in mail.headers:
        return MachineMail(MachineKind.BOUNCE, "it lists failed recipients")
    if "x-amz-sns-message-id" in mail.headers:
        return MachineMail(MachineKind.FEEDBACK, "a mail service's notification carries it")
    if mail.headers.get("precedence").strip().lower() in ("auto_reply", "auto-reply"):
        return MachineMail(MachineKind.AUTO_REPLY, "its Precedence is auto_reply")
    return None


def _by_subject(mail: ParsedMail) -> MachineMail | None:
    if _is_reply_by_subject(mail):
        return MachineMail(MachineKind.AUTO_REPLY, "its subject is an automatic reply's")
    # A person who forwards or answers a bounce keeps its subject behind "Fw:" or "Re:": that does not count.
    if _BOUNCE_SUBJECT.match(mail.subject):
        return MachineMail(MachineKind.BOUNCE, "its subject is a delivery failure's")
    if _COMPLAINT_SUBJECT.match(mail.subject):
        return MachineMail(MachineKind.FEEDBACK, "its subject is a complaint report's")
    return None


def _by_list_header(mail: ParsedMail) -> MachineMail | None:
    if any(name in mail.headers for name in ("list-id", "x-mlserver", "mailing-list")):
        return MachineMail(MachineKind.LIST, "a mailing list sent it on")
    precedence = mail.headers.get("precedence").strip().lower()
    if precedence in ("bulk", "list", "junk"):
        return MachineMail(MachineKind.LIST, f"its Precedence is {precedence}")
    return None


_RULES: tuple[Callable[[ParsedMail], MachineMail | None], ...] = (
    _by_report_type,
    _by_auto_submitted,
    _by_null_sender,
    _by_postmaster,
    _by_vendor_header,
    _by_subject,
    _by_list_header,
)


def may_be_answered_automatically(mail: ParsedMail) -> bool:
    """Whether an acknowledgement may go out at all: never to a machine, a null sender, or who asked for
    silence.
    """
    if mail.sender is None or recognise(mail) is not None:
        return False
    suppressed = {word.strip() for word in mail.headers.get("x-auto-response-suppress").lower().split(",")}
    return not suppressed & {"all", "autoreply", "oof"}
