"""How does a change list travel? As rows for a spreadsheet, or as a Word file whose changes are tracked.

The Word file is written part by part: a document with insertions and deletions needs no more than that, and a
reader can accept or reject them in Word.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable
from xml.sax.saxutils import escape

from tieline.rulebook.history.changes import ChangeList, Kind, ParagraphChange
from tieline.rulebook.history.redline import Mark, Stretch

COLUMNS = (
    "kind", "section", "title", "paragraph", "was_at", "certainty", "effective_on", "before", "after",
)  # fmt: skip
FORMULA = re.compile(r"^[=+\-@\t\r]")
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
WORDS = {Kind.ADDED: "New", Kind.CHANGED: "Changed", Kind.MOVED: "Moved", Kind.GONE: "Gone"}
DATED = (1980, 1, 1, 0, 0, 0)
NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = (
    f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats'
    '.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)


def as_csv(listed: ChangeList) -> bytes:
    """The changed paragraphs, one a row; UTF-8 with its mark, as spreadsheets like it."""
    out = io.StringIO(newline="")
    rows = csv.DictWriter(out, COLUMNS)
    rows.writeheader()
    for one in listed.paragraphs:
        rows.writerow({key: _cell(value) for key, value in one.as_data().items()})
    return out.getvalue().encode("utf-8-sig")


def as_docx(listed: ChangeList) -> bytes:
    """The change list as a Word file, each paragraph redlined."""
    day = f"{listed.to_day.isoformat()}T00:00:00Z"
    body = "".join(_paragraphs(listed, _Tracked(day)))
    document = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="{NAMESPACE}"><w:body>'
        f"{body}<w:sectPr/></w:body></w:document>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in (
            ("[Content_Types].xml", TYPES), ("_rels/.rels", RELATIONS), ("word/document.xml", document),
        ):  # fmt: skip
            package.writestr(zipfile.ZipInfo(name, DATED), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


class _Tracked:
    """Writes runs of text; what was added or struck is a tracked change with a number of its own."""

    def __init__(self, day: str) -> None:
        self.day, self.number = day, 0

    def run(self, stretch: Stretch) -> str:
        """One stretch of a redline."""
        if stretch.mark is Mark.KEPT:
            return _run(stretch.text)
        self.number += 1
        tag, text = ("ins", "t") if stretch.mark is Mark.ADDED else ("del", "delText")
        inside = _run(stretch.text, tag=text)
        return f'<w:{tag} w:id="{self.number}" w:author="Rule book" w:date="{self.day}">{inside}</w:{tag}>'


def _paragraphs(listed: ChangeList, tracked: _Tracked) -> Iterable[str]:
    yield _line(f"{listed.book_name}: changes from {listed.from_day} to {listed.to_day}", size=32)
    for what, counts in listed.counts().items():
        yield _line(f"{what.capitalize()}: " + ", ".join(f"{many} {kind}" for kind, many in counts.items()))
    for section in listed.sections:
        was = f" (was {section.was_number} {section.was_title})" if section.was_number else ""
        boxed = f" (pending {section.pending})" if section.pending else ""
        yield _line(f"{WORDS[section.kind]} section {section.number} {section.title}{was}{boxed}")
    for one in listed.paragraphs:
        yield _line(_heading(one), size=24)
        yield f"<w:p>{''.join(tracked.run(stretch) for stretch in one.redline.inline)}</w:p>"


def _heading(one: ParagraphChange) -> str:
    moved = f", was {one.was_at} (certainty {one.certainty:.0%})" if one.kind is Kind.MOVED else ""
    return f"{one.at} {one.title} – {WORDS[one.kind].lower()}{moved}, {one.effective_on}"


def _line(text: str, *, size: int = 0) -> str:
    style = f'<w:rPr><w:b/><w:sz w:val="{size}"/></w:rPr>' if size else ""
    return f"<w:p>{_run(text, style=style)}</w:p>"


def _run(text: str, *, tag: str = "t", style: str = "") -> str:
    clean = escape(NOT_IN_XML.sub("", text))
    lines = f'</w:{tag}><w:br/><w:{tag} xml:space="preserve">'.join(clean.split("\n"))
    return f'<w:r>{style}<w:{tag} xml:space="preserve">{lines}</w:{tag}></w:r>'


def _cell(value: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value
