"""Rules that users write in TOML: the two of the documentation, and every way to write one wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from kit import commit, diff, kernel
from kit import series as series_of
from patchtool.core.errors import PatchtoolError
from patchtool.engine.check import check_on
from patchtool.engine.user_rules.files import load_rules
from patchtool.engine.walk import Options
from patchtool.rules import ALL
from patchtool.tree.base import choose_base
from patchtool.tree.git import Scratch

EXAMPLES = Path(__file__).resolve().parents[3] / "fixtures" / "user-rules"
ARCHES = {
    "Kconfig": 'source "arch/$(SRCARCH)/Kconfig"\n',
    "arch/arm/Kconfig": "config SMP\n\tbool 'processors'\n",
    "arch/arm/include/asm/a.h": "",
}
OLD = "void old(void)\n{\n\tBUG_ON(1);\n}\n"
RULE = 'name = "mine"\nseverity = "note"\nmessage = "m"\nquery = "(identifier) @a"\n'


def found(repo: Path, rules: Path, *diffs: bytes) -> list[str]:
    series = series_of(*diffs)
    with Scratch(repo) as scratch:
        tree, base = choose_base(scratch, series, "HEAD")
        report = check_on(series, tree, base, Options(rules=load_rules(rules, [rule.name for rule in ALL])))
    return [f"{f.patch} {f.at.path}:{f.at.line} {f.severity} {f.rule}: {f.message}" for f in report.findings]


def test_the_first_example_names_what_is_new(tmp_path: Path) -> None:
    repo = kernel(tmp_path / "kernel", {**ARCHES, "mm/a.c": OLD, "net/a.c": OLD})
    more = f"{OLD}void fresh(void)\n{{\n\tVM_BUG_ON(\n\t\t2);\n\tBUG_ON(1);\n\tOTHER_BUG_ON(2);\n}}\n"
    assert found(repo, EXAMPLES, diff(repo, {"mm/a.c": more, "net/a.c": more})) == [
        "1 mm/a.c:7 warning bug-on: VM_BUG_ON() stops the machine.",
        "1 mm/a.c:9 warning bug-on: BUG_ON() stops the machine.",
    ]


def test_the_second_example_asks_what_can_be_configured(tmp_path: Path) -> None:
    repo = kernel(tmp_path / "kernel", ARCHES)
    call = "void f{}(void)\n{{\n\tsmp_call_function(g, 1);\n}}\n"
    body = f"#ifdef CONFIG_SMP\n{call.format(1)}#else\n{call.format(2)}#endif\n"
    assert found(repo, EXAMPLES, diff(repo, {"mm/a.c": body})) == [
        "1 mm/a.c:9 note unguarded-flush: smp_call_function(g) is called where there is one processor."
    ]


def test_what_stood_there_before_counts_where_it_is_asked_for(tmp_path: Path) -> None:
    repo = kernel(tmp_path / "kernel", {"mm/a.c": OLD})
    rules = tmp_path / "mine.toml"
    rules.write_text(f"[[rule]]\n{RULE}match = {{ a = '^BUG_ON$' }}\nonly-new = false\n")
    change = diff(repo, {"mm/a.c": f"{OLD}int x;\n"})
    assert found(repo, rules, change) == ["1 mm/a.c:3 note mine: m"]
    rules.write_text(rules.read_text().replace("false", "true"))
    assert found(repo, rules, change) == []


def test_a_later_patch_that_mends_it_is_named(tmp_path: Path) -> None:
    repo = kernel(tmp_path / "kernel", {**ARCHES, "mm/a.c": "int x;\n"})
    first = diff(repo, {"mm/a.c": OLD})
    commit(repo, {"mm/a.c": OLD})
    second = diff(repo, {"mm/a.c": "int x;\n"})
    series = series_of(first, second)
    with Scratch(repo) as scratch:
        tree, base = choose_base(scratch, series, "HEAD~1")
        report = check_on(series, tree, base, Options(rules=load_rules(EXAMPLES)))
    assert [(f.patch, f.fixed_by) for f in report.findings] == [(1, 2)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "{}: no [[rule]] in the file"),
        ("x =\n", "{}:1: not TOML: Invalid value"),
        ("[[rules]]\n", "{}:1: `rules` is nothing that is known here (use [[rule]])"),
        ("[[rule]]\nname = 'x'\n", "{}:1: the rule has no `severity` (add severity = ...)"),
        (
            f"[[rule]]\n{RULE}sevrity = 'x'\n",
            "{}:6: `sevrity` is no key of a rule (did you mean `severity`?)",
        ),
        (
            f"[[rule]]\n{RULE}zzz = 'x'\n",
            "{}:6: `zzz` is no key of a rule (known are name, severity, message,",
        ),
        (f"[[rule]]\n{RULE}hint = 3\n", "{}:6: `hint` is no text"),
        (f"[[rule]]\n{RULE}only-new = 3\n", "{}:6: `only-new` is neither true nor false"),
        (f"[[rule]]\n{RULE}paths = 'x'\n", "{}:6: `paths` is no list of texts"),
        (f"[[rule]]\n{RULE}match = 'x'\n", "{}:6: `match` is no table of regular expressions"),
        (f"[[rule]]\n{RULE}match = {{ a = '(' }}\n", "{}:6: `(` is no regular expression: missing )"),
        (f"[[rule]]\n{RULE}match = {{ b = 'x' }}\n", "{}:6: the query captures no `b` (it captures a)"),
        (
            f"[[rule]]\n{RULE}when = 'A &&'\n",
            "{}:6: a symbol is wanted in a condition, not the end (column 5 of",
        ),
        (f"[[rule]]\n{RULE}when = 'A B'\n", "{}:6: stray `B` in a condition (column 3 of"),
        (f"[[rule]]\n{RULE}when = 'CONFIG_A'\n", "{}:6: symbols stand without CONFIG_ in a condition"),
        (f"[[rule]]\n{RULE}when = '(A'\n", "{}:6: a `)` is missing in a condition"),
        (f"[[rule]]\n{RULE}".replace('"note"', '"bad"'), "{}:3: `bad` is no severity (known are error,"),
        (f"[[rule]]\n{RULE}".replace("mine", "My"), "{}:2: `My` is no name of a rule (use small letters"),
        (
            f"[[rule]]\n{RULE}".replace("mine", "does-not-apply"),
            "{}:2: there is a rule `does-not-apply` already",
        ),
        (f"[[rule]]\n{RULE}[[rule]]\n{RULE}", "{}:7: there is a rule `mine` already (choose another name)"),
        (f"[[rule]]\n{RULE}".replace('"m"', '"{b}"'), "{}:4: the query captures no `b` (it captures a)"),
        (
            f"[[rule]]\n{RULE}".replace("identifier", "identifer"),
            "{}:5: bad query: Invalid node type: identifer (c",
        ),
        (f"[[rule]]\n{RULE}".replace("@a", ""), "{}:5: bad query: the query captures nothing"),
        (
            f"[[rule]]\n{RULE}".replace("@a", "@a (#is? @a)"),
            "{}:5: bad query: #is? is no predicate that is known",
        ),
        (
            f"[[rule]]\n{RULE}".replace('"(identifier) @a"', '"""\n(identifier) @a\n(nothing)\n"""'),
            "{}:7: bad query: Invalid node type: nothing (column 2 of the query's line)",
        ),
    ],
)
def test_a_bad_file_is_one_line_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "r.toml"
    path.write_text(text)
    with pytest.raises(PatchtoolError) as caught:
        load_rules(tmp_path, [rule.name for rule in ALL])
    error = caught.value
    line = f"{error.at}: {error.message}" + (f" ({error.hint})" if error.hint else "")
    assert line.startswith(said.format(path))
    assert "\n" not in line


def test_no_rules_at_all_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(PatchtoolError, match=r"no \*\.toml in the folder"):
        load_rules(tmp_path)
    with pytest.raises(PatchtoolError, match="cannot be read: No such file"):
        load_rules(tmp_path / "absent.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff")
    with pytest.raises(PatchtoolError, match="cannot be read: not UTF-8"):
        load_rules(tmp_path)
