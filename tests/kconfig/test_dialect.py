from patchtool.kconfig.dialect import Sources


def test_newer_attributes_are_rewritten_line_for_line(tree):
    source = (
        "config MODULES\n\tbool\n\tmodules\n\n"
        "config OLD\n\tbool\n\ttransitional\n\thelp\n\t  transitional\r\n"
    )
    sources = Sources(tree({"Kconfig": source}))
    assert sources.text("Kconfig") == (
        "config MODULES\n\tbool\n\toption modules\n\nconfig OLD\n\tbool\n\n\thelp\n\n"
    )
    assert sources.transitional == {("Kconfig", 5)}


def test_paths_stay_inside_the_tree(tree, tmp_path):
    (tmp_path / "secret").write_text("config SECRET\n")
    sources = Sources(tree({"Kconfig": "", "net/Kconfig": ""}))
    assert sources.matching("../secret") == []
    assert sources.matching(str(tmp_path / "secret")) == []
    assert sources.matching("/net/../net/Kconfig") == ["/net/Kconfig"]


def test_a_pattern_names_files_of_one_level(tree):
    files = {
        "drivers/a/Kconfig": "",
        "drivers/b/Kconfig": "",
        "drivers/b/c/Kconfig": "",
        "drivers/Kconfig": "",
    }
    sources = Sources(tree(files))
    assert sources.matching("drivers/*/Kconfig") == ["/drivers/a/Kconfig", "/drivers/b/Kconfig"]
    assert sources.matching("drivers/[b]/Kconf?g") == ["/drivers/b/Kconfig"]
    assert sources.matching("sound/*/Kconfig") == []
