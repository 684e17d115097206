"""Is a stored file harmful, and what are its words? Each is looked at once, apart from whoever waits for a page.

A file without harm gives its text. A scanner that is away is waited for; one that fails at a file is asked three times,
and then the reason stays. Whatever is wrong with a file, the next one is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from tieline.kernel import instance
from tieline.mail.clamav import Found, ScanFailed, Scanner, ScannerAway
from tieline.mail.confining import ask_apart
from tieline.mail.models import FileExamination, MailAttachment, Verdict

ASKED_AGAIN_AFTER = timedelta(minutes=1)
MOST_TRIES = 3
NO_SCANNER = "no scanner is set up"
BATCH = 2_000


@dataclass(frozen=True)
class FileLabel:
    """What a file is called by who brought it."""

    name: str
    content_type: str


LabelOf = Callable[[str], FileLabel]


def scanner_from_settings() -> Scanner | None:
    """The scanner of this installation, or None."""
    return Scanner(settings.CLAMAV) if settings.CLAMAV else None


def to_be_examined(file_keys: Iterable[str]) -> None:
    """Have these files looked at; in the transaction that keeps them. A file is registered once."""
    new = [FileExamination(file_key=key) for key in file_keys]
    if new:
        FileExamination.objects.bulk_create(new, ignore_conflicts=True)


@dataclass
class Examiner:
    """One worker's examining: since when the scanner is away, and how far the files of earlier days were registered."""

    ask_scanner_at: datetime | None = None
    tried_last: int = 0
    registered_to: int = 0

    def examine_next(self, *, scanner: Scanner | None, label_of: LabelOf, at: datetime) -> FileExamination | None:
        """Look at one file, or None where nothing is to be done. What is being looked at elsewhere is left alone."""
        new = _open().filter(verdict=Verdict.WAITING).order_by("pk").first()
        if new is not None:
            return self._examine(new, scanner, label_of(new.file_key), at)
        if scanner is None or self._waits(at):
            return None
        again = _open().filter(pk__gt=self.tried_last).order_by("pk").first()
        self.tried_last = again.pk if again else 0
        if again is None:
            return None
        if self._scan(again, _content(again), scanner, at):
            again.save()
        return again

    def register_earlier(self) -> int:
        """Register a batch of attachments that came before files were examined; how many there were."""
        known = FileExamination.objects.filter(file_key=OuterRef("file_key"))
        batch = MailAttachment.objects.filter(pk__gt=self.registered_to).order_by("pk")
        rows = list(batch.annotate(is_known=Exists(known)).values_list("pk", "file_key", "is_known")[:BATCH])
        missing = [file_key for _, file_key, is_known in rows if not is_known]
        to_be_examined(missing)
        self.registered_to = rows[-1][0] if rows else self.registered_to
        return len(missing)

    def _waits(self, at: datetime) -> bool:
        return self.ask_scanner_at is not None and at < self.ask_scanner_at

    def _examine(
        self, file: FileExamination, scanner: Scanner | None, label: FileLabel, at: datetime
    ) -> FileExamination:
        content = _content(file)
        if content is not None and scanner is not None and self._waits(at):
            file.verdict, file.found = Verdict.UNSCANNED, "the scanner cannot be reached; it will be asked again"
        else:
            self._scan(file, content, scanner, at)
        if content is not None and file.verdict != Verdict.INFECTED:
            _read(file, content, label)
        file.save()
        return file

    def _scan(self, file: FileExamination, content: bytes | None, scanner: Scanner | None, at: datetime) -> bool:
        """Judge the file; False where the scanner could not even be asked."""
        if content is None or scanner is None:
            reason = "the file is missing from the store" if content is None else NO_SCANNER
            file.verdict, file.found, file.examined_at = Verdict.UNSCANNED, reason, at
            return True
        try:
            scan = scanner.scan(content)
        except ScannerAway as problem:
            self.ask_scanner_at, file.verdict = at + ASKED_AGAIN_AFTER, Verdict.UNSCANNED
            file.found = f"{problem}; it will be asked again"
            return False
        except ScanFailed as problem:
            self.ask_scanner_at = at + ASKED_AGAIN_AFTER
            _count_failure(file, str(problem), at)
            return True
        file.verdict = Verdict.INFECTED if scan.found == Found.HARM else Verdict.CLEAN
        file.found, file.examined_at = scan.name, at
        if file.verdict == Verdict.INFECTED:
            file.text = ""
        return True


def _open() -> QuerySet[FileExamination]:
    return FileExamination.objects.select_for_update(skip_locked=True).filter(examined_at=None)


def _content(file: FileExamination) -> bytes | None:
    try:
        return instance.files().get(file.file_key)
    except FileNotFoundError:
        return None


def _count_failure(file: FileExamination, problem: str, at: datetime) -> None:
    """Three tries, told in the reason itself; then the reason is all that stays."""
    tries = int(file.found[4]) + 1 if file.found.startswith("try ") else 1
    file.verdict = Verdict.UNSCANNED
    if tries >= MOST_TRIES:
        file.found, file.examined_at = problem, at
    else:
        file.found = f"try {tries} of {MOST_TRIES}: {problem}"


def _read(file: FileExamination, content: bytes, label: FileLabel) -> None:
    found = ask_apart("text", content, name=label.name, content_type=label.content_type)
    file.text, file.text_problem = found.get("text", ""), found.get("problem", "")[:200]
