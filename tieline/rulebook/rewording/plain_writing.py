"""Is a sentence plain English and nothing else? No markup, address, contact, command, or voice of a machine.

Judged by what is allowed: the characters of ordinary English writing. A sign from another script that looks like
a letter or a digit, or one that cannot be seen, strikes the sentence.
"""

from __future__ import annotations

import re

from tieline.rulebook.retrieval.words import terms

LONGEST = 400
LONGEST_WORD = 28
FEWEST_WORDS = 4
PLAIN = re.compile(r"[A-Za-z0-9 .,;:'\"()/%$&+§“”‘’–—-]*")
SHOWN_AT_MOST = 500

WRITTEN_AS = (
    (re.compile(r"&#?\w+;|%[0-9A-Fa-f]{2}\b|//|\\|\bx[0-9a-f]{2}\b"), "It holds encoded signs."),
    (
        re.compile(
            r"(?i)\b(?:https?|hxxps?|ftp|data|javascript|vbscript|file|mailto|tel|sms|cid)\s*:|\bwww\b|\bdot com\b"
        ),
        "It holds a link.",
    ),
    (re.compile(r"(?i)(?<![\w.])[a-z0-9-]{2,}\.[a-z]{2,}(?:\b|/)"), "It holds something like a web address."),
    (re.compile(r"(?i)\b\w+\s*\(?at\)?\s+\w+\s*\(?dot\)?\s+\w+"), "It holds something like a mail address."),
    (
        re.compile(r"\+\d|\b\d{3}[ .-]\d{3,4}\b(?:[ .-]\d{4})?|\(\d{3}\)\s*\d"),
        "It holds something like a telephone number.",
    ),
    (re.compile(r"(?i)^\W*(?:system|assistant|user|developer|tool|human|ai)\s*:"), "It speaks in another's role."),
    (
        re.compile(
            r"(?i)\bas an? (?:ai|assistant|language model)\b|\blanguage model\b|\bchat ?bot\b|\bmy instructions\b"
            r"|\b(?:system|hidden) prompt\b|\bjailbreak\b|\bnonce\b"
            r"|\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:previous|prior|above|earlier|all|these|instruc|rule)"
        ),
        "It speaks of itself or of instructions.",
    ),
    (
        re.compile(r"(?<![\w'’-])(?:I|[Mm]e|[Mm]y|[Mm]ine|[Ww]e|us|[Oo]urs?)(?![\w'’-])"),
        "It speaks in the first person.",
    ),
    (re.compile(r"(?<=[a-z0-9)”\"])(?<!\b[ap]\.m)[.]\s+\S|[:;,]{2,}|--|\.\."), "It holds more than one sentence."),
)
ASKED_OF_READERS = frozenset(
    "click open download install run visit browse log login sign signin enter type password passwords passphrase pin "
    "credential credentials token otp username code contact call phone telephone dial ring fax e-mail email mail text "
    "message sms whatsapp write reply respond forward send transfer wire remit deposit bank iban swift bitcoin crypto "
    "gift card confirm verify update reset unlock share upload attach attachment link hyperlink url website site "
    "portal scan qr copy paste delete disable ignore disregard trust urgent urgently immediately please kindly".split()
)


def unplain(text: str) -> str:
    """Why a sentence is no plain writing; "" if it is."""
    if not PLAIN.fullmatch(text):
        return "It holds signs that plain writing does not need."
    if len(text) > LONGEST or any(len(word) > LONGEST_WORD for word in text.split()):
        return "It, or a word of it, is too long."
    if len(text.split()) < FEWEST_WORDS:
        return "It is no sentence."
    return next((reason for pattern, reason in WRITTEN_AS if pattern.search(text)), "")


def asks_of_reader(text: str, quoted: str) -> str:
    """Why a sentence tells its reader to do what the quotes do not speak of; "" if it does not."""
    said = set(re.findall(r"[a-z]+(?:-[a-z]+)*", text.lower())) & ASKED_OF_READERS
    known = set(terms(quoted))
    foreign = sorted(word for word in said if not set(terms(word)) <= known or not terms(word))
    return f"It asks something of the reader that its quotes do not: {', '.join(foreign)}." if foreign else ""


def as_shown(text: str) -> str:
    """A struck sentence as it may stand on a page: what cannot be seen is shown as a mark."""
    shown = "".join(sign if sign.isprintable() else "\ufffd" for sign in text[:SHOWN_AT_MOST])
    return shown + ("…" if len(text) > SHOWN_AT_MOST else "")
