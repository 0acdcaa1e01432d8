import pytest

from patchtool.core.code import Configuration, listed

ARCHS = ("alpha", "arc", "arm", "sh", "x86")


def where(arch, **values):
    return Configuration(arch, tuple(values.items()))


@pytest.mark.parametrize(
    ("configurations", "expected"),
    [
        ([where("arm")], "arm (any configuration)"),
        ([where("arm", MMU="n"), where("sh", MMU="n")], "arm, sh (MMU=n)"),
        ([where(arch) for arch in ARCHS], "every architecture"),
        ([where(arch) for arch in ARCHS[:4]], "every architecture but x86"),
        ([*map(where, ARCHS[:4]), where("x86", SMP="y")], "x86 (SMP=y); every other architecture"),
        ([where(arch, SMP="n") for arch in ARCHS], "every architecture (SMP=n)"),
        ([*map(where, ARCHS[:3]), where("x86", A="y")], "x86 (A=y); every architecture but sh, x86"),
    ],
)
def test_a_sentence_names_together_what_needs_the_same(configurations, expected):
    assert listed(configurations, ARCHS) == expected


def test_doubt_names_architectures_alone_and_without_all_of_them_each_is_named():
    assert listed([where("arm", A="y"), where("sh", B="y")], ARCHS, bare=True) == "arm, sh"
    assert listed([where("arm"), where("sh")], ()) == "arm, sh (any configuration)"
