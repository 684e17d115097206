"""Files for tests, made on the spot: honest ones and such as want to harm their reader."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from email.message import EmailMessage

import docx
import openpyxl  # type: ignore[import-untyped]  # it has no types
from PIL import Image


def sheet_of(rows: Sequence[Sequence[object]], *, title: str = "Hours") -> bytes:
    """A spreadsheet of one sheet."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = title
    for row in rows:
        page.append(list(row))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def letter(*paragraphs: str) -> bytes:
    """A Word file."""
    document = docx.Document()
    for words in paragraphs:
        document.add_paragraph(words)
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Hour", "Ending"
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def picture(kind: str = "PNG", *, size: tuple[int, int] = (40, 30)) -> bytes:
    """A red picture, with words hidden beside its pixels."""
    made = io.BytesIO()
    Image.new("RGB", size, "red").save(made, kind, **({"comment": b"hidden words"} if kind == "JPEG" else {}))
    return made.getvalue()


def bomb_picture() -> bytes:
    """A small file that says it holds 900 million pixels."""
    small = bytearray(picture())
    small[16:24] = (30_000).to_bytes(4, "big") * 2
    return bytes(small)


def zip_bomb() -> bytes:
    """A spreadsheet of 400 MB of nothing in 400 kB."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", b"<workbook/>")
        with package.open("xl/sharedStrings.xml", "w", force_zip64=True) as entry:
            for _ in range(400):
                entry.write(b" " * 1_000_000)
    return made.getvalue()


def laughs() -> bytes:
    """A spreadsheet whose entities unfold without end."""
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    text = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{entities}]><workbook>&a11;</workbook>'
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sheet_of([["a"]]))) as honest, zipfile.ZipFile(made, "w") as package:
        for name in honest.namelist():
            package.writestr(name, text if name == "xl/workbook.xml" else honest.read(name))
    return made.getvalue()


def mail(subject: str, text: str) -> bytes:
    """An attached message."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@client.example", "b@client.example", subject
    message.set_content(text)
    message.add_alternative(f"<p>{text}</p><script>alert(1)</script>", subtype="html")
    return message.as_bytes()


def pdf(*pages: str) -> bytes:
    """A PDF with a line of text on each page."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>")
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    for number, words in enumerate(pages):
        stream = f"BT /F1 18 Tf 40 700 Td ({words}) Tj ET"
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {5 + 2 * number} 0 R >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    return _written(objects)


def _written(objects: list[str]) -> bytes:
    made, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(made))
        made += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    start, count = len(made), len(objects) + 1
    end = f"xref\n0 {count}\n0000000000 65535 f \n{table}trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{start}\n"
    return made + end.encode() + b"%%EOF\n"
