"""Which messages are taken for a machine's, among a collection of machine mail and among people's letters?

    python bench/machine_mail.py [DIR]

DIR (default: `mail` under TIELINE_SHARED/data) holds `sisimai` (bounces, automatic replies, complaints; those under
`maildir/not` are people's or no bounces) and letters of people from several projects. Every folder is counted alone;
each machine's message taken for a person's, and each person's taken for a machine's, is named. The baseline looks at
`Auto-Submitted` and an empty `Return-Path` only.
"""

from __future__ import annotations

import argparse
import gzip
import mailbox
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SHARED = Path(os.environ.get("TIELINE_SHARED", ROOT.parent / "shared"))
MACHINES = ("sisimai/maildir/bsd", "sisimai/maildir/dos", "sisimai/maildir/mac")
PEOPLE = (
    "discourse_trimmer", "talon", "github_erp", "zapier_erp", "mail_parser_reply", "quotequail", "django_helpdesk",
    "sisimai/maildir/not", "market_mail.mbox.gz",
)  # fmt: skip
HEADS = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]{1,40}:[ \t].*\r?\n(?:[ \t].*\r?\n)*){2}|From ")
NO_MAIL = (".upstream", ".md", ".png", ".pdf", ".jpg", ".gif")


def main() -> int:
    """Count both kinds and name what is misjudged."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path, nargs="?", default=SHARED / "data" / "mail")
    directory = parser.parse_args().directory
    if not directory.is_dir():
        print(f"{directory} is not there; nothing is measured.")
        return 0
    for folders, are_machines in ((MACHINES, True), (PEOPLE, False)):
        print(f"\n{'machine mail taken for a machine’s' if are_machines else 'people’s letters taken for a machine’s'}")
        for folder in folders:
            count(directory / folder, folder, are_machines=are_machines)
    return 0


def count(path: Path, name: str, *, are_machines: bool) -> None:
    """Print one folder's figures and its misjudged messages."""
    from tieline.mail.limits import Unparsable
    from tieline.mail.machine import recognise
    from tieline.mail.parse import parse

    kinds: Counter[str] = Counter()
    total = plain = refused = 0
    misjudged: list[str] = []
    for label, raw in messages(path):
        try:
            mail = parse(raw if are_machines else with_heads(raw))
        except Unparsable:
            refused += 1
            continue
        total += 1
        found = recognise(mail)
        kinds[found.kind.value if found else "person"] += 1
        submitted = mail.headers.get("auto-submitted").strip().lower()
        plain += submitted not in ("", "no") or "<>" in mail.headers.all("return-path")
        if bool(found) != are_machines:
            misjudged.append(f"{label}: {found.rule if found else mail.subject[:60]}")
    taken = total - kinds["person"]
    share = f"{taken} of {total} ({taken / max(total, 1):.1%}), baseline {plain}, refused {refused}"
    print(f"  {name:24} {share}  {dict(kinds)}")
    print("".join(f"    misjudged: {one}\n" for one in misjudged), end="")


def with_heads(raw: bytes) -> bytes:
    """A fixture of bare text as a letter; one that has headers as it is."""
    return raw if HEADS.match(raw) else b"From: Rita <rita@windfarm.example>\nSubject: Re: a question\n\n" + raw


def messages(path: Path) -> Iterator[tuple[str, bytes]]:
    """Every message of a folder, an mbox or a compressed mbox."""
    if path.is_dir():
        for file in sorted(one for one in path.rglob("*") if one.is_file() and not one.name.endswith(NO_MAIL)):
            if file.parent.name == "mailbox":
                yield from _of_mbox(file.read_bytes(), file.name)
            else:
                yield file.name, file.read_bytes()
    elif path.exists():
        yield from _of_mbox(gzip.decompress(path.read_bytes()), path.name)


def _of_mbox(content: bytes, name: str) -> Iterator[tuple[str, bytes]]:
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        box = mailbox.mbox(file.name, create=False)
        for number, key in enumerate(box.keys(), 1):
            yield f"{name} no. {number}", box.get_bytes(key)


if __name__ == "__main__":
    sys.exit(main())
