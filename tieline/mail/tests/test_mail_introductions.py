"""The line above a quotation, as mail programs write it in many languages: found quoted, bare, folded and nested."""

import textwrap

import pytest

from tieline.mail.quoting import separate

INTRODUCTIONS = """\
On Mon, Nov 2, 2026 at 9:15 AM Desk <desk@operator.example> wrote:
On Nov 2, 2026, at 9:15 AM, Desk <desk@operator.example> wrote:
On 2026-11-02 09:15, Desk wrote:
On 11/2/26 9:15 AM, Desk wrote:
On Monday, November 2, 2026 at 09:15:00 AM CST, Desk <desk@operator.example> wrote:
On Mon, 2 Nov 2026 09:15:00 -0600, "Desk" <desk@operator.example> wrote:
On Mon, 02 Nov 2026 09:15:00 -0600 Desk <desk@operator.example> writes:
---- On Mon, 02 Nov 2026 09:15:00 -0600 Desk <desk@operator.example> wrote ----
---- Desk wrote ----
Desk wrote on 02/11/2026 09:15:
Desk <desk@operator.example> wrote on 02/11/2026 09:15:00 AM:
Desk <desk@operator.example> writes:
Quoting Desk <desk@operator.example>:
* Desk [2026-11-02 09:15]:
>>> Desk <desk@operator.example> 11/2/2026 9:15 AM >>>
At 2026-11-02 09:15:00, "Desk" <desk@operator.example> wrote:
2026-11-02 9:15 GMT-06:00 Desk <desk@operator.example>:
(2026/11/02 9:15), Desk wrote:
Am Mo., 2. Nov. 2026 um 09:15 Uhr schrieb Desk <desk@operator.example>:
Am 02.11.26 um 09:15 schrieb Desk:
Am Montag, den 02.11.2026, 09:15 +0100 schrieb Desk:
Desk schrieb am 02.11.2026 um 09:15:
Desk <desk@operator.example> hat am 02.11.2026 09:15 geschrieben:
Zitat von Desk <desk@operator.example>:
Le lun. 2 nov. 2026 à 09:15, Desk <desk@operator.example> a écrit :
Le 02/11/2026 à 09:15, Desk a écrit :
Le lundi 2 novembre 2026 à 09:15:00 UTC+1, Desk <desk@operator.example> a écrit :
El lun, 2 nov 2026 a las 9:15, Desk (<desk@operator.example>) escribió:
El 2/11/26 a las 9:15, Desk escribió:
El 2 nov 2026, a las 9:15, Desk <desk@operator.example> escribió:
Em seg., 2 de nov. de 2026 às 09:15, Desk <desk@operator.example> escreveu:
Em 02/11/2026 09:15, Desk escreveu:
No dia 2/11/2026, às 09:15, Desk <desk@operator.example> escreveu:
Desk <desk@operator.example> escreveu (segunda, 2/11/2026 à(s) 09:15):
Il giorno lun 2 nov 2026 alle ore 09:15 Desk <desk@operator.example> ha scritto:
Il 02/11/26 09:15, Desk ha scritto:
Il lunedì 2 novembre 2026 09:15:00 CET, Desk <desk@operator.example> ha scritto:
Op ma 2 nov 2026 om 09:15 schreef Desk <desk@operator.example>:
Op 2 nov 2026, om 09:15 heeft Desk <desk@operator.example> het volgende geschreven:
Op 2-11-2026 om 09:15 schreef Desk:
Den man. 2. nov. 2026 kl. 09.15 skrev Desk <desk@operator.example>:
Den mån 2 nov. 2026 kl 09:15 skrev Desk <desk@operator.example>:
Den 2026-11-02 kl. 09:15, skrev Desk:
man. 2. nov. 2026 kl. 09:15 skrev Desk <desk@operator.example>:
2. nov. 2026 kl. 09:15 skrev Desk <desk@operator.example>:
ma 2. marrask. 2026 klo 9.15 Desk (desk@operator.example) kirjoitti:
Desk <desk@operator.example> kirjoitti 2.11.2026 kello 9.15:
Desk kirjoitti 2.11.2026 klo 9.15:
pon., 2 lis 2026 o 09:15 Desk <desk@operator.example> napisał(a):
W dniu 2.11.2026 o 09:15, Desk pisze:
Dnia 2 listopada 2026 09:15 Desk <desk@operator.example> napisał(a):
Wiadomość napisana przez Desk <desk@operator.example> w dniu 2 lis 2026, o godz. 09:15:
po 2. 11. 2026 v 9:15 odesílatel Desk <desk@operator.example> napsal:
Dne 02. 11. 26 v 9:15 Desk napsal(a):
po 2. 11. 2026 o 9:15 Desk <desk@operator.example> napísal(a):
Desk <desk@operator.example> ezt írta (időpont: 2026. nov. 2., H, 9:15):
2026. 11. 02. 9:15 keltezéssel, Desk írta:
În lun., 2 nov. 2026 la 09:15, Desk <desk@operator.example> a scris:
Pe 02.11.2026 09:15, Desk a scris:
На пн, 2.11.2026 г. в 9:15 Desk <desk@operator.example> написа:
На 2.11.2026 г. в 9:15, Desk написа:
Στις Δευ 2 Νοε 2026 στις 9:15 π.μ., ο χρήστης Desk <desk@operator.example> έγραψε:
Στις 2/11/26 09:15, ο Desk έγραψε:
пн, 2 нояб. 2026 г. в 09:15, Desk <desk@operator.example>:
2 нояб. 2026 г., в 9:15, Desk <desk@operator.example> написал(а):
02.11.2026 09:15, Desk пишет:
02.11.2026, 09:15, "Desk" <desk@operator.example>:
Понедельник, 2 ноября 2026, 9:15 +03:00 от Desk <desk@operator.example>:
пн, 2 лист. 2026 р. о 09:15 Desk <desk@operator.example> пише:
02.11.26 09:15, Desk пише:
Desk <desk@operator.example>, 2 Kas 2026 Pzt, 09:15 tarihinde şunu yazdı:
Desk <desk@operator.example> şunları yazdı (2 Kas 2026 09:15):
Desk <desk@operator.example> 于2026年11月2日周一 09:15写道：
2026年11月2日 上午9:15，Desk <desk@operator.example> 写道：
在 2026-11-02 09:15:00，"Desk" <desk@operator.example> 写道：
在 2026/11/2 9:15, Desk 写道:
Desk <desk@operator.example> 於 2026年11月2日 週一 上午9:15寫道：
2026年11月2日(月) 9:15 Desk <desk@operator.example>:
2026/11/02 9:15、Desk <desk@operator.example>のメール:
2026년 11월 2일 (월) 오전 9:15, Desk <desk@operator.example>님이 작성:
2026. 11. 2. 오전 9:15, Desk <desk@operator.example> 작성:
Vào Th 2, 2 thg 11, 2026 vào lúc 09:15 Desk <desk@operator.example> đã viết:
Pada Sen, 2 Nov 2026 pukul 09.15 Desk <desk@operator.example> menulis:
Missatge de Desk <desk@operator.example> del dia dl., 2 de nov. 2026 a les 9:15:
pon, 2. stu 2026. u 09:15 Desk <desk@operator.example> napisao je:
V V pon., 2. nov. 2026 ob 09:15 je oseba Desk <desk@operator.example> napisala:
Kuupäev E, 2. november 2026 kell 09:15 kirjutas Desk <desk@operator.example>:
2026-11-02, pr, 09:15 Desk <desk@operator.example> rašė:
pirmd., 2026. g. 2. nov., plkst. 09:15 — lietotājs Desk (<desk@operator.example>) rakstīja:
בתאריך יום ב׳, 2 בנוב׳ 2026 ב-9:15 מאת Desk <desk@operator.example>:
في الاثنين، 2 نوفمبر 2026 في 9:15 ص تمت كتابة ما يلي بواسطة Desk <desk@operator.example>:
""".splitlines()
BANNERS = """\
-----Original Message-----
--- Original Message ---
------- Original Message -------
‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐
-------- Original message --------
-------- Ursprüngliche Nachricht --------
-----Ursprüngliche Nachricht-----
-------- Message original --------
-----Message d'origine-----
-------- Mensaje original --------
-------- Mensagem original --------
-----Messaggio originale-----
-----Oorspronkelijk bericht-----
-----Ursprungligt meddelande-----
-----Oprindelig meddelelse-----
-----Opprinnelig melding-----
-----Alkuperäinen viesti-----
-----Oryginalna wiadomość-----
-----Исходное сообщение-----
-------- Původní zpráva --------
-------- Eredeti üzenet --------
-------- Mesaj original --------
-------- Оригинално съобщение --------
-------- Αρχικό μήνυμα --------
-------- Orijinal mesaj --------
------------------ 原始邮件 ------------------
-----邮件原件-----
-------- 元のメッセージ --------
-----원본 메시지-----
---------- Forwarded message ---------
Begin forwarded message:
""".splitlines()
HEADS = """\
From: Desk|Sent: Monday, November 2, 2026 9:15 AM|To: Rita|Subject: RE: statement
From: Desk [mailto:desk@operator.example]|Sent: Monday|To: Rita|Cc: Sam|Subject: RE: statement
Von: Desk|Gesendet: Montag, 2. November 2026 09:15|An: Rita|Betreff: AW: Abrechnung
Gesendet: Montag, 02. November 2026 um 09:15 Uhr|Von: "Desk" <desk@operator.example>|An: Rita|Betreff: x
De : Desk|Envoyé : lundi 2 novembre 2026 09:15|À : Rita|Objet : RE: relevé
De: Desk|Enviado: lunes, 2 de noviembre de 2026 9:15|Para: Rita|Asunto: RE: liquidación
De: Desk|Enviada em: segunda-feira, 2 de novembro de 2026 09:15|Para: Rita|Assunto: RES: extrato
Da: Desk|Inviato: lunedì 2 novembre 2026 09:15|A: Rita|Oggetto: R: estratto
Van: Desk|Verzonden: maandag 2 november 2026 09:15|Aan: Rita|Onderwerp: RE: afrekening
Från: Desk|Skickat: den 2 november 2026 09:15|Till: Rita|Ämne: SV: avräkning
Fra: Desk|Sendt: 2. november 2026 09:15|Til: Rita|Emne: SV: afregning
Lähettäjä: Desk|Lähetetty: maanantai 2. marraskuuta 2026 9.15|Vastaanottaja: Rita|Aihe: VS: selvitys
Od: Desk|Wysłano: poniedziałek, 2 listopada 2026 09:15|Do: Rita|Temat: Odp: rozliczenie
Od: Desk|Odesláno: pondělí 2. listopadu 2026 9:15|Komu: Rita|Předmět: RE: vyúčtování
Feladó: Desk|Elküldve: 2026. november 2., hétfő 9:15|Címzett: Rita|Tárgy: RE: elszámolás
De la: Desk|Trimis: luni, 2 noiembrie 2026 09:15|Către: Rita|Subiect: RE: decont
От: Desk|Отправлено: 2 ноября 2026 г. 9:15|Кому: Rita|Тема: RE: расчёт
Від: Desk|Надіслано: 2 листопада 2026 р. 9:15|Кому: Rita|Тема: RE: розрахунок
От: Desk|Изпратено: понеделник, 2 ноември 2026 г. 9:15|До: Rita|Относно: RE: отчет
Από: Desk|Στάλθηκε: Δευτέρα, 2 Νοεμβρίου 2026 9:15 πμ|Προς: Rita|Θέμα: RE: εκκαθάριση
Kimden: Desk|Gönderildi: 2 Kasım 2026 Pazartesi 09:15|Kime: Rita|Konu: YNT: mutabakat
发件人: Desk|发送时间: 2026年11月2日 9:15|收件人: Rita|主题: 答复: 结算
寄件者: Desk|寄件日期: 2026年11月2日 上午 09:15|收件者: Rita|主旨: RE: 結算
差出人: Desk|送信日時: 2026年11月2日 9:15|宛先: Rita|件名: RE: 精算
보낸 사람: Desk|보낸 날짜: 2026년 11월 2일 월요일 오전 9:15|받는 사람: Rita|제목: RE: 정산
""".splitlines()
OWN = "Hello,\n\nthe third one.\n\nRita"
QUOTED = "Which interval do you mean?\n\nThe desk"


