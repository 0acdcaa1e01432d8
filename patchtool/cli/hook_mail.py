"""What a hook says about mails before they are sent."""

from __future__ import annotations

import os
from pathlib import Path

from patchtool.cli import common
from patchtool.cli.hook_setup import repository, say
from patchtool.hooks.place import git_folder
from patchtool.hooks.sending import Sent, counted, ledger_of, uncounted


def check_mail(file: Path) -> int:
    """The exit status for git: 1 sends no mail. The whole series is checked at its last mail.

    Raises:
        PatchtoolError: what could not be read.
    """
    sent = _sent(file)
    if sent is None:
        return common.CLEAN
    if not sent.hold_patch:
        say("not checked: no patch in these mails")
        return common.CLEAN
    # Only at the last mail: the engine takes half a second to load.
    from patchtool.cli.hook_series import passes
    from patchtool.mail.series import series_of

    series = series_of(sent.mails, str(file) if len(sent.mails) == 1 else str(file.parent))
    whole = sent.whole and not series.missing
    why = "" if whole else "the series' other mails are not known"
    if passes(series, repository(), None, alone=why):
        return common.CLEAN
    say("stopped; `git send-email --no-validate` sends it as it is")
    return common.FINDINGS


# None as long as more mails are to come.
def _sent(file: Path) -> Sent | None:
    number, total = (os.environ.get(f"GIT_SENDEMAIL_FILE_{what}", "") for what in ("COUNTER", "TOTAL"))
    if not (number.isdecimal() and total.isdecimal()):
        return uncounted(file)
    cache = common.cache_folder()
    ledger = ledger_of(cache, git_folder(repository())) if cache else None
    return counted(file, int(number), int(total), ledger)
