"""The door to `git mailinfo`: a mail's author, subject, message and patch exactly as `git am` reads them."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from patchtool.core.series import Person
from patchtool.mail.mailbox import MailError, RawMail


@dataclass(frozen=True, slots=True)
class MailInfo:
    """What `git mailinfo` makes of a mail, and `git commit` of that.

    `subject` is cleaned as `git am` cleans it, `date` the author date as written ("" for the present).
    `author` is without what git never records: dots, commas and quotes around a name. `message` is the
    commit message below the subject, blanks stripped as `git am` strips them. A byte that is not UTF-8
    counts as Latin-1, as git commits it. `patch` is the rest: what followed `---`, diffstat first, as bytes.
    """

    author: Person
    subject: str
    date: str
    message: str
    patch: bytes


# The dates mail programs write; of others git itself is asked.
_DATE = re.compile(
    r"(?:[A-Z][a-z]{2}, *)?(?:0?[1-9]|[12]\d|3[01]) "
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (?:19[7-9]|20\d)\d "
    r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?: [+-][01]\d[0-5]\d(?: \([A-Z]+\))?)?"
)
# What git strips from both ends of a name or an address, and what it takes out of their middle.
_CRUD = "".join(map(chr, range(33))) + ".,:;<>\"\\'"
_NEVER = str.maketrans("", "", "<>\n")
_LATIN_1 = {0xDC00 + byte: byte for byte in range(0x80, 0x100)}


def run_mailinfo(mail: RawMail) -> MailInfo:
    """Splits a mail with git, in an empty folder and without anyone's configuration. One process a mail.

    Raises:
        MailError: git is not installed, or does not take the mail (without an author, say).
    """
    git = shutil.which("git")
    if git is None:
        raise MailError("git is not installed", hint="install git: mails are read as `git am` reads them")
    place = f"{mail.source}:{mail.line}"
    with tempfile.TemporaryDirectory(prefix="patchtool-") as folder:
        # Without configuration git writes UTF-8; git 2.39 asked for it by --encoding converts nothing.
        command = [git, "mailinfo", "message", "patch"]
        run = subprocess.run(
            command, input=mail.data, capture_output=True, cwd=folder, env=_environment(folder), check=False
        )
        if run.returncode:
            reason = run.stderr.decode("utf-8", "replace").strip().replace("\n", "; ")
            raise MailError(f"git mailinfo: {reason or 'failed'}", at=place)
        message = (Path(folder) / "message").read_bytes()
        patch = (Path(folder) / "patch").read_bytes()
        fields = _fields(run.stdout)
        date = fields.get("Date", "").strip()
        if date and not _DATE.fullmatch(date) and not _takes_date(git, folder, date):
            raise MailError(f"git am takes no such date: {date!r}", at=place, hint="mend the Date field")
    author = Person(_ident(fields.get("Author", "")), _ident(fields.get("Email", "")))
    if not author.name:
        raise MailError(
            "the mail names no author, so git am refuses it", at=place, hint="give it a From field"
        )
    return MailInfo(
        author=author,
        subject=fields.get("Subject", ""),
        date=date,
        message=strip_space(_committed(message)),
        patch=patch,
    )


def strip_space(text: str) -> str:
    """A message with blanks at line ends, repeated blank lines and blank lines at both ends removed.

    Source: git-stripspace(1), which `git am` runs over the message.
    """
    kept: list[str] = []
    for line in (line.rstrip(" \t\r") for line in text.split("\n")):
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip("\n")


# Nothing of the user's: no configuration, no repository above, no locale; git is named by its full path.
def _environment(folder: str) -> dict[str, str]:
    return {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CEILING_DIRECTORIES": str(Path(folder).resolve().parent),
        "HOME": folder,
        "LC_ALL": "C",
    }


def _takes_date(git: str, folder: str, date: str) -> bool:
    environment = {
        **_environment(folder),
        "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a",
        "GIT_AUTHOR_DATE": date,
    }
    command = [git, "var", "GIT_AUTHOR_IDENT"]
    return (
        subprocess.run(command, capture_output=True, cwd=folder, env=environment, check=False).returncode == 0
    )


def _ident(text: str) -> str:
    return text.strip(_CRUD).translate(_NEVER)


# git reads what is no UTF-8 as Latin-1, byte by byte, when it writes a commit.
def _committed(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape").translate(_LATIN_1)


def _fields(output: bytes) -> dict[str, str]:
    lines = _committed(output).split("\n")
    return dict(line.split(": ", 1) for line in lines if ": " in line)
