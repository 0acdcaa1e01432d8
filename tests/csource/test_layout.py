from patchtool.csource.condition import Macro
from patchtool.csource.layout import Branch, Choice, Error, Include, Segment, layout


def shown(items):
    rows = []
    for item in items:
        match item:
            case Segment():
                rows.append((item.first, item.last, [name for name, _ in item.changes]))
            case Include():
                rows.append((item.spec, item.line))
            case Error():
                rows.append((item.text, item.line))
            case Choice():
                rows.append(
                    [(branch.condition, branch.line, shown(branch.items)) for branch in item.branches]
                )
    return rows


def test_regions_keep_their_lines():
    text = (
        b"int a;\n#ifdef CONFIG_A\n#define X 1\n#elif defined(B) && \\\n"
        b"  C\n#include <b.h>\n#else\n#error no\n#endif\nint z;\n"
    )
    assert shown(layout("a.c", text).items) == [
        (1, 1, []),
        [
            ("defined(CONFIG_A)", 2, [(3, 3, ["X"])]),
            ("defined(B) &&    C", 4, [("<b.h>", 6)]),
            (None, 7, [("no", 8)]),
        ],
        (10, 11, []),
    ]


def test_an_include_guard_is_taken_off():
    text = b"/* why */\n#ifndef A_H\n#define A_H\nint a;\n#endif /* A_H */\n"
    plan = layout("a.h", text)
    assert plan.once
    assert shown(plan.items) == [(3, 4, ["A_H"])]
    assert layout("b.h", b"#pragma once\nint b;\n").once
    assert not layout("c.h", b"#ifndef A_H\nint a;\n#endif\n").once


def test_a_define_is_one_macro_however_many_lines_it_takes():
    (segment,) = layout("a.h", b"#define f(a, \\\n b) \\\n (a)\n#undef g\n").items
    assert isinstance(segment, Segment)
    macro = segment.changes[0][1]
    assert isinstance(macro, Macro)
    assert (macro.params, macro.line, macro.body.split()) == (("a", "b"), 1, ["(a)"])
    assert segment.changes[1] == ("g", None)


def test_broken_nesting_is_said_and_gives_what_there_is():
    plan = layout("a.h", b"#if A\nint a;\n")
    assert plan.broken == 1
    assert isinstance(plan.items[0], Choice)
    assert plan.items[0].branches[0] == Branch("A", 1, plan.items[0].branches[0].items)
    assert layout("a.h", b"int a;\n#endif\n").broken == 2


def test_directives_in_comments_and_strings_are_text():
    plan = layout("a.h", b'/*\n#if A\n*/\nchar *s = "\\\n#if B";\n// \\\n#if C\nint a;\n')
    assert [type(item).__name__ for item in plan.items] == ["Segment"]
