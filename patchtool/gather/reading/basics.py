"""Functions of the kernel that only compute: counters, masks, per-CPU data, the places they work on."""

from __future__ import annotations

from collections.abc import Callable

from patchtool.gather.reading.harmless import ANSWERS
from patchtool.gather.reading.interpreter import Call, Interpreter, Primitive, argument, given
from patchtool.gather.reading.values import Obj, Place, Unknown, Value, word

_SAME = (
    "likely", "unlikely", "READ_ONCE", "READ_ONCE_NOCHECK", "ACCESS_ONCE", "__pa", "__va", "page_to_phys",
    "page_ptdesc", "ptdesc_page", "ptdesc_folio", "page_folio", "folio_page", "ptdesc_to_virt_page",
    "encode_page", "encoded_page_ptr", "kmap", "kmap_atomic", "lowmem_page_address",
    "get_cpu_mask", "rcu_dereference", "_AC", "_UL", "UL", "ULL", "_ULL", "ASM_CONST",
)  # fmt: skip
_INCREMENTS = ("atomic_inc", "atomic64_inc", "atomic_inc_return", "atomic64_inc_return")
_DECREMENTS = ("atomic_dec", "atomic64_dec")
_PER_CPU = (
    "get_cpu_var", "get_cpu_ptr", "this_cpu_ptr", "raw_cpu_ptr", "per_cpu", "per_cpu_ptr", "__get_cpu_var",
)  # fmt: skip


def first(run: Interpreter, call: Call) -> Value:
    """The value of the first argument."""
    return argument(run, call, 0)


def constant(answer: int) -> Primitive:
    """A function that always gives the same answer."""
    return lambda run, call: answer


def _pick(choose: Callable[[int, int], int]) -> Primitive:
    # min_t and max_t have the type first; it is not evaluated.
    def pick(run: Interpreter, call: Call) -> Value:
        first, second = argument(run, call, -2), argument(run, call, -1)
        if not isinstance(first, int) or not isinstance(second, int):
            raise Unknown(f"{call.name}() of something that is no integer", call.at)
        return choose(first, second)

    return pick


_least, _greatest = _pick(min), _pick(max)


def _target(run: Interpreter, call: Call) -> Place:
    pointer = argument(run, call, 0)
    if not isinstance(pointer, Place):
        raise Unknown(f"{call.name}() of a pointer that cannot be followed", call.at)
    return pointer


def integer(run: Interpreter, call: Call, index: int) -> int:
    """The value of an argument that has to be an integer. Raises Unknown."""
    value = argument(run, call, index)
    if not isinstance(value, int):
        raise Unknown(f"{call.name}() of something that is no integer", call.at)
    return value


def _mask(run: Interpreter, call: Call) -> Value:
    high, low = integer(run, call, 0), integer(run, call, 1)
    return word((1 << (high + 1)) - (1 << low))


def _first_bit(run: Interpreter, call: Call) -> Value:
    value = integer(run, call, 0)
    return (value & -value).bit_length()


