"""Is this the line above a quotation, such as `On 2 November 2026 at 9:15, Desk <desk@operator.example> wrote:`?

Mail programs write it in every language and order, so no grammar is tried: the line is weighed by what it holds. A
colon at its end, an address, a day with its year, a time of day and a word for *wrote*: a person's own sentence
seldom has three of them, a mail program's line nearly always. Where a line of marked quotation follows, less is
enough. Programs fold the line; up to four lines are read as one.
"""

import re
from collections.abc import Sequence

MOST_LINES = 4
LONGEST = 600
_LAST = 40

_OPENERS = (
    "On|Le|Am|Den|Op|Em|No dia|El|El día|Il|Il giorno|Dnia|W dniu|Dne|În|În data|Pe|La data|Ngày|Vào|Στις|Το|Pada|På"
    "|Tarih|Dana|V|Ve|At|Vom|Från|На|在|于|Kuupäev|في|בתאריך|Missatge de|Wiadomość napisana przez"
)
_WORDS = (
    "wrote|writes|a écrit|schrieb|geschrieben|schreef|escribió|escreveu|ha scritto|skrev|följande"
    "|napisał(?:\\(a\\)|a|/a)?|pisze|kirjoitti|написал(?:\\(а\\)|а)?|пишет|пише|написав|написа|napsal(?:\\(a\\)|a)?|napísal(?:\\(a\\)|a)?"
    "|ezt írta|írta|yazdı|a scris|έγραψε|đã viết|menulis|je napisa(?:o|la|lo)|napisa(?:o|la)(?: je)?|написао(?: је)?"
    "|rašė|rakstīja|kirjutas|va escriure|idatzi du|كتب|تمت كتابة|כתב(?:/ה)?"
)
_GLUED = "写道|寫道|のメッセージ|のメール|作成|작성|님이 작성"
_WROTE_AT_END = re.compile(
    rf"(?:(?:\b|\s|[>\"'）)])(?:{_WORDS})|(?:{_GLUED}))\s*[:：]?\s*(?:-{{2,}})?\s*$", re.IGNORECASE
)
_WROTE_INSIDE = re.compile(rf"\s(?:{_WORDS})\s", re.IGNORECASE)
_WROTE = re.compile(rf"(?<!\w)(?:{_WORDS})(?!\w)|{_GLUED}", re.IGNORECASE)
_DATED = re.compile(r"\d{1,4}[./:-]\d{1,2}|\b\d{1,2}\b|\d{4}")
_DAY_WITH_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}([./-]) ?\d{1,2}\1 ?\d{2}(?!\d)")
_TIME_OF_DAY = re.compile(r"(?<![\d.])\d{1,2}[:.h]\d{2}(?!\d)|(?<!\d)\d{1,2} ?[AP]\.?M\b", re.IGNORECASE)
_ADDRESS_AT_END = re.compile(r"[\w.+%'-]+@[\w-]+\.[\w.-]+(?:<[^>]*>)?[>)\]\s]*[:：]$")
_ADDRESS = re.compile(r"[\w.+%'-]+@[\w-]+\.[\w.-]+")
_OPENER = re.compile(rf"[ \t>*-]*(?:{_OPENERS})(?:\b|\s|(?=\d))", re.IGNORECASE)
_DATE_FIRST = re.compile(r"[ \t>*-]*(?:\w{2,10}\.?,? )?\d{1,4}[ ./年-]")
_QUOTING = re.compile(
    r"[ \t]*(?:Quoting|Zitat von|Citando(?: a)?|Citation de|Citazione|Citerar|Citeren)\b", re.IGNORECASE
)
_ENDS_WITH_ADDRESS = re.compile(r"[\w.+%'-]+@[\w-]+\.[\w.-]+[>)\]]?[ \t]*[:：]$")
_RULED = re.compile(rf"[ \t]*-{{2,}}[^-].{{0,200}}(?:{_WORDS})[ \t]*-{{2,}}[ \t]*$", re.IGNORECASE)
_BETWEEN_ARROWS = re.compile(r"[ \t]*>>> ?[^>\n]{1,80}(?:<[^>\n]{3,80}>)?[^>\n]{0,60}\d[^>\n]{0,40}>>>[ \t]*$")
_NAME_AND_TIME = re.compile(r"[ \t]*\* .{1,60} \[\d{4}-\d\d-\d\d \d\d:\d\d[^\]]{0,12}\]:[ \t]*$")
_TRAILING = "- \t\xa0*_>\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_LAST_LETTERS = (":", "：", *(f"{word}{more}" for word in (
    "wrote writes écrit schrieb geschrieben schreef escribió escreveu scritto skrev följande napisał napisała napisal"
    " napisala napisao pisze kirjoitti написал написала пишет пише написав написа написао napsal napsala napísal"
    " napísala írta yazdı scris έγραψε viết menulis je rašė rakstīja kirjutas escriure du كتب كتابة כתב"
    " 写道 寫道 メッセージ メール 作成 작성"
).casefold().split() for more in ("", "(a)", "(а)")))  # fmt: skip
"""With what a line that may end an introduction ends: a colon or one of the words; looser than the words themselves."""
_MARKS = str.maketrans("", "", "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def is_whole_introduction(line: str) -> bool:
    """Whether the line alone has a form that only a mail program writes, whatever stands around it."""
    if not line.lstrip(" \t").startswith(("--", ">>>", "* ")):
        return False
    return bool(_RULED.match(line) or _BETWEEN_ARROWS.match(line) or _NAME_AND_TIME.match(line))


def length_at(lines: Sequence[str], place: int, *, readable: int, quote_follows: Sequence[bool]) -> int:
    """How many lines from here make one introduction; 0 when none begins here.

    At most `readable` lines may be joined. `quote_follows` says of each line whether the next line with words is
    marked as quoted.
    """
    lengths = [one for one in range(1, min(readable, MOST_LINES) + 1) if _may_end(lines[place + one - 1])]
    if not lengths:
        return 0
    first = lines[place].translate(_MARKS)
    opens = bool(_OPENER.match(first) or _DATE_FIRST.match(first))
    for length in lengths:
        joined = _joined(lines[place : place + length])
        if length > 1 and not opens and not _may_be_folded(lines, place, length):
            continue
        if _introduces(joined, opens=opens, before_quote=quote_follows[place + length - 1], folded=length > 1):
            return length
    return 0


def _may_end(line: str) -> bool:
    """Whether an introduction may end with this line; asked of every line of every message, so it looks at little."""
    return line[-_LAST:].rstrip(_TRAILING).casefold().endswith(_LAST_LETTERS)


def _joined(lines: Sequence[str]) -> str:
    return " ".join(line.strip(" \t>") for line in lines)[:LONGEST].translate(_MARKS)


def _may_be_folded(lines: Sequence[str], place: int, length: int) -> bool:
    """Lines that do not open like an introduction are joined when the first is long, and no later one is one alone."""
    if len(lines[place].strip()) < 25:
        return False
    return not any(
        _introduces(_joined([line]), opens=bool(_OPENER.match(line)), before_quote=False, folded=False)
        for line in lines[place + 1 : place + length]
    )


def _introduces(text: str, *, opens: bool, before_quote: bool, folded: bool) -> bool:
    ending = text.rstrip("- *_>")
    ends_with_colon = ending.endswith((":", "："))
    has_address, has_word = bool(_ADDRESS.search(text)), bool(_WROTE.search(text))
    has_day, has_time = bool(_DAY_WITH_YEAR.search(text)), bool(_TIME_OF_DAY.search(text))
    if ends_with_colon and has_day and has_time and (has_address or has_word):
        return True
    if opens and _opens_and_dates(text, ending, ends_with_colon=ends_with_colon, has_address=has_address):
        return True
    if folded and not opens:
        return False
    if ends_with_colon and has_address and (_WROTE_AT_END.search(text) or (has_day and has_word)):
        return True
    if _QUOTING.match(text):
        return bool(_ENDS_WITH_ADDRESS.search(ending))
    return before_quote and ends_with_colon and has_word and (has_day or bool(_WROTE_AT_END.search(text)))


def _opens_and_dates(text: str, ending: str, *, ends_with_colon: bool, has_address: bool) -> bool:
    if not _DATED.search(text):
        return False
    if _WROTE_AT_END.search(text):
        return has_address or ends_with_colon
    return ends_with_colon and bool(_ADDRESS_AT_END.search(ending) or _WROTE_INSIDE.search(text))
