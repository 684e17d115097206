"""What kind of line is this: text, empty, quoted, a divider, a quoted header, an introduction, "sent from my
phone"?

One table of words a language. A kind is decided line by line, except introductions ("On … wrote:") and header
blocks, which mail programs fold over several lines.
"""

import re
from collections.abc import Sequence
from enum import StrEnum


class LineKind(StrEnum):
    """One letter each, so that a message is a string and a rule about it a regular expression."""

    TEXT = "t"
    EMPTY = "e"
    QUOTE = "q"
    DIVIDER = "d"
    HEADER = "h"
    INTRODUCTION = "b"
    SENT_FROM = "s"


_EMPTY = re.compile(r"[\s\u200b\u200e\u200f\ufeff\u00ad>|]*")
_QUOTE = re.compile(r"[ \t]*(?:>|&gt;)")
_DIVIDER = re.compile(r"[ \t]*(?:--|---|—|[-_=+~#*ᐧ—]{4,})[ \t]*")
_LONG_LINE = 600

_OPENERS = (
    "On|Le|Am|Den|Op|Em|El|Il|Dnia|W dniu|Dne|În data|La data|Ngày|Vào|Στις|Το|Pada|På|Tarih|Dana|V|Ve|At|Vom"
    "|Från|Il giorno|El día"
)
_WROTE = (
    "wrote|writes|a écrit|schrieb|schreef|heeft (?:het volgende )?geschreven|het volgende geschreven"
    "|escribió|escreveu"
    "|ha scritto|skrev|följande|napisał(?:\\(a\\)|a|/a)?|pisze|kirjoitti|написал(?:\\(а\\)|а)?|пишет|пише"
    "|написав"
    "|napsal(?:\\(a\\)|a)?|írta|yazdı|a scris|έγραψε|đã viết|menulis"
    "|写道|寫道|のメッセージ|작성|napísal(?:\\(a\\)|a)?"
    "|je napisa[lo]"
)
_DATED = re.compile(r"\d{1,4}[./:-]\d{1,2}|\b\d{1,2}\b|\d{4}")
_WROTE_AT_END = re.compile(rf"(?:\b|\s|[>\"'）)])(?:{_WROTE})\s*[:：]?\s*(?:-{{2,}})?\s*$", re.IGNORECASE)
_WROTE_INSIDE = re.compile(rf"(?:\s)(?:{_WROTE})\s", re.IGNORECASE)
_ADDRESS_AT_END = re.compile(r"[\w.+%'-]+@[\w-]+\.[\w.-]+(?:<[^>]*>)?[>)\]\s]*[:：]$")
_ADDRESS = re.compile(r"[\w.+%'-]+@[\w-]+\.[\w.-]+")
_OPENER = re.compile(rf"[ \t>*-]*(?:{_OPENERS})\b", re.IGNORECASE)
_DATE_FIRST = re.compile(r"[ \t>*-]*(?:\w{2,10}\.?,? )?\d{1,4}[ ./年-]")

_ORIGINAL = (
    "Original Message|Original message|Original Appointment|Forwarded message|Forwarded Message"
    "|Reply message|Begin forwarded message"
    "|Message d'origine|Message original|Message transféré|Message initial|Ursprüngliche Nachricht"
    "|Original-?Nachricht"
    "|Originalnachricht|Weitergeleitete Nachricht|Messaggio originale|Messaggio inoltrato|Mensaje original"
    "|Mensaje reenviado"
    "|Mensagem original|Mensagem encaminhada|Oorspronkelijk bericht|Doorgestuurd bericht"
    "|Ursprungligt meddelande"
    "|Originalmeddelande|Vidarebefordrat meddelande|Oprindelig meddelelse|Videresendt meddelelse"
    "|Opprinnelig melding"
    "|Videresendt melding|Alkuperäinen viesti|Wiadomość oryginalna|Oryginalna wiadomość|Wiadomość napisana"
    "|Исходное сообщение|Пересылаемое сообщение|Оригінальне повідомлення|Původní zpráva|Eredeti üzenet"
    "|Orijinal mesaj|原始邮件|原始郵件"
    "|转发邮件|元のメッセージ|原文|원본 메시지"
    "|In reply to|Reply Separator|Forwarded by|Début du message réexpédié"
    "|Anfang der weitergeleiteten (?:E-Mail|Nachricht)|Inizio messaggio inoltrato"
    "|Inicio del mensaje reenviado"
)
_ORIGINAL_LINE = re.compile(
    rf"[ \t>*_]*[-_=~]{{2,}}[ \t*_]*(?:{_ORIGINAL})\b.*"
    rf"|[ \t>*_]*(?:{_ORIGINAL})[ \t]*[:：]?[ \t]*[-_=*]*[ \t]*$",
    re.IGNORECASE,
)
_HEADER_NAMES = (
    "From|Sent|To|Cc|Bcc|Date|Subject|Reply-To|Organization|Importance|Sent by|Resent-From|De|Envoyé|À"
    "|Objet|Date d'envoi|Von|Gesendet|An"
    "|Betreff|Datum|Kopie|Antwort an|Enviado|Enviada(?: em)?|Para|Asunto|Assunto|Fecha|Data|Da|Inviato|A"
    "|Oggetto|Van|Verzonden"
    "|Aan|Onderwerp|Från|Skickat|Till|Ämne|Kopia|Fra|Sendt|Til|Emne|Dato|Od|Wysłano|Wysłane|Do|Temat"
    "|Lähettäjä|Lähetetty"
    "|Vastaanottaja|Aihe|От|От кого|Отправлено|Кому|Тема|Дата|Копия|Від|Надіслано|Komu|Předmět|Odesláno"
    "|Kimden"
    "|Gönderilen|Kime|Konu|发件人|发送时间|收件人|抄送|主题|日期"
    "|差出人|送信日時|宛先|件名|日時|보낸 사람|받는 사람|제목|날짜"
)
_HEADER = re.compile(rf"[ \t>*_]*(?:{_HEADER_NAMES})\*?[ \t]*[:：]\*?(?=\s|$|\S)", re.IGNORECASE)
_TWO_WORD_OPENING = re.compile(r"[ \t>*_]*(?:A|An|Do|De|Da|To|Data|Date|Dato)\b", re.IGNORECASE)
_SENT_FROM = re.compile(
    r"[ \t>*_(\[]*(?:(?:Sent|Send) (?:from|via|with|using)|Get Outlook for|Envoyé (?:de(?:puis)?"
    r"|à partir de)|Von meinem|Gesendet (?:von|mit)"
    r"|Diese Nachricht wurde von mein|Enviado (?:desde|do|de|a partir)|Inviato (?:da|dal)"
    r"|Verzonden (?:vanaf|met|vanuit)"
    r"|Verstuurd (?:vanaf|met)|Skickat från|Sendt fra|Wysłan[eo] z|Lähetetty|Отправлено (?:с|из)"
    r"|Надіслано з|发自我的|從我的"
    r"|iPhoneから送信|送自我的|Odesláno z|Enviat des de|Outlook für|Télécharger Outlook)"
    r"[ \u00a0][^,!?]{1,60}$|[ \t]*iPhoneから送信[ \t]*$",
    re.IGNORECASE,
)
_FOLDED_INTRODUCTION = 4


