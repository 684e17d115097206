"""Is this one of the letters nobody should act on before a person has looked? Pure; the answer is a reason in words.

Whoever writes to a desk's address from a third party's form ("create an account with this address") makes that party
send its verification code to us. A code or link that lands in a case can be read by somebody who had no right to the
address, so such mail goes to the quarantine shelf. Two signs are needed: the words of a verification, in a message
that answers nothing, and the code or the link itself.
"""

from __future__ import annotations

import re

from tieline.mail.parse import ParsedMail

_SUBJECT = re.compile(
    r"(?:verify|confirm|validate|activate) (?:your|the|this|my) (?:\w+ ){0,2}(?:e-?mail|account|address|identity"
    r"|sign.?up|registration|subscription)"
    r"|(?:verification|security|one.?time|login|log.?in|sign.?in|access|confirmation|activation|authenti\w+) "
    r"(?:code|pass(?:code|word)|link|pin)"
    r"|(?:e-?mail|account|address) (?:verification|confirmation|activation)"
    r"|(?:complete|finish|confirm) your (?:registration|sign.?up|subscription)"
    r"|(?:reset|set|change) your (?:\w+ )?password|password reset|magic link"
    r"|you(?:'ve| have) been invited to join|invited you to|sign in to \w+|is your \w+(?: \w+)? code"
    r"|bestätig\w* (?:sie )?(?:ihre|deine) (?:e-?mail|registrierung|anmeldung)|bestätigungs(?:code|link)"
    r"|einmal.?passwort|confirme[rz]? (?:votre|tu|su|seu) |code de (?:vérification|confirmation)"
    r"|código de (?:verificación|verificação)"
    r"|codice di verifica|verificatiecode|kod weryfikacyjny|код подтверждения|подтвердите"
    r"|验证码|驗證碼|認証コード|확인 코드",
    re.IGNORECASE,
)
_ANSWERS = re.compile(r"\s*(?:re|aw|sv|antw|odp|fwd?|wg|tr|rv|res|r|i|vs|doorst)\s*[:：]", re.IGNORECASE)
_CODE = re.compile(
    r"(?:code|passcode|password|pin|kod|código|codice|код|验证码|驗證碼|コード|코드)\W{1,4}(?:\w{1,12}\W{1,3}){0,3}\*{0,2}"
    r"((?=[A-Z-]*\d)[A-Z0-9]{3,4}-?[A-Z0-9]{1,5})\b"
    r"|^[ \t>*]*((?:\d[ -]?){4,8})[ \t*]*$"
    r"|\b\d{4,8} (?:is your|ist ihr|est votre|es su|es tu)\b",
    re.IGNORECASE | re.MULTILINE,
)
_LINK = re.compile(
    r"https?://[^\s\"'<>]{0,300}(?:verif|confirm|activat|validat|token=|/invite|signup|sign-up|register|magic|reset"
    r"|opt-?in|auth)[^\s\"'<>]*",
    re.IGNORECASE,
)
_LOOKED_AT = 20_000


def verification_of_an_address(mail: ParsedMail) -> str:
    """Why the message is a third party's verification of an address, or ""."""
    if mail.in_reply_to or mail.references or _ANSWERS.match(mail.subject):
        return ""
    if not _SUBJECT.search(mail.subject):
        return ""
    words = mail.text[:_LOOKED_AT]
    if _CODE.search(words) or _CODE.search(mail.subject):
        return "somebody registered our address with a third party: it carries a verification code"
    if _LINK.search(words) or _LINK.search(mail.html[:_LOOKED_AT]):
        return "somebody registered our address with a third party: it carries a verification link"
    return ""
