"""What `--help` and the man pages say beside the options: a line a command, and its examples."""

from __future__ import annotations

# In the order of `--help`. Short enough for a line of 80 columns.
SUMMARIES = {
    "check": "Is a series whole, for every architecture, after every patch?",
    "kconfig": "What does a series change in Kconfig, on every architecture?",
    "backport": "Which stable tree takes which patches, and do they hold there?",
    "model": "Can a walker read a page directory after it was freed?",
    "lint": "Which Kconfig symbols does a tree use and nothing define?",
    "rules": "List the rules.",
    "explain": "What does a rule find, why, how, and what does it not see?",
    "hook": "Run the checks as git's own hooks.",
    "doctor": "What is here, what is missing, and how to get it?",
    "completion": "Print what has a shell complete commands, options and rules.",
}
# (command line, what it is for)
EXAMPLES: dict[str, tuple[tuple[str, str], ...]] = {
    "check": (
        ("patchtool check v2.mbox", "the kernel you stand in"),
        ("patchtool check v5.5..topic --format sarif > out.sarif", "for code scanning"),
        ("patchtool check v2.mbox --ignore stable-tag --fail-on warning", "for CI"),
    ),
    "kconfig": (
        ("patchtool kconfig v2.mbox", "every symbol that it touches"),
        ("patchtool kconfig v2.mbox --arch arm64 --symbol MMU_GATHER_RCU_TABLE_FREE", "one"),
    ),
    "backport": (
        ("patchtool backport v2.mbox --to 5.4.y", "the plan"),
        ("patchtool backport v2.mbox --to all -o outgoing", "and the mails to send"),
        ("patchtool backport v2.mbox --to 5.4.y --take all --branch bp", "and commits"),
        ("patchtool backport failed.mbox -o outgoing", "answers a FAILED: mail"),
    ),
    "model": (
        ("patchtool model --rev v5.5 --arch powerpc --trace", "each violation, step by step"),
        ("patchtool model --series v2.mbox", "what each patch changes"),
    ),
    "lint": (
        ("patchtool lint --base v5.4", "the whole tree"),
        ("patchtool lint --symbol MMU_GATHER_NO_RANGE", "one symbol, with all places"),
    ),
    "rules": (("patchtool rules --rules my-rules/", "with rules of your own"),),
    "explain": (
        ("patchtool explain incomplete-rename", "by name"),
        ("patchtool explain PT101", "by id"),
    ),
    "hook": (
        ("patchtool hook install", "commit-msg, applypatch-msg, pre-push, sendemail-validate"),
        ("patchtool hook install pre-push --chain", "after the hook that is there"),
        ("patchtool hook uninstall", "all as it was before"),
        ("patchtool hook run commit-msg .git/COMMIT_EDITMSG", "by hand"),
    ),
    "doctor": (("patchtool doctor --repo ~/linux --strict", "for a script"),),
    "completion": (
        ("patchtool completion bash > ~/.local/share/bash-completion/completions/patchtool", "bash"),
        ("patchtool completion fish > ~/.config/fish/completions/patchtool.fish", "fish"),
    ),
}


def epilog(command: str) -> str | None:
    """What stands below a command's options; None for a command without examples."""
    rows = EXAMPLES.get(command)
    if not rows:
        return None
    width = max(len(line) for line, _ in rows)
    lines = [
        f"  {line:<{width}}  # {purpose}" if width + len(purpose) < 70 else f"  {line}"
        for line, purpose in rows
    ]
    return "\n".join(("\b", "Examples:", *lines))
