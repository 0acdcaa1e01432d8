"""Static keys: branches that the kernel patches when it boots, taken as the tree declares them.

A key stands as DEFINE_STATIC_KEY_TRUE(x), _FALSE(x) or _MAYBE(CONFIG_Y, x) says. What boot code or a command
line turns it to later is not seen: an architecture's table names such a run-time test as a predicate of its
own. A key that no file at hand defines is not guessed.
"""

from __future__ import annotations

from patchtool.gather.reading.interpreter import Call, Interpreter, Primitive, given
from patchtool.gather.reading.values import Unknown, Value, truth

_OF_FIRST = (
    "static_branch_likely", "static_branch_unlikely", "static_branch_true", "static_key_enabled",
    "static_key_false", "static_key_true",
)  # fmt: skip


def _state(run: Interpreter, call: Call, at: int) -> Value:
    # `&key`, `&key.key` or `&keys[i]`; what stands in an array or behind a pointer has no name to look up.
    named = given(call, at).text.removeprefix("&").removesuffix(".key").strip()
    if not named.isidentifier():
        raise Unknown(f"the static key `{named}` cannot be followed", call.at)
    found = run.source.constant(named, call.frame.unit)
    if found is None:
        raise Unknown(f"no file at hand defines the static key `{named}`", call.at)
    return int(truth(run.expansion(found[0], call.frame, found[1], named)))


KEYS: dict[str, Primitive] = {
    **dict.fromkeys(_OF_FIRST, lambda run, call: _state(run, call, 0)),
    "static_branch_maybe": lambda run, call: _state(run, call, 1),
}
"""The functions that ask for a key; the last one has a CONFIG_ symbol before it."""
