"""Words of C and of the kernel that are no identifiers of a tree's own."""

from __future__ import annotations

import re

_WORD = re.compile(r"\w+")
KEYWORDS = frozenset(
    _WORD.findall(
        """
    auto break case char const continue default do double else enum extern float for goto if inline
    int long register restrict return short signed sizeof static struct switch typedef union
    unsigned void volatile while _Bool bool asm __asm__ __asm typeof __typeof__ __typeof __inline
    __inline__ __const __const__ __volatile__ __signed__ __restrict __restrict__ __extension__
    _Static_assert _Generic _Alignof __alignof__ __func__ __FUNCTION__ __FILE__ __LINE__ __COUNTER__
    __DATE__ __TIME__ __PRETTY_FUNCTION__ __VA_ARGS__ __attribute__ __attribute __label__ defined
    __auto_type __int128 __int128_t __uint128_t __BASE_FILE__ __INCLUDE_LEVEL__ offsetof va_list
    __real__ __imag__ __packed__ va_start va_end va_copy va_arg KBUILD_MODNAME KBUILD_BASENAME
    KBUILD_MODFILE MODULE current main true false NULL
        """
    )
)
TYPE_WORDS = frozenset(
    _WORD.findall(
        """
    char short int long signed unsigned void float double bool const volatile static register
        """
    )
)
# What may stand between a type and the name that is declared; the rest are attributes and address spaces.
QUALIFIERS = frozenset(
    {"*"}
    | set(
        _WORD.findall(
            """
    const restrict volatile __restrict __restrict__ __user __iomem __percpu __rcu __force __kernel
    __bitwise __nocast __private __maybe_unused __always_unused __read_mostly __ro_after_init
    __initdata __must_check
            """
        )
    )
)
TAGGED = frozenset({"struct", "union", "enum"})
