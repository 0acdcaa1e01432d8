from code_kit import Files

from patchtool.csource.building.census import Census, common, is_kconfig


def census(arch, **updates):
    files = Files(updates)
    kconfig = {path: data for path, data in files.files.items() if is_kconfig(path)}
    return Census(kconfig, arch, common(kconfig))


def letters(arch, *symbols, **updates):
    return [census(arch, **updates).possible(symbol) for symbol in symbols]


def test_an_architectures_symbols_are_told_from_anothers():
    assert letters("arm", "ARM", "MMU", "X86", "DRIVER", "MMU_GATHER") == ["y", "yn", "n", "ymn", "yn"]
    assert letters("x86", "ARM", "MMU", "X86") == ["n", "y", "y"]
    assert letters("", "ARM", "MMU") == ["yn", "yn"]


def test_what_an_unconditional_entry_selects_is_set_and_a_block_is_a_condition():
    text = (
        "config ARM\n\tdef_bool y\n\tselect A\n\tselect B if MMU\nconfig "
        "A\n\tbool\n\tselect C\nconfig B\n\tbool\nconfig C\n\tbool\nif "
        "MMU\nconfig D\n\tdef_bool y\nendif\n"
    )
    assert letters("arm", "A", "B", "C", "D", **{"arch/arm/Kconfig": text}) == ["y", "yn", "y", "yn"]


def test_a_type_stands_in_another_entry_and_numbers_have_no_letters():
    text = "config LEVELS\n\tint\n\tdefault 2\nconfig MMU\n\tdefault y\n"
    assert letters("arm", "LEVELS", **{"arch/arm/Kconfig": text}) == [""]
    assert letters("arm", "UNTYPED", **{"arch/arm/Kconfig": "config UNTYPED\n\tdefault y\n"}) == ["ymn"]