def kinds_of(lines: Sequence[str]) -> list[LineKind]:
    """The kind of every line, seen with its neighbours where mail programs fold."""
    kinds = [_kind_alone(line) for line in lines]
    _keep_rules_of_tables(lines, kinds)
    _mark_introductions(lines, kinds)
    _join_folded_headers(kinds)
    return kinds


def _kind_alone(line: str) -> LineKind:
    line = line[:_LONG_LINE]
    if not line.strip() or (_EMPTY.fullmatch(line) and ">" not in line and "|" not in line):
        return LineKind.EMPTY
    for kind, rule in _RULES:
        if rule.match(line):
            return LineKind.QUOTE if kind is LineKind.HEADER and _QUOTE.match(line) else kind
    return LineKind.TEXT


def _whole(rule: re.Pattern[str]) -> re.Pattern[str]:
    return re.compile(rf"(?:{rule.pattern})$", rule.flags)


_RULES = (
    (LineKind.DIVIDER, _whole(_DIVIDER)),
    (LineKind.SENT_FROM, _SENT_FROM),
    (LineKind.INTRODUCTION, _ORIGINAL_LINE),
    (LineKind.HEADER, _HEADER),
    (LineKind.QUOTE, _QUOTE),
)


def _keep_rules_of_tables(lines: Sequence[str], kinds: list[LineKind]) -> None:
    """A rule with text right above and right below it underlines a heading or draws a table."""
    for place, kind in enumerate(kinds):
        if kind is LineKind.DIVIDER and len(lines[place].strip()) > 3 and _hugged(kinds, place):
            kinds[place] = LineKind.TEXT


def _hugged(kinds: Sequence[LineKind], place: int) -> bool:
    above = kinds[place - 1] if place else LineKind.EMPTY
    below = kinds[place + 1] if place + 1 < len(kinds) else LineKind.EMPTY
    return above is LineKind.TEXT and below is LineKind.TEXT


def _mark_introductions(lines: Sequence[str], kinds: list[LineKind]) -> None:
    place = 0
    while place < len(lines):
        length = _introduction_length(lines, kinds, place)
        for number in range(place, place + length):
            kinds[number] = LineKind.INTRODUCTION
        place += max(length, 1)


def _introduction_length(lines: Sequence[str], kinds: Sequence[LineKind], place: int) -> int:
    """How many lines from here make one `On <date>, <somebody> wrote:`; 0 when none begins here."""
    first = lines[place]
    if kinds[place] in (LineKind.EMPTY, LineKind.DIVIDER, LineKind.INTRODUCTION) or len(first) > _LONG_LINE:
        return 0
    opens = bool(_OPENER.match(first) or _DATE_FIRST.match(first))
    for length in range(1, _FOLDED_INTRODUCTION + 1 if opens else 2):
        if place + length > len(lines) or kinds[place + length - 1] is LineKind.EMPTY:
            return 0
        joined = " ".join(line.strip(" \t>") for line in lines[place : place + length])
        if _introduces(joined[:_LONG_LINE], opens=opens):
            return length
    return 0


def _introduces(text: str, *, opens: bool) -> bool:
    ending = text.rstrip("- *_>")
    addressed = bool(_ADDRESS.search(text))
    if not opens:
        return addressed and ending.endswith((":", "：")) and bool(_WROTE_AT_END.search(text))
    if not _DATED.search(text):
        return False
    if _WROTE_AT_END.search(text):
        return addressed or ending.endswith((":", "："))
    return ending.endswith((":", "：")) and (bool(_ADDRESS_AT_END.search(ending)) or bool(_WROTE_INSIDE.search(text)))


def _join_folded_headers(kinds: list[LineKind]) -> None:
    """A header block keeps its folded continuation lines: text between two header lines, at most three of
    them.
    """
    last_header = -10
    for place, kind in enumerate(kinds):
        if kind is not LineKind.HEADER:
            continue
        between = kinds[last_header + 1 : place]
        if last_header >= 0 and len(between) <= 3 and all(k in (LineKind.TEXT, LineKind.EMPTY) for k in between):
            kinds[last_header + 1 : place] = [LineKind.HEADER] * len(between)
        last_header = place
