"""What GCC and the kernel's Makefiles define before the first line is read."""

from __future__ import annotations

from collections.abc import Mapping

from patchtool.core.expr import Expr, Y, is_set, negated
from patchtool.csource.building.kbuild import defines
from patchtool.csource.building.unit import Walk
from patchtool.csource.condition import Macro

# Read at first by every compilation: LINUXINCLUDE and USERINCLUDE of the top Makefile, and c_flags.
FIRST = ("include/linux/kconfig.h", "include/linux/compiler_types.h")
_ALWAYS = {
    "__KERNEL__": "1", "__GNUC__": "9", "__GNUC_MINOR__": "3", "__GNUC_PATCHLEVEL__": "0", "__STDC__": "1",
    "__STDC_VERSION__": "199901L", "__OPTIMIZE__": "1", "__linux__": "1", "__GNUC_STDC_INLINE__": "1",
    "__CHAR_BIT__": "8", "__SIZEOF_INT__": "4", "__SIZEOF_SHORT__": "2", "__SIZEOF_LONG_LONG__": "8",
    "__ORDER_LITTLE_ENDIAN__": "1234",    "__ORDER_BIG_ENDIAN__": "4321",
}  # fmt: skip
_WORD_SIZE = (
    "__LP64__ if 64BIT", "_LP64 if 64BIT", "__SIZEOF_INT128__=16 if 64BIT", "__SIZEOF_LONG__=8 if 64BIT",
    "__SIZEOF_LONG__=4 if !64BIT", "__SIZEOF_POINTER__=8 if 64BIT", "__SIZEOF_POINTER__=4 if !64BIT",
)  # fmt: skip
# The macros of each architecture's compiler, and of what a Makefile computes: `NAME=body if SYMBOL`.
_OWN: Mapping[str, tuple[str, ...]] = {
    "alpha": ("__alpha__", "__alpha", "__LP64__",),
    "arc": ("__arc__", "__ARC700__ if ISA_ARCOMPACT", "__ARCHS__ if ISA_ARCV2",),
    "arm": (
        "__arm__", "__ARM_EABI__ if AEABI", "__ARMEB__ if CPU_BIG_ENDIAN", "__thumb2__ if THUMB2_KERNEL",
        "__LINUX_ARM_ARCH__=3 if CPU_32v3", "__LINUX_ARM_ARCH__=4 if CPU_32v4",
        "__LINUX_ARM_ARCH__=4 if CPU_32v4T", "__LINUX_ARM_ARCH__=5 if CPU_32v5",
        "__LINUX_ARM_ARCH__=6 if CPU_32v6", "__LINUX_ARM_ARCH__=6 if CPU_32v6K",
        "__LINUX_ARM_ARCH__=7 if CPU_32v7", "__LINUX_ARM_ARCH__=7 if CPU_32v7M",
    ),
    "arm64": ("__aarch64__", "__LP64__", "__AARCH64EB__ if CPU_BIG_ENDIAN",),
    "c6x": ("_TMS320C6X",),
    "csky": ("__csky__", "__CSKYABIV2__ if CPU_CK810", "__CSKYABIV2__ if CPU_CK860",),
    "h8300": ("__H8300H__ if CPU_H8300H", "__H8300S__ if CPU_H8S",),
    "hexagon": ("__hexagon__", "__HEXAGON_ARCH__=2",),
    "ia64": ("__ia64__", "__LP64__",),
    "m68k": ("__mc68000__", "__mc68020__ if M68020", "__mcoldfire__ if COLDFIRE",),
    "microblaze": ("__MICROBLAZE__", "__MICROBLAZEEL__ if CPU_LITTLE_ENDIAN",),
    "mips": (
        "__mips__", "__mips=64 if 64BIT", "__mips=32 if !64BIT", "_MIPS_ISA=65 if 64BIT",
        "_MIPS_ISA=33 if !64BIT", "_MIPS_SIM=3 if 64BIT", "_MIPS_SIM if !64BIT", "_MIPS_SZLONG=64 if 64BIT",
        "_MIPS_SZLONG=32 if !64BIT", "_MIPS_SZPTR=64 if 64BIT", "_MIPS_SZPTR=32 if !64BIT",
        "_MIPS_SZINT=32", "__mips_isa_rev=2", "__MIPSEB__ if CPU_BIG_ENDIAN",
        "__MIPSEL__ if CPU_LITTLE_ENDIAN",
    ),
    "nds32": ("__nds32__", "__NDS32_EB__ if CPU_BIG_ENDIAN",),
    "nios2": ("__nios2__",),
    "openrisc": ("__or1k__",),
    "parisc": ("__hppa__", "__hppa",),
    "powerpc": (
        "__powerpc__", "__PPC__", "PPC", "_ARCH_PPC", "__powerpc64__ if PPC64",
        "__BIG_ENDIAN__ if CPU_BIG_ENDIAN", "__LITTLE_ENDIAN__ if CPU_LITTLE_ENDIAN",
        "_CALL_ELF=2 if CPU_LITTLE_ENDIAN",
    ),
    "riscv": ("__riscv", "__riscv_xlen=64 if 64BIT", "__riscv_xlen=32 if !64BIT",),
    "s390": ("__s390__", "__s390x__", "__LP64__",),
    "sh": (
        "__sh__", "__SH4__ if CPU_SH4", "__SH5__ if SUPERH64", "__LITTLE_ENDIAN__ if CPU_LITTLE_ENDIAN",
    ),
    "sparc": ("__sparc__", "sparc", "__arch64__ if 64BIT", "__sparc_v9__ if 64BIT",),
    "um": ("__x86_64__ if 64BIT", "__i386__ if !64BIT",),
    "unicore32": ("__unicore__",),
    "x86": ("__x86_64__ if 64BIT", "__i386__ if !64BIT",),
    "xtensa": ("__XTENSA__", "__XTENSA_EL__ if !CPU_BIG_ENDIAN", "__XTENSA_EB__ if CPU_BIG_ENDIAN",),
}  # fmt: skip


def predefine(walk: Walk, arch: str, makefile: str) -> None:
    """Give a walk the macros of the architecture's compiler and of its Makefile's text, under their
    conditions.

    An architecture without a row gets those of every compiler. A version of GCC is assumed that every tree
    takes; `MODULE` is not defined: what is said is said of built-in code.
    """
    for name, body in _ALWAYS.items():
        walk.define(name, Macro(name, None, body))
    for name, body, when in defines(makefile):
        walk.define_when(walk.values.formula(when), Macro(name, None, body))
    for row in (*_WORD_SIZE, *_OWN.get(arch, ())):
        what, _, symbol = row.partition(" if ")
        name, _, body = what.partition("=")
        walk.define_when(walk.values.formula(_condition(symbol)), Macro(name, None, body or "1"))


def _condition(symbol: str) -> Expr:
    if not symbol:
        return Y
    return negated(is_set(symbol[1:])) if symbol.startswith("!") else is_set(symbol)
