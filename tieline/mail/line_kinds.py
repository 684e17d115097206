"""What kind of line is this: text, empty, quoted, a divider, a quoted header, an introduction, "sent from my
phone"?

One table of words a language. A kind is decided line by line, except introductions ("On … wrote:") and header
blocks, which mail programs fold over several lines.
"""

import re
from collections.abc import Sequence
from enum import StrEnum

from tieline.mail.introductions import LONGEST, MOST_LINES, is_whole_introduction, length_at


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
    "|Mesaj original|Mesaj redirecționat|Оригинално съобщение|Αρχικό μήνυμα|Προωθημένο μήνυμα"
    "|Pôvodná správa|Izvorna poruka|Izvirno sporočilo|Algne kiri|Missatge original|Tin nhắn gốc|Pesan Asli"
    "|邮件原件|邮件转发|原始訊息|轉寄郵件|転送メッセージ|전달된 메시지|הודעה מקורית|الرسالة الأصلية"
    "|In reply to|Reply Separator|Forwarded by|Début du message réexpédié"
    "|Anfang der weitergeleiteten (?:E-Mail|Nachricht)|Inizio messaggio inoltrato"
    "|Inicio del mensaje reenviado"
)
_ORIGINAL_LINE = re.compile(
    rf"[ \t>*_]*[-_=~‐–—]{{2,}}[ \t*_]*(?:{_ORIGINAL})\b.*"
    rf"|[ \t>*_]*(?:{_ORIGINAL})[ \t]*[:：]?[ \t]*[-_=*‐–—]*[ \t]*$",
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
    "|Feladó|Elküldve|Címzett|Tárgy|Dátum|Másolatot kap|De la|Trimis|Către|Subiect|Trimise|Изпратено|До|Относно|Копие"
    "|Από|Στάλθηκε|Προς|Θέμα|Ημερομηνία|Κοιν|Gönderildi|Tarih|Bilgi|寄件者|寄件日期|收件者|主旨|副本|发送日期|Odosielateľ"
    "|Odoslané|Predmet|Poslano|Zadeva|Šalje|Datum slanja|Saatja|Saadetud|Saaja|Teema|Assumpte|Enviat|Từ|Ngày|Đến|Chủ đề"
    "|보낸 날짜|참조|参照|送信者|מאת|נשלח|אל|נושא|من|تاريخ الإرسال|إلى|الموضوع"
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


def kinds_of(lines: Sequence[str]) -> list[LineKind]:
    """The kind of every line, seen with its neighbours where mail programs fold."""
    kinds = [_kind_alone(line) for line in lines]
    _keep_rules_of_tables(lines, kinds)
    _mark_introductions(lines, kinds)
    _join_folded_headers(kinds)
    return kinds


def _kind_alone(line: str) -> LineKind:
    line = line[:LONGEST]
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
    quote_follows = _quote_follows(kinds)
    place = 0
    while place < len(lines):
        length = _introduction_length(lines, kinds, place, quote_follows)
        for number in range(place, place + length):
            kinds[number] = LineKind.INTRODUCTION
        place += max(length, 1)


def _quote_follows(kinds: Sequence[LineKind]) -> list[bool]:
    """Of each line, whether the next line that is not empty is a quoted one."""
    follows: list[bool] = []
    is_quote = False
    for kind in reversed(kinds):
        follows.append(is_quote)
        if kind is not LineKind.EMPTY:
            is_quote = kind is LineKind.QUOTE
    return follows[::-1]


_NEVER_BEGINS = (LineKind.EMPTY, LineKind.DIVIDER, LineKind.INTRODUCTION)


def _introduction_length(
    lines: Sequence[str], kinds: Sequence[LineKind], place: int, quote_follows: Sequence[bool]
) -> int:
    """How many lines from here make one introduction, read no further than the next empty line."""
    if kinds[place] in _NEVER_BEGINS or len(lines[place]) > LONGEST:
        return 0
    if is_whole_introduction(lines[place]):
        return 1
    readable = 1
    while place + readable < len(lines) and readable < MOST_LINES and kinds[place + readable] is not LineKind.EMPTY:
        readable += 1
    return length_at(lines, place, readable=readable, quote_follows=quote_follows)


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