def marked(text: str) -> str:
    return textwrap.indent(text, "> ", lambda line: True)


@pytest.mark.parametrize("introduction", INTRODUCTIONS)
@pytest.mark.parametrize("quoted", [marked(QUOTED), QUOTED], ids=["marked", "bare"])
def test_an_introduction_ends_the_own_words(introduction: str, quoted: str) -> None:
    assert separate(f"{OWN}\n\n{introduction}\n\n{quoted}\n").own_text == OWN


@pytest.mark.parametrize("introduction", [one for one in INTRODUCTIONS if len(one) > 62])
def test_a_folded_introduction_ends_the_own_words(introduction: str) -> None:
    folded = "\n".join(textwrap.wrap(introduction, 50, break_long_words=False, break_on_hyphens=False))

    assert separate(f"{OWN}\n\n{folded}\n\n{marked(QUOTED)}\n").own_text == OWN


@pytest.mark.parametrize("introduction", [one for one in INTRODUCTIONS if not one.startswith(">")])
def test_an_introduction_that_is_quoted_itself_is_quoted(introduction: str) -> None:
    assert separate(f"{OWN}\n\n{marked(f'{introduction}{chr(10)}{chr(10)}{QUOTED}')}\n").own_text == OWN


@pytest.mark.parametrize("introduction", [one for one in INTRODUCTIONS if not one.startswith((">", "--"))])
def test_an_answer_may_stand_below_the_quotation(introduction: str) -> None:
    assert separate(f"{introduction}\n\n{marked(QUOTED)}\n\n{OWN}\n").own_text == OWN