def _rounded(run: Interpreter, call: Call, up: int) -> Value:
    value, step = integer(run, call, 0), integer(run, call, 1)
    return word((value + (step - 1 if up else 0)) // step * step)


# A counter is the integer itself, or a struct around it.
def _counter(run: Interpreter, call: Call) -> Place:
    place = _target(run, call)
    inner = place.owner.fields.get(place.key)
    return Place(inner, "counter") if isinstance(inner, Obj) else place


def _exchange(run: Interpreter, call: Call) -> Value:
    place = _counter(run, call)
    value = run.load(place, given(call, 0), call.frame)
    if value == argument(run, call, 1):
        run.store(place, argument(run, call, 2))
    return value


def _atomic_read(run: Interpreter, call: Call) -> Value:
    return run.load(_counter(run, call), given(call, 0), call.frame)


def _write(run: Interpreter, call: Call) -> Value:
    return run.store(run.place(given(call, 0), call.frame), argument(run, call, 1))


def _write_through(run: Interpreter, call: Call) -> Value:
    return run.store(_target(run, call), argument(run, call, 1))


# A count that is 0 already is dropped once too often: what hangs on it is freed again, as without the
# assertion that would stop a debugging kernel there.
def _dec_and_test(run: Interpreter, call: Call) -> Value:
    value = run.load(_target(run, call), given(call, 0), call.frame)
    left = max((value if isinstance(value, int) else 0) - 1, 0)
    run.store(_target(run, call), left)
    return int(left == 0)


def _add(step: int) -> Primitive:
    def add(run: Interpreter, call: Call) -> Value:
        place = _counter(run, call)
        value = run.load(place, given(call, 0), call.frame)
        return run.store(place, word((value if isinstance(value, int) else 0) + step))

    return add


def _per_cpu(run: Interpreter, call: Call) -> Value:
    inner = given(call, 0)
    return run.value(inner, call.frame) if inner.text.startswith("&") else run.place(inner, call.frame)


# The members `vm_flags` and `__vm_flags` are one; only the first is read.
def _vm_flags_init(run: Interpreter, call: Call) -> Value:
    pointer = argument(run, call, 0)
    area = pointer
    if isinstance(pointer, Place):
        area = pointer.owner.fields.setdefault(pointer.key, Obj(str(pointer.key)))
    if not isinstance(area, Obj):
        raise Unknown(f"{call.name}() of an area that cannot be followed", call.at)
    return run.store(Place(area, "vm_flags"), argument(run, call, 1))


def _container_of(run: Interpreter, call: Call) -> Value:
    pointer = argument(run, call, 0)
    if not isinstance(pointer, Place) or pointer.key != given(call, -1).text:
        raise Unknown("container_of() of a pointer that cannot be followed", call.at)
    return pointer.owner


def _is_enabled(run: Interpreter, call: Call) -> Value:
    name = given(call, 0).text
    return int(any(call.frame.unit.macro(n) is not None for n in (name, f"{name}_MODULE")))


def _bug(run: Interpreter, call: Call) -> Value:
    raise Unknown("BUG() is reached", call.at)


BASICS: dict[str, Primitive] = {
    **{name: constant(answer) for name, answer in ANSWERS.items()},
    **dict.fromkeys(_SAME, first),
    **dict.fromkeys(("min", "min_t"), _least),
    **dict.fromkeys(("max", "max_t"), _greatest),
    **dict.fromkeys(("atomic_read", "atomic_long_read", "atomic64_read"), _atomic_read),
    **dict.fromkeys(_PER_CPU, _per_cpu),
    **dict.fromkeys(_INCREMENTS, _add(1)),
    **dict.fromkeys(_DECREMENTS, _add(-1)),
    **dict.fromkeys(("GENMASK", "GENMASK_ULL"), _mask),
    **dict.fromkeys(("BIT", "_BITUL", "BIT_ULL"), lambda run, call: word(1 << integer(run, call, 0))),
    **dict.fromkeys(("round_down", "ALIGN_DOWN"), lambda run, call: _rounded(run, call, 0)),
    **dict.fromkeys(("round_up", "ALIGN", "roundup"), lambda run, call: _rounded(run, call, 1)),
    **dict.fromkeys(("this_cpu_read", "raw_cpu_read", "__this_cpu_read"), first),
    **dict.fromkeys(("WRITE_ONCE", "this_cpu_write"), _write),
    **dict.fromkeys(("BUG", "BUILD_BUG"), _bug),
    "_AT": lambda run, call: argument(run, call, 1),
    "atomic_set": _write_through,
    "atomic_dec_and_test": _dec_and_test,
    "atomic_cmpxchg": _exchange,
    **dict.fromkeys(("ffs", "__builtin_ffs", "__builtin_ffsl"), _first_bit),
    "container_of": _container_of,
    "vm_flags_init": _vm_flags_init,
    "ARRAY_SIZE": lambda run, call: run.globals.fields["MMU_GATHER_BUNDLE"],
    "IS_ENABLED": _is_enabled,
    "huge_page_size": lambda run, call: run.globals.fields["patchtool_huge_page_size"],
}
