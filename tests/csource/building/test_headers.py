import pytest
from code_kit import Files

from patchtool.csource.building.headers import Found, Headers

EXTRA = {
    "arch/arm/include/uapi/asm/byteorder.h": "",
    "arch/arm/mach-a/include/mach/io.h": "",
    "arch/arm/mach-b/include/mach/io.h": "",
    "include/uapi/linux/types.h": "",
    "include/asm-generic/msi.h": "",
    "include/asm-generic/Kbuild": "mandatory-y += msi.h\n",
    "drivers/gpu/Makefile": "ccflags-y := -I$(src)/inc -I $(srctree)/drivers/common\n",
    "drivers/gpu/inc/gpu.h": "",
    "drivers/common/both.h": "",
    "drivers/gpu/own.h": "",
}


@pytest.fixture
def headers():
    files = Files(
        EXTRA,
        {"arch/arm/include/asm/Kbuild": "generic-y += page.h \\\n\tdiv64.h\ngenerated-y += mach-types.h\n"},
    )
    return Headers(files, "arm", frozenset(files.paths()))


@pytest.mark.parametrize(
    ("spec", "place"),
    [
        ("<asm/tlb.h>", Found("arch/arm/include/asm/tlb.h")),
        ("<asm/page.h>", Found("include/asm-generic/page.h")),  # its own wrapper
        ("<asm/msi.h>", Found("include/asm-generic/msi.h")),  # mandatory
        ("<asm/byteorder.h>", Found("arch/arm/include/uapi/asm/byteorder.h")),
        ("<asm/mach-types.h>", Found("", generated=True)),
        ("<asm/nothing.h>", Found("", generated=True)),
        ("<linux/types.h>", Found("include/uapi/linux/types.h")),
        ("<mach/io.h>", Found("arch/arm/mach-a/include/mach/io.h", guessed=True)),
        ('"own.h"', Found("drivers/gpu/own.h")),
        ('"gpu.h"', Found("drivers/gpu/inc/gpu.h")),
        ("<both.h>", Found("drivers/common/both.h")),
        ("<generated/bounds.h>", Found("", generated=True)),
    ],
)
def test_an_include_leads_to_one_file(headers, spec, place):
    assert headers.find(spec, "drivers/gpu/a.c", "drivers/gpu/a.c") == place


def test_without_an_architecture_its_headers_are_nowhere():
    files = Files()
    headers = Headers(files, "", frozenset(files.paths()))
    assert headers.find("<asm/tlb.h>", "mm/a.c", "mm/a.c") == Found("", generated=True)
    assert headers.find("<linux/mm.h>", "mm/a.c", "mm/a.c") == Found("include/linux/mm.h")
