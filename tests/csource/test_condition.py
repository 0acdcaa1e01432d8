import pytest

from patchtool.csource.condition import BadCondition, Condition, Macro


def value(text, **macros):
    return Condition({name: Macro(name, None, body) for name, body in macros.items()}).value(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", 1),
        ("0x10UL == 16 && 010 == 8", 1),
        ("1 + 2 * 3 - 4 / 2", 5),
        ("(1 | 6) & ~2 ^ 1", 4),
        ("-7 / 2", -3),
        ("-7 % 3", -1),
        ("1 << 4 >> 2 != 4", 0),
        ("0 ? 1 : 0 ? 2 : 3", 3),
        ("!0 && !(1 > 2) || 0", 1),
        ("2 <= 2", 1),
        ("'a' == 97", 1),
        ("defined(A) + defined A + defined(NONE)", 2),
        ("A == 12 && B == 13", 1),
        ("NONE", 0),
        ("__has_feature(x) == 0", 1),
    ],
)
def test_values_are_those_of_c(text, expected):
    assert value(text, A="12", B="(A + 1)") == expected


def test_function_like_macros_take_arguments_and_paste():
    macros = {"CAT": Macro("CAT", ("x", "y"), "x##y"), "TWICE": Macro("TWICE", ("x",), "(2 * (x))")}
    assert Condition(macros).value("CAT(1, UL) + TWICE(CAT(2, 0) + 1)") == 43


def test_a_macro_that_names_itself_is_not_expanded_again():
    condition = Condition({"tlb_flush": Macro("tlb_flush", None, "tlb_flush")})
    assert condition.value("tlb_flush") == 0
    assert condition.unknown == {"tlb_flush"}


def test_kconfig_tests_tell_builtin_from_module():
    macros = {n: Macro(n, None, "1") for n in ("CONFIG_SMP", "CONFIG_KVM_MODULE")}
    text = "IS_ENABLED(CONFIG_KVM) * 8 + IS_BUILTIN(CONFIG_KVM) * 4 + IS_MODULE(CONFIG_KVM) * 2"
    assert Condition(macros).value(f"{text} + IS_ENABLED(CONFIG_SMP) + IS_ENABLED(CONFIG_NONE)") == 11


def test_unset_symbols_are_zero_without_report_other_names_are_reported():
    condition = Condition({})
    assert condition.value("CONFIG_SMP || PAGE_SHIFT > 12") == 0
    assert condition.unknown == {"PAGE_SHIFT"}


@pytest.mark.parametrize(
    "text", ["", "1 +", "(1", "1)", "1 ? 2", "1 / 0", "1 << -1", "1 >> -1", "3 $ 4", "defined()", "f(1", "&&"]
)
def test_nonsense_is_refused(text):
    with pytest.raises(BadCondition):
        value(text, f="1")


def test_macros_that_double_each_other_and_deep_nesting_are_cut():
    macros = {f"A{n}": Macro(f"A{n}", None, f"A{n + 1} + A{n + 1}") for n in range(40)}
    with pytest.raises(BadCondition, match="more than 10000 macro expansions"):
        Condition(macros).value("A0")
    with pytest.raises(BadCondition, match="nests too deep"):
        value("(" * 5000 + "1" + ")" * 5000)