@pytest.mark.parametrize("banner", BANNERS)
def test_a_banner_ends_the_own_words(banner: str) -> None:
    assert separate(f"{OWN}\n\n{banner}\n{HEADS[0].replace('|', chr(10))}\n\n{QUOTED}\n").own_text == OWN


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("rule", ["", "_" * 32 + "\n"], ids=["bare", "ruled"])
@pytest.mark.parametrize("written", ["{}", "*{}*"], ids=["plain", "bold"])
def test_a_head_in_any_language_ends_the_own_words(head: str, rule: str, written: str) -> None:
    lines = []
    for line in head.split("|"):
        name, _, value = line.partition(":")
        lines.append(f"{written.format(name.rstrip() + ':')} {value.strip()}")

    assert separate(f"{OWN}\n\n{rule}{chr(10).join(lines)}\n\n{QUOTED}\n").own_text == OWN


@pytest.mark.parametrize(
    "words",
    [
        "On Monday Desk wrote: nothing at all came back.",
        "As the guide wrote on 2 November: settle first.",
        "On 2 November we received 20 MWh.\nDesk wrote that it was 18.",
        "From: 09:15\nTo: 10:15\nwe were off line.",
        "El 2 de noviembre de 2026 recibimos su nota.",
        "Am 2. November 2026 haben wir die Daten geschrieben.",
        "Le 2 novembre 2026, nous avons écrit au guichet.",
        "2026-11-02 09:15 20.4\n2026-11-02 09:30 20.6",
        "02.11.2026: 20 MWh\n03.11.2026: 21 MWh",
        "Date: the second\nof November",
        "Please write to desk@operator.example:\nthey know.",
        "Reports of 2026-11-02:\n\n1. late\n2. missing",
        "We quote Desk <desk@operator.example>: this is wrong, and here is why.",
        "* Interval 4 [2026-11-02 09:15]: 20 MW\n* Interval 5 [2026-11-02 09:20]: 21 MW",
    ],
)
def test_what_reads_like_an_introduction_stays(words: str) -> None:
    assert separate(f"{words}\n\nAnd more words below it.\n").own_text == f"{words}\n\nAnd more words below it."
