"""Where interpretation ends: the functions whose meaning the model itself supplies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from patchtool.csource.parser import Node
from patchtool.gather.architectures import Configuration, Invalidation
from patchtool.gather.interpreter import Call, Interpreter, Primitive
from patchtool.gather.program import Kind, Reach, Scope
from patchtool.gather.values import FunctionName, Obj, Place, Unknown, Value
from patchtool.gather.world import World

# No effect on page tables, TLBs or their freeing: assertions (taken to hold), locks, barriers, preemption,
# statistics, tracing, page-table constructors, caches, notifiers of secondary MMUs.
_IGNORED = (
    "VM_BUG_ON", "VM_BUG_ON_PAGE", "VM_BUG_ON_MM", "VM_BUG_ON_VMA", "VM_WARN_ON", "VM_WARN_ON_ONCE",
    "BUG_ON", "WARN_ON", "WARN_ON_ONCE", "WARN", "BUILD_BUG_ON", "smp_mb", "smp_rmb", "smp_wmb",
    "smp_mb__after_atomic", "barrier", "preempt_disable", "preempt_enable", "spin_lock", "spin_unlock",
    "local_irq_save", "local_irq_restore", "put_cpu_var", "might_sleep", "mmu_notifier_invalidate_range",
    "flush_cache_range", "inc_tlb_flush_pending", "dec_tlb_flush_pending", "pgtable_page_dtor",
    "pgtable_pte_page_dtor", "pgtable_pmd_page_dtor", "dec_zone_page_state", "dec_lruvec_page_state",
    "trace_tlbie", "kmemleak_free", "prefetch", "cond_resched",
)  # fmt: skip
_SAME = ("likely", "unlikely", "READ_ONCE", "READ_ONCE_NOCHECK", "__pa", "__va", "page_to_phys")
_FREES = (
    "free_page", "free_pages", "__free_page", "__free_pages", "put_page", "free_unref_page",
    "free_page_and_swap_cache", "free_hot_cold_page",
)  # fmt: skip


@dataclass(slots=True)
class Primitives:
    """The table for one configuration and one run; `table` maps a function's name to what it does."""

    world: World
    configuration: Configuration

    def table(self) -> dict[str, Primitive]:
        """Names to functions; an architecture's own invalidations and predicates come last and win."""
        found: dict[str, Primitive] = dict.fromkeys(_IGNORED, _nothing)
        found |= dict.fromkeys(_SAME, _first)
        found |= dict.fromkeys(_FREES, self._free)
        found |= dict.fromkeys(("__get_free_page", "__get_free_pages"), self._allocate)
        found |= dict.fromkeys(("call_rcu", "call_rcu_sched"), self._call_rcu)
        found |= dict.fromkeys(("min", "min_t"), _least)
        found |= dict.fromkeys(("max", "max_t"), _greatest)
        found |= dict.fromkeys(("atomic_read", "atomic_long_read"), _atomic_read)
        found |= dict.fromkeys(("get_cpu_var", "get_cpu_ptr", "this_cpu_ptr", "per_cpu"), _per_cpu)
        found |= dict.fromkeys(("on_each_cpu", "on_each_cpu_mask"), self._on_each_cpu)
        found |= dict.fromkeys(("smp_call_function", "smp_call_function_many"), self._on_others)
        found |= {
            "WRITE_ONCE": _write,
            "atomic_set": _write_through,
            "atomic_dec_and_test": _dec_and_test,
            "put_page_testzero": lambda run, call: 1,
            "container_of": _container_of,
            "ARRAY_SIZE": lambda run, call: run.globals.fields["MMU_GATHER_BUNDLE"],
            "IS_ENABLED": _is_enabled,
            "BUG": _bug,
            "free_pages_and_swap_cache": self._free_many,
            "kmem_cache_free": self._cache_free,
            "virt_to_page": self._page_of,
            "virt_to_head_page": self._page_of,
            "page_address": self._address_of,
            "mm_tlb_flush_nested": lambda run, call: int(self.world.nested),
            "tlb_flush": self._tlb_flush,
            "patchtool_unhook": self._unhook,
            "mm_cpumask": lambda run, call: 1,
        }
        for name, answer in self.configuration.predicates:
            found[name] = _constant(answer)
        for row in self.configuration.invalidations:
            found[row.name] = self._invalidation(row)
        return found

    def _free(self, run: Interpreter, call: Call) -> Value:
        self.world.free(_argument(run, call, 0), run.function, call.at)
        return 0

    def _free_many(self, run: Interpreter, call: Call) -> Value:
        array, count = _argument(run, call, 0), _argument(run, call, 1)
        owner = array.owner.fields.get(array.key) if isinstance(array, Place) else array
        for index in range(count if isinstance(count, int) else 0):
            if not isinstance(owner, Obj) or index not in owner.fields:
                raise Unknown("frees an array of pages that cannot be followed", call.at)
            self.world.free(owner.fields[index], run.function, call.at)
        return 0

    def _cache_free(self, run: Interpreter, call: Call) -> Value:
        self.world.free(_argument(run, call, 1), run.function, call.at)
        return 0

    def _allocate(self, run: Interpreter, call: Call) -> Value:
        if self.world.choose("alloc", ("ok", "fail"), run.function, call.at) == "fail":
            return 0
        return Obj("allocated page")

    def _page_of(self, run: Interpreter, call: Call) -> Value:
        value = _argument(run, call, 0)
        number = self.world.object_at(value)
        return value if number is None else self.world.pages[number]

    def _address_of(self, run: Interpreter, call: Call) -> Value:
        value = _argument(run, call, 0)
        number = self.world.object_at(value)
        return value if number is None else self.world.table(number)

    def _call_rcu(self, run: Interpreter, call: Call) -> Value:
        head, callback = _argument(run, call, 0), _argument(run, call, 1)
        if self.world.callback is not None:
            raise Unknown("an RCU callback calls call_rcu(), which the model does not follow", call.at)
        self.world.callback = []
        _run(run, call, callback, [head])
        freed, self.world.callback = tuple(self.world.callback), None
        self.world.emit(Kind.CALL_RCU, freed, run.function, call.at)
        return 0

    def _on_each_cpu(self, run: Interpreter, call: Call) -> Value:
        return self._remote(run, call, Reach.IPI if self.world.smp else Reach.LOCAL)

    def _on_others(self, run: Interpreter, call: Call) -> Value:
        if not self.world.smp:
            return 0
        if not _argument(run, call, -1):
            raise Unknown(f"{call.name}() does not wait, which the model does not follow", call.at)
        self.world.emit(Kind.IPI, (), run.function, call.at)
        return self._remote(run, call, Reach.OTHERS)

    # (mask, function, argument, wait) or (function, argument, wait)
    def _remote(self, run: Interpreter, call: Call, reach: Reach) -> Value:
        if not _argument(run, call, -1):
            raise Unknown(f"{call.name}() does not wait, which the model does not follow", call.at)
        self.world.remote = reach
        _run(run, call, _argument(run, call, -3), [_argument(run, call, -2)])
        self.world.remote = None
        return 0

    def _tlb_flush(self, run: Interpreter, call: Call) -> Value:
        self.world.emit(Kind.FLUSH, (), run.function, call.at)
        return run.resolve(call)

    def _unhook(self, run: Interpreter, call: Call) -> Value:
        number = _argument(run, call, 0)
        self.world.emit(Kind.UNHOOK, (cast("int", number),), *self.configuration.unhooks(cast("int", number)))
        return 0

    def _invalidation(self, row: Invalidation) -> Primitive:
        def invalidate(run: Interpreter, call: Call) -> Value:
            scope = row.scope
            if row.scope_argument is not None:
                encoded = str(_argument(run, call, row.scope_argument))
                found = dict(row.scopes).get(encoded)
                if found is None:
                    raise Unknown(f"{row.name}() with the unknown operation {encoded}", call.at)
                scope = found
            missed = row.address is not None and (
                _argument(run, call, row.address) != run.globals.fields["patchtool_address"]
            )
            if not (missed and scope is Scope.LEAF):
                self.world.invalidate(scope or Scope.ALL, row.reach, run.function, call.at)
            return 0

        return invalidate


