"""Third parties' verification mail is told from people's letters about codes, links and accounts."""

import pytest

from tieline.mail.parse import parse
from tieline.mail.suspicion import verification_of_an_address


def doubt(subject: str, body: str, *headers: str) -> str:
    lines = ("From: Somewhere <no-reply@service.example>", f"Subject: {subject}", *headers, "", body)
    return verification_of_an_address(parse("\n".join(lines).encode()))


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Verify your email address", "Welcome. https://service.example/verify?token=8a7f"),
        ("Please confirm your email", "Press here: https://service.example/u/confirm/abc"),
        ("Your verification code", "Your verification code is 482913."),
        ("Your login code", "Enter this:\n\n482 913\n\nIt expires."),
        ("482913 is your Service code", "Do not share it."),
        ("Complete your registration", "Go to https://service.example/signup/9f"),
        ("Reset your password", "https://service.example/reset/1f"),
        ("Rita invited you to Workspace", "Join: https://service.example/invite/77"),
        ("Bestätigen Sie Ihre E-Mail-Adresse", "https://service.example/confirm?x=1"),
        ("Votre code de vérification", "Voici le code : 482913"),
        ("您的验证码", "验证码：482913"),
        ("Sign in to Service", "<https://service.example/magic?x=1>"),
    ],
)
def test_c4_a_third_partys_verification_is_doubted(subject: str, body: str) -> None:
    assert "third party" in doubt(subject, body)


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Verification code never arrives", "I wait for the code of the market portal since 9:15."),
        ("Please verify your e-mail on file for us", "You still write to the old address of our plant."),
        ("Confirm your account of the 2 November statement", "We make it 20.4 MWh."),
        ("Question about registration", "See https://operator.example/registration for the form we mean."),
        ("Our verification of meter 482913", "The meter reads 20.4."),
        ("Reset your password", "How do I do that for a colleague?"),
    ],
)
def test_a_persons_letter_about_such_things_is_not(subject: str, body: str) -> None:
    assert doubt(subject, body) == ""


@pytest.mark.parametrize("header", ["In-Reply-To: <one@desk.example>", "References: <one@desk.example>"])
def test_an_answer_is_never_a_verification(header: str) -> None:
    assert doubt("Your verification code", "Your code is 482913.") != ""
    assert doubt("Your verification code", "Your code is 482913.", header) == ""
    assert doubt("Re: Your verification code", "Your code is 482913.") == ""
