"""The door to `git mailinfo`: a mail's author, subject, message and patch exactly as `git am` reads them."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from patchtool.core.series import Person
from patchtool.mail.mailbox import MailError, RawMail


@dataclass(frozen=True, slots=True)
class MailInfo:
    """What `git mailinfo` makes of a mail.

    `subject` is cleaned as `git am` cleans it, `date` the author date as written. `message` is the commit
    message below the subject, blanks stripped as `git am` strips them; bytes that are not UTF-8 are
    surrogate escapes. `patch` is the rest: what followed `---`, diffstat first, as bytes.
    """

    author: Person
    subject: str
    date: str
    message: str
    patch: bytes


def run_mailinfo(mail: RawMail) -> MailInfo:
    """Splits a mail with git, in an empty folder and without anyone's configuration. One process a mail.

    Raises:
        MailError: git is not installed, or does not take the mail.
    """
    git = shutil.which("git")
    if git is None:
        raise MailError("git is not installed", hint="install git: mails are read as `git am` reads them")
    with tempfile.TemporaryDirectory(prefix="patchtool-") as folder:
        # Without configuration git writes UTF-8; git 2.39 asked for it by --encoding converts nothing.
        command = [git, "mailinfo", "message", "patch"]
        run = subprocess.run(
            command, input=mail.data, capture_output=True, cwd=folder, env=_environment(folder), check=False
        )
        if run.returncode:
            reason = run.stderr.decode("utf-8", "replace").strip().replace("\n", "; ")
            raise MailError(f"git mailinfo: {reason or 'failed'}", at=f"{mail.source}:{mail.line}")
        message = (Path(folder) / "message").read_bytes()
        patch = (Path(folder) / "patch").read_bytes()
    fields = _fields(run.stdout)
    return MailInfo(
        author=Person(fields.get("Author", ""), fields.get("Email", "")),
        subject=fields.get("Subject", ""),
        date=fields.get("Date", "").strip(),
        message=strip_space(message.decode("utf-8", "surrogateescape")),
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


def _fields(output: bytes) -> dict[str, str]:
    lines = output.decode("utf-8", "surrogateescape").split("\n")
    return dict(line.split(": ", 1) for line in lines if ": " in line)
