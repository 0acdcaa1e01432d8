from patchtool.core.finding import Location
from patchtool.csource.condition import Macro
from patchtool.csource.preprocess import Macros, active


class Values:
    def __init__(self, **values):
        self.values = values

    def value(self, symbol):
        return self.values.get(symbol, "n")


def run(text, **values):
    macros, includes = Macros(Values(**values)), []
    result = active("a.h", text.encode(), macros, lambda name, line: includes.append((name, line)))
    return result, macros, includes


def test_inactive_lines_are_blank_and_lines_stay():
    text = "int a;\n#ifdef CONFIG_SMP\nint smp;\n#else\nint up;\n#endif\nint z;\n"
    assert run(text, SMP="y")[0].text == b"int a;\n\nint smp;\n\n\n\nint z;\n"
    assert run(text)[0].text == b"int a;\n\n\n\nint up;\n\nint z;\n"


def test_elif_takes_the_first_that_holds_and_nesting_is_kept():
    text = "#if 0\nA\n#if 1\nB\n#endif\n#elif CONFIG_N > 3\nC\n#elif 1\nD\n#else\nE\n#endif"
    assert run(text, N="4")[0].text.split() == [b"C"]
    assert run(text, N="2")[0].text.split() == [b"D"]


def test_spliced_lines_count_and_their_define_is_one_macro():
    text = "#define twice(a, \\\n  b) \\\n  ((a) + (b))\n#if twice(1, \\\n 2) == 3\nint yes;\n#endif\n"
    result, macros, _ = run(text)
    assert result.text == b"\n\n\n\n\nint yes;\n\n"
    macro = macros.get("twice")
    assert (macro.params, macro.line, macro.path) == (("a", "b"), 1, "a.h")
    assert " ".join(macro.body.split()) == "((a) + (b))"


def test_comments_hide_directives_and_strings_hide_comments():
    text = '/*\n#if 0\n*/ int a;\n#define X 1 /* two\nlines */\nchar *s = "/*"; // end\nint b;\n'
    result, macros, _ = run(text)
    assert result.text.split(b"\n")[2].strip() == b"int a;"
    assert result.text.split(b"\n")[5:7] == [b'char *s = "/*";       ', b"int b;"]
    assert macros.get("X").body == "1"


def test_undef_and_order_of_includes():
    text = (
        "#define tlb_flush tlb_flush\n#include <asm/a.h>\n#undef tlb_flush\n#if 0\n#include <no.h>\n#endif\n"
    )
    text += '#include "b.h"\n#ifdef tlb_flush\nint no;\n#endif\n'
    result, macros, includes = run(text)
    assert includes == [("<asm/a.h>", 2), ('"b.h"', 7)]
    assert macros.get("tlb_flush") is None
    assert result.text.strip() == b""


def test_what_an_include_defines_counts_from_there_on():
    macros = Macros(Values())

    def include(name, line):
        macros.define(Macro("tlb_flush", None, "tlb_flush"))

    text = b"#ifndef tlb_flush\nint before;\n#endif\n#include <a.h>\n#ifndef tlb_flush\nint after;\n#endif\n"
    assert active("x.c", text, macros, include).text.strip() == b"int before;"


def test_errors_and_unknown_names_carry_their_place():
    result, _, _ = run("#if PAGE_SHIFT == 12\n#error not here\n#endif\n#error say so\n#if (\n#endif\n#if 1\n")
    assert result.errors == (
        (Location("a.h", 4), "#error say so"),
        (Location("a.h", 5), "a preprocessor condition ends too early"),
        (Location("a.h", 7), "#if without #endif"),
    )
    assert result.unknown == ((Location("a.h", 1), "PAGE_SHIFT"),)


def test_stray_directives_are_errors():
    assert run("#else\n#endif\n")[0].errors == (
        (Location("a.h", 1), "#else without #if"),
        (Location("a.h", 2), "#endif without #if"),
    )


def test_modules_define_the_module_macro_only():
    macros = Macros(Values(KVM="m", NR_CPUS="64"))
    assert macros.get("CONFIG_KVM") is None
    assert macros.get("CONFIG_KVM_MODULE").body == "1"
    assert macros.get("CONFIG_NR_CPUS").body == "64"


def test_a_copy_is_independent():
    macros = Macros(Values())
    other = macros.copy()
    other.define(Macro("A", None, "1"))
    assert macros.get("A") is None
    assert other.get("A").body == "1"