def _given(call: Call, index: int) -> Node:
    if not -len(call.arguments) <= index < len(call.arguments):
        raise Unknown(f"{call.name}() has too few arguments", call.at)
    return call.arguments[index]


def _argument(run: Interpreter, call: Call, index: int) -> Value:
    return run.value(_given(call, index), call.frame)


def _run(run: Interpreter, call: Call, target: Value, arguments: list[Value]) -> None:
    function = run.source.function(target.name, call.frame.unit) if isinstance(target, FunctionName) else None
    if function is None:
        raise Unknown(f"{call.name}() with a function that was not found", call.at)
    run.call_function(function, arguments, call.at)


def _nothing(run: Interpreter, call: Call) -> Value:
    return 0


def _first(run: Interpreter, call: Call) -> Value:
    return _argument(run, call, 0)


def _constant(answer: int) -> Primitive:
    return lambda run, call: answer


def _pick(choose: Callable[[int, int], int]) -> Primitive:
    # min_t and max_t have the type first; it is not evaluated.
    def pick(run: Interpreter, call: Call) -> Value:
        first, second = _argument(run, call, -2), _argument(run, call, -1)
        if not isinstance(first, int) or not isinstance(second, int):
            raise Unknown(f"{call.name}() of something that is no integer", call.at)
        return choose(first, second)

    return pick


_least, _greatest = _pick(min), _pick(max)


def _target(run: Interpreter, call: Call) -> Place:
    pointer = _argument(run, call, 0)
    if not isinstance(pointer, Place):
        raise Unknown(f"{call.name}() of a pointer that cannot be followed", call.at)
    return pointer


def _atomic_read(run: Interpreter, call: Call) -> Value:
    return run.load(_target(run, call), _given(call, 0), call.frame)


def _write(run: Interpreter, call: Call) -> Value:
    return run.store(run.place(_given(call, 0), call.frame), _argument(run, call, 1))


def _write_through(run: Interpreter, call: Call) -> Value:
    return run.store(_target(run, call), _argument(run, call, 1))


# A count that is 0 already is dropped once too often: what hangs on it is freed again, as without the
# assertion that would stop a debugging kernel there.
def _dec_and_test(run: Interpreter, call: Call) -> Value:
    value = run.load(_target(run, call), _given(call, 0), call.frame)
    left = max((value if isinstance(value, int) else 0) - 1, 0)
    run.store(_target(run, call), left)
    return int(left == 0)


def _per_cpu(run: Interpreter, call: Call) -> Value:
    inner = _given(call, 0)
    return run.value(inner, call.frame) if inner.text.startswith("&") else run.place(inner, call.frame)


def _container_of(run: Interpreter, call: Call) -> Value:
    pointer = _argument(run, call, 0)
    if not isinstance(pointer, Place) or pointer.key != _given(call, -1).text:
        raise Unknown("container_of() of a pointer that cannot be followed", call.at)
    return pointer.owner


def _is_enabled(run: Interpreter, call: Call) -> Value:
    name = _given(call, 0).text
    return int(any(call.frame.unit.macros.get(n) is not None for n in (name, f"{name}_MODULE")))


def _bug(run: Interpreter, call: Call) -> Value:
    raise Unknown("BUG() is reached", call.at)
