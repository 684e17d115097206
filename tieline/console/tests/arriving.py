"""How do a mail and a member of staff arrive at the door in tests?"""

from __future__ import annotations

from email.message import EmailMessage

from django.test import Client

from tests.cast import MONDAY, PASSWORD, Cast
from tieline.desk.actions import take_mail
from tieline.desk.models import Case
from tieline.mail.actions import keep, sort
from tieline.mail.sources import Delivery

SCRIPTED = (
    '<p>Hello</p><script>alert(1)</script><img src="https://tracker.example/a.png">'
    '<a href="javascript:alert(2)" onclick="alert(3)">x</a><form action="https://evil.example"><input></form>'
    '<img src=x onerror="alert(4)"><svg onload="alert(5)"></svg><iframe src="https://evil.example"></iframe>'
)


def receive(cast: Cast, subject: str, text: str, *, sender: str = "", html: str = "", file: str = "") -> Case:
    """A mail arrives, is sorted and taken: the case it opened."""
    mail = EmailMessage()
    mail["From"] = sender or f"{cast.sam.name} <{cast.sam.email}>"
    mail["To"], mail["Subject"] = "clientservices@localhost", subject
    mail["Message-ID"] = f"<{abs(hash((subject, text)))}@client.example>"
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    if file:
        mail.add_attachment(b"<script>alert(1)</script>", maintype="text", subtype="html", filename=file)
    raw = mail.as_bytes()
    kept = keep(Delivery(f"test:{subject}", "test", raw), run=None, at=MONDAY)
    assert kept is not None
    return take_mail(sort(kept, profile=cast.profile, at=MONDAY, raw=raw), profile=cast.profile)


def sign_in(username: str) -> Client:
    browser = Client()
    answer = browser.post("/sign-in", {"username": username, "password": PASSWORD})
    assert answer.status_code == 303, answer.content.decode()
    return browser
