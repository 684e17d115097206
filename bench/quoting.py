"""How well are a writer's own words told from quoted text and signatures?

    python bench/quoting.py [DIR]

DIR (default: `mail` under TIELINE_SHARED/data) holds `discourse_trimmer` (mails with the text that should remain) and
`talon` (standard replies). *Exact* means that the own words equal the wanted text once every run of white space is one
space. Recall and precision are of words, as bags. *Emptied* counts mails whose own words vanished although the wanted
text has some. Each set is split in two by a digest of the file's name, so that rules may be made on one half and
checked on the other. The baseline drops lines that begin with ">" and everything below a line "-- ".
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SHARED = Path(os.environ.get("TIELINE_SHARED", ROOT.parent / "shared"))
LANGUAGE = re.compile(
    r"_(chinese|czech|danish|dutch|finnish|french|german|greek|hungarian|italian|japanese|korean"
    r"|norwegian|polish|portuguese|romanian|russian|spanish|swedish|turkish|ukrainian)(?=_|\.|$)"
)
TALON_WANTED = "Hello"


@dataclass(frozen=True)
class Sample:
    """One mail with the text that should remain of it."""

    name: str
    language: str
    text: str
    wanted: str

    @property
    def half(self) -> str:
        """Which half it belongs to, for good."""
        return "half A" if hashlib.sha256(self.name.encode()).digest()[0] % 2 else "half B"


@dataclass
class Score:
    """What was counted over some samples."""

    mails: int = 0
    exact: int = 0
    emptied: int = 0
    shared: int = 0
    kept: int = 0
    wanted: int = 0
    missed: list[str] = field(default_factory=list)

    def add(self, sample: Sample, own: str) -> None:
        found, wanted = own.split(), sample.wanted.split()
        is_exact = found == wanted
        self.mails, self.exact = self.mails + 1, self.exact + is_exact
        self.emptied += bool(wanted) and not found
        self.shared += (Counter(found) & Counter(wanted)).total()
        self.kept, self.wanted = self.kept + len(found), self.wanted + len(wanted)
        if not is_exact:
            self.missed.append(sample.name)

    def __str__(self) -> str:
        recall, precision = self.shared / max(self.wanted, 1), self.shared / max(self.kept, 1)
        share = f"{self.exact:3} of {self.mails:3} exact ({self.exact / max(self.mails, 1):6.1%})"
        return f"{share}, recall {recall:.3f}, precision {precision:.3f}, emptied {self.emptied}"


def main() -> int:
    """Measure both sets and name every mail that is not exact."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path, nargs="?", default=SHARED / "data" / "mail")
    directory = parser.parse_args().directory
    samples = [*discourse(directory / "discourse_trimmer" / "test"), *talon(directory / "talon" / "tests" / "fixtures")]
    if not samples:
        print(f"no samples below {directory}; nothing is measured.")
        return 0
    from tieline.mail.quoting import separate

    for title, judge in (("our rules", lambda text: separate(text).own_text), ("baseline", without_marked_lines)):
        print(f"\n{title}")
        for name, score in measured(samples, judge).items():
            print(f"  {name:24} {score}")
            if title == "our rules" and name == "all":
                print("".join(f"    not exact: {missed}\n" for missed in score.missed), end="")
    return 0


def measured(samples: list[Sample], judge: Callable[[str], str]) -> dict[str, Score]:
    """The scores by set, half and language."""
    scores: dict[str, Score] = defaultdict(Score)
    for sample in samples:
        own = judge(sample.text)
        is_discourse = not sample.name.startswith("talon")
        groups = ["discourse", f"discourse {sample.half}"] if is_discourse else ["talon"]
        groups += [sample.language] if is_discourse else []
        for group in ("all", *groups):
            scores[group].add(sample, own)
    return dict(sorted(scores.items()))


def discourse(folder: Path) -> Iterator[Sample]:
    """The mails with the wanted text beside them; a name without a language is English."""
    for path in sorted((folder / "emails").glob("*.txt")):
        found = LANGUAGE.search(path.name)
        yield Sample(path.name, found[1] if found else "english", read(path), read(folder / "trimmed" / path.name))


def talon(folder: Path) -> Iterator[Sample]:
    """The standard replies: of each "Hello" should remain, or what a file of the name with `_reply_text` says."""
    from tieline.mail.parse import parse

    for path in sorted((folder / "standard_replies").glob("*.eml")):
        wanted = path.with_name(f"{path.stem}_reply_text")
        yield Sample(f"talon {path.name}", "english", parse(path.read_bytes()).text,
                     read(wanted) if wanted.exists() else TALON_WANTED)  # fmt: skip


def read(path: Path) -> str:
    """The text of a file, line ends as they should be."""
    return path.read_text("utf-8").replace("\r\n", "\n")


def without_marked_lines(text: str) -> str:
    """The plainest rule there is."""
    kept: list[str] = []
    for line in text.splitlines():
        if line.rstrip() == "--":
            break
        if not line.startswith(">"):
            kept.append(line)
    return "\n".join(kept)


if __name__ == "__main__":
    sys.exit(main())
