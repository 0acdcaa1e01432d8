"""Which defined name is near: misspelt ones are found, neighbours in a family are not."""

from __future__ import annotations

import pytest

from patchtool.engine.lint.similar import Names

DEFINED = (
    *("ANDROID_BINDERFS", "ARM_ERRATA_751472", "FRAME_POINTER", "HAVE_HARDLOCKUP_DETECTOR_ARCH", "NET"),
    *("SND_SOC_WM8731", "SUNRPC_BACKCHANNEL", "SUNRPC_BACKCHANNEK", "USB_EHCI_HCD"),
)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("FRAME_POINTERS", "FRAME_POINTER"),
        ("HARDLOCKUP_DETECTOR_ARCH", "HAVE_HARDLOCKUP_DETECTOR_ARCH"),
        ("SUNRPC_BACKCHANEL", "SUNRPC_BACKCHANNEL"),
        ("CONFIG_ANDROID_BINDERFS", "ANDROID_BINDERFS"),
        ("CONFIG_NET", "NET"),
        ("ARM_ERRATA_794072", ""),
        ("SND_SOC_RT5640", ""),
        ("USB_OHCI_HCD", "USB_EHCI_HCD"),
        ("SOMETHING_ELSE", ""),
        ("X", ""),
        ("", ""),
    ],
)
def test_near(name: str, near: str) -> None:
    assert Names(DEFINED).nearest(name) == near


def test_where_nothing_is_defined_nothing_is_near() -> None:
    assert Names([]).nearest("FRAME_POINTERS") == ""


def test_of_equals_the_first_in_the_alphabet() -> None:
    assert Names(["ABCDEFGHIJ_2X", "ABCDEFGHIJ_2A"]).nearest("ABCDEFGHIJ_2B") == "ABCDEFGHIJ_2A"
