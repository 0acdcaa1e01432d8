"""Where interpretation ends: the functions whose meaning the model itself supplies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from patchtool.gather.architectures import Configuration
from patchtool.gather.machine.program import Kind
from patchtool.gather.reading.basics import BASICS, constant, first, integer
from patchtool.gather.reading.flushes import Flushes
from patchtool.gather.reading.interpreter import Call, Interpreter, Primitive, argument, given, run_function
from patchtool.gather.reading.keys import KEYS
from patchtool.gather.reading.syntax import Code
from patchtool.gather.reading.values import Obj, Place, Unknown, Value
from patchtool.gather.reading.world import World

_FREES = (
    "free_page", "free_pages", "__free_page", "__free_pages", "put_page", "free_unref_page",
    "free_page_and_swap_cache", "free_hot_cold_page", "pagetable_free", "__pagetable_free", "folio_put",
    "free_swap_cache_page", "free_frozen_pages", "___free_pages",
)  # fmt: skip
# The struct page, folio or ptdesc of an address, and the way back.
_PAGE_OF = (
    "virt_to_page", "virt_to_head_page", "virt_to_ptdesc", "virt_to_folio", "phys_to_page", "compound_head",
)  # fmt: skip
_PARAVIRT = (*(f"PVOP_VCALL{count}" for count in range(5)), "PVOP_ALT_VCALL1")
_ADDRESS_OF = ("page_address", "ptdesc_address", "folio_address", "page_to_virt", "ptdesc_to_virt")


@dataclass(slots=True)
class Primitives:
    """The table for one configuration and one run; `table` maps a function's name to what it does."""

    world: World
    configuration: Configuration

    def table(self) -> dict[str, Primitive]:
        """Names to functions; an architecture's own invalidations and predicates come last and win."""
        found = BASICS | KEYS | dict.fromkeys(self.configuration.same, first)
        found |= dict.fromkeys((*_FREES, *self.configuration.frees), self._free)
        found |= dict.fromkeys(_PAGE_OF, self._page_of)
        found |= dict.fromkeys(_ADDRESS_OF, self._address_of)
        found |= dict.fromkeys(("__get_free_page", "__get_free_pages"), self._allocate)
        found |= dict.fromkeys(("call_rcu", "call_rcu_sched"), self._call_rcu)
        found |= dict.fromkeys(_PARAVIRT, self._paravirt)
        cpus = 2 if self.world.smp else 1
        found |= dict.fromkeys(("num_online_cpus", "num_possible_cpus", "cpumask_weight"), constant(cpus))
        found |= {
            "pfn_to_page": self._page_of_frame,
            "page_to_pfn": self._frame_of,
            "free_pages_and_swap_cache": self._free_many,
            "kmem_cache_free": self._cache_free,
            "quicklist_free": self._listed,
            "quicklist_free_page": self._listed,
            "mm_tlb_flush_nested": constant(int(self.world.nested)),
            "cpumask_equal": constant(int(not self.world.smp)),
            "patchtool_unhook": self._unhook,
        }
        for name, answer in self.configuration.predicates:
            found[name] = constant(answer)
        return found | Flushes(self.world, self.configuration).table()

    # A function pointer of pv_ops: what the files that fill them set it to, the last one wins.
    def _paravirt(self, run: Interpreter, call: Call) -> Value:
        name = given(call, 0).text.rpartition(".")[2]
        target = run.source.assigned(name, self.configuration.paravirt)
        if target is None:
            raise Unknown(f"no file of the configuration sets pv_ops' {name}", call.at)
        return run.called(Call(target, call.arguments[1:], call.frame, call.at))

    def _free(self, run: Interpreter, call: Call) -> Value:
        self.world.free(argument(run, call, 0), run.function, call.at)
        return 0

    def _free_many(self, run: Interpreter, call: Call) -> Value:
        array, count = argument(run, call, 0), argument(run, call, 1)
        owner, first_one = array, 0
        if isinstance(array, Place):
            element = isinstance(array.key, int)
            owner = array.owner if element else array.owner.fields.get(array.key, 0)
            first_one = array.key if isinstance(array.key, int) else 0
        for index in range(first_one, first_one + (count if isinstance(count, int) else 0)):
            if not isinstance(owner, Obj) or index not in owner.fields:
                raise Unknown("frees an array of pages that cannot be followed", call.at)
            self.world.free(owner.fields[index], run.function, call.at)
        return 0

    def _cache_free(self, run: Interpreter, call: Call) -> Value:
        self.world.free(argument(run, call, 1), run.function, call.at)
        return 0

    # (list, destructor, page): a page on a quicklist is the next table that is asked for.
    def _listed(self, run: Interpreter, call: Call) -> Value:
        self.world.free(argument(run, call, 2), run.function, call.at)
        return 0

    def _allocate(self, run: Interpreter, call: Call) -> Value:
        if self.world.choose("alloc", ("ok", "fail"), run.function, call.at) == "fail":
            return 0
        return Obj("allocated page")

    def _page_of(self, run: Interpreter, call: Call) -> Value:
        value = argument(run, call, 0)
        number = self.world.object_at(value)
        return value if number is None else self.world.pages[number]

    def _address_of(self, run: Interpreter, call: Call) -> Value:
        value = argument(run, call, 0)
        number = self.world.object_at(value)
        return value if number is None else self.world.table(number)

    def _shift(self, run: Interpreter, call: Call) -> int:
        return run.number(Code("identifier", "PAGE_SHIFT", call.at.line), call.frame)

    def _page_of_frame(self, run: Interpreter, call: Call) -> Value:
        frame = integer(run, call, 0)
        number = self.world.object_at(frame << self._shift(run, call))
        return frame if number is None else self.world.pages[number]

    def _frame_of(self, run: Interpreter, call: Call) -> Value:
        number = self.world.object_at(argument(run, call, 0))
        return 0 if number is None else self.world.table(number) >> self._shift(run, call)

    def _call_rcu(self, run: Interpreter, call: Call) -> Value:
        head, callback = argument(run, call, 0), argument(run, call, 1)
        if self.world.callback is not None:
            raise Unknown("an RCU callback calls call_rcu(), which the model does not follow", call.at)
        self.world.callback = []
        run_function(run, call, callback, [head])
        freed, self.world.callback = tuple(self.world.callback), None
        self.world.emit(Kind.CALL_RCU, freed, run.function, call.at)
        return 0

    def _unhook(self, run: Interpreter, call: Call) -> Value:
        number = argument(run, call, 0)
        self.world.emit(Kind.UNHOOK, (cast("int", number),), *self.configuration.unhooks(cast("int", number)))
        return 0
