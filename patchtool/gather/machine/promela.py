"""The same machine said in Promela, for SPIN: a second statement of the rules, from the same program.

Nothing of the search goes into it: the rules are written out below as processes, the program as U's body.
`spin -search -DONLY=order twin.pml` stops at the first violation of that property, with a trail;
without ONLY, compiled with -DPRINTF, every violation and witness met is printed (`violated: order`,
`witness: hw-deep`) and the search goes on. A deadlock is an invalid end state.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from patchtool.gather.machine.machine import Machine, names
from patchtool.gather.machine.program import Effect, Kind, Node, Reach, Scope
from patchtool.gather.reading.world import PAGE, TABLES

# Properties that the twin states at the place where they break; a deadlock is SPIN's own notion.
STATED = ("order", "hw-uaf", "sw-uaf", "page-uaf", "2flush", "dfree", "leak")

_WALKERS = {"page-table": "Hardware", "hashed": "Hashed", "refill": "Refill"}
# Levels: 0 is the root, 1 .. TABLES are the tables from the top, PAGE is the data page.
_RULES = """\
#define ROOT 0
#define PAGE (TABLES + 1)
#define IDLE 255
#define BIT(level) (1 << (level))
#define LEAF BIT(PAGE)

/* With one CPU, a software walker's interrupts-off section keeps everything but the hardware from running. */
#define RUNS (CPUS > 1 || soft == IDLE)
/* With more, an interrupt to the other CPUs is answered when the walker there has interrupts on. */
#define ANSWERED (soft == IDLE)

byte gone;                   /* BIT(level): the entry that leads to this level is cleared */
byte freed;                  /* BIT(level) */
byte since[CPUS];            /* BIT(level): this CPU's translations of it were dropped after the entry went */
bool work = true;            /* an entry was cleared since the last flush, or there was no flush yet */
byte walk[CPUS] = IDLE;      /* the level that the hardware walker reads next */
byte cached[CPUS];           /* BIT(level): tables in the page-walk cache */
bool tlb[CPUS];              /* a TLB entry for the page */
byte soft = IDLE;            /* the level the software walker reads next; interrupts are off until IDLE */
bool queued[CALLBACKS];      /* callbacks: called for and not run yet ... */
bool held[CALLBACKS];        /* ... and waiting for the software walker of then to turn interrupts on */
byte waiting;                /* how many callbacks are queued */
bool ended;                  /* U has done all */

inline unhook(level) { gone = gone | BIT(level); work = true }

inline flush() {
    if
    :: !work && !NESTED -> VIOLATED(twice, "violated: 2flush\\n")
    :: else
    fi;
    work = false
}

inline invalidate(cpu, levels) {
    since[cpu] = since[cpu] | (gone & (levels));
    walk[cpu] = IDLE;        /* a walk in flight starts again, whatever is dropped */
    if
    :: ((levels) & ~LEAF) -> cached[cpu] = 0
    :: else
    fi;
    if
    :: ((levels) & LEAF) -> tlb[cpu] = false
    :: else
    fi
}

inline release(level) {
    if
    :: (freed & BIT(level)) -> VIOLATED(dfree, "violated: dfree\\n")
    :: !(freed & BIT(level)) && level != PAGE && !(EVERYWHERE & BIT(level)) ->
        VIOLATED(order, "violated: order\\n")
    :: else
    fi;
    freed = freed | BIT(level)
}

inline call_rcu(number) { queued[number] = true; held[number] = (soft != IDLE); waiting++ }

inline interrupts_on() { soft = IDLE; LET_GO }

inline ran(number) {
    queued[number] = false; waiting--;
    if
    :: ended -> printf("witness: late\\n")
    :: else
    fi
}

proctype Hardware(byte cpu) {
end:
    do
    :: d_step { walk[cpu] == IDLE -> walk[cpu] = ROOT }
    FROM_CACHE
    :: d_step { walk[cpu] != IDLE ->
        if
        :: walk[cpu] == TABLES -> printf("witness: hw-deep\\n")
        :: else
        fi;
        if
        :: (freed & BIT(walk[cpu])) -> VIOLATED(hw_uaf, "violated: hw-uaf\\n"); walk[cpu] = IDLE
        :: !(freed & BIT(walk[cpu])) && (gone & BIT(walk[cpu] + 1)) -> walk[cpu] = IDLE
        :: !(freed & BIT(walk[cpu])) && !(gone & BIT(walk[cpu] + 1)) && walk[cpu] == TABLES ->
            tlb[cpu] = true; walk[cpu] = IDLE
        :: else -> walk[cpu] = walk[cpu] + 1; cached[cpu] = cached[cpu] | BIT(walk[cpu])
        fi }
    od
}

/* Translations come from a table that the kernel fills: one lasts until it is invalidated, hooked or not. */
proctype Hashed(byte cpu) {
end:
    do
    :: d_step { !tlb[cpu] && !(ANYWHERE & LEAF) -> tlb[cpu] = true; printf("witness: hw-deep\\n") }
    od
}

/* The kernel's own miss handler, whose last read and load are one step. */
proctype Refill(byte cpu) {
end:
    do
    :: d_step { !tlb[cpu] && gone == 0 -> tlb[cpu] = true; printf("witness: hw-deep\\n") }
    od
}

proctype Access(byte cpu) {
end:
    do
    :: d_step { tlb[cpu] && (freed & LEAF) -> VIOLATED(page_uaf, "violated: page-uaf\\n") }
    od
}

proctype Software() {
end:
    do
    :: d_step { soft == IDLE -> soft = ROOT }
    :: d_step { soft != IDLE ->
        if
        :: soft == TABLES -> printf("witness: sw-deep\\n")
        :: else
        fi;
        if
        :: (freed & BIT(soft)) -> VIOLATED(sw_uaf, "violated: sw-uaf\\n"); interrupts_on()
        :: !(freed & BIT(soft)) && (soft == TABLES || (gone & BIT(soft + 1))) -> interrupts_on()
        :: else -> soft++
        fi }
    od
}
"""


def promela(machine: Machine, title: str = "") -> str:
    """The twin of a machine, ready for `spin -a`; `title` becomes a comment."""
    nodes = machine.program.nodes
    callbacks = [number for number, node in enumerate(nodes) if _kind(node) is Kind.CALL_RCU]
    parts = [
        *_head(machine, len(callbacks), title),
        _RULES.replace("    FROM_CACHE\n", "".join(_from_cache())),
        "proctype U() {",
        *_body(machine, callbacks),
        "}",
        "",
        *_callbacks(nodes, callbacks),
        *_start(machine, bool(callbacks)),
    ]
    return "\n".join(parts) + "\n"


def _kind(node: Node) -> Kind | None:
    return node.effect.kind if node.effect is not None else None


def _head(machine: Machine, callbacks: int, title: str) -> Iterator[str]:
    cpus = range(machine.cpus)
    shown = title.replace("*/", "* /").replace("\n", "\n   ")
    yield f"/* mmu_gather, program {machine.program.id}{': ' if shown else ''}{shown}"
    yield "   One property, with a trail:  spin -search -DONLY=order FILE  (or hw_uaf, sw_uaf ... as below)"
    yield "   All at once:                 spin -a FILE; cc -DPRINTF -DSAFETY -DNOREDUCE pan.c; ./a.out */"
    yield "#ifdef ONLY"
    yield "#define VIOLATED(property, said) assert(property != ONLY)"
    yield "#else"
    yield "#define VIOLATED(property, said) printf(said)"
    yield "#endif"
    yield "mtype = { order, hw_uaf, sw_uaf, page_uaf, twice, dfree, leak };"
    yield f"#define CPUS {machine.cpus}"
    yield f"#define TABLES {TABLES}"
    yield f"#define NESTED {str(machine.nested).lower()}"
    yield f"#define CALLBACKS {max(callbacks, 1)}"
    yield f"#define EVERYWHERE ({' & '.join(f'since[{cpu}]' for cpu in cpus)})"
    yield f"#define ANYWHERE ({' | '.join(f'since[{cpu}]' for cpu in cpus)})"
    yield f"#define LET_GO {'; '.join(f'held[{n}] = false' for n in range(max(callbacks, 1)))}"


def _from_cache() -> Iterator[str]:
    for level in range(1, TABLES + 1):
        guard = f"walk[cpu] == IDLE && (cached[cpu] & BIT({level}))"
        yield f"    :: d_step {{ {guard} -> walk[cpu] = {level} }}\n"


def _body(machine: Machine, callbacks: Sequence[int]) -> Iterator[str]:
    for number, node in enumerate(machine.program.nodes):
        effect = node.effect
        if effect is None:
            # What is unhooked and neither freed nor queued will never be.
            yield f"n{number}: if :: d_step {{ RUNS -> ended = true }} fi;"
            yield "    if :: d_step { waiting == 0 ->"
            yield '        if :: (gone & ~freed) -> VIOLATED(leak, "violated: leak\\n") :: else fi } fi;'
            yield "    goto stop;"
        elif effect.kind is Kind.CHOICE:
            yield f"n{number}: if  /* {_comment(effect)} */"
            for answer, way in node.ways:
                seen = ' printf("witness: alloc-fail\\n")' if answer == "fail" else " skip"
                yield f"    :: d_step {{ RUNS ->{seen} }}; goto n{way}  /* {answer} */"
            yield "    fi;"
        else:
            # A jump may lead to an `if` and not to a d_step.
            yield f"n{number}: if :: d_step {{ {_guard(effect, machine)} ->  /* {_comment(effect)} */"
            yield f"        {'; '.join(_acts(effect, machine, callbacks, number))} }} fi;"
            yield f"    goto n{node.ways[0][1]};"
    yield "stop: skip"


def _comment(effect: Effect) -> str:
    words = [effect.question or effect.key, effect.function, str(effect.at) if effect.at else ""]
    return ", ".join(word for word in words if word).replace("*/", "* /")


def _guard(effect: Effect, machine: Machine) -> str:
    waits = effect.kind is Kind.IPI or effect.reach in (Reach.IPI, Reach.OTHERS)
    return "RUNS && ANSWERED" if waits and machine.cpus > 1 else "RUNS"


def _acts(effect: Effect, machine: Machine, callbacks: Sequence[int], number: int) -> list[str]:
    levels = [_level(thing) for thing in effect.objects]
    acts = {
        Kind.UNHOOK: [f"unhook({level})" for level in levels[:1]],
        Kind.FLUSH: ["flush()"],
        Kind.FREE: [f"release({level})" for level in levels],
        Kind.IPI: ["skip"],
        Kind.CALL_RCU: [f"call_rcu({callbacks.index(number)})"] if number in callbacks else [],
        Kind.TLBI: [f"invalidate({cpu}, {_dropped(effect)})" for cpu in _reached(effect, machine.cpus)],
    }
    return acts[effect.kind] or ["skip"]


def _level(thing: int) -> str:
    return "PAGE" if thing == PAGE else str(thing + 1)


def _dropped(effect: Effect) -> str:
    tables = " | ".join(f"BIT({level})" for level in range(1, TABLES + 1))
    return {Scope.LEAF: "LEAF", Scope.TABLES: tables}.get(effect.scope or Scope.ALL, f"LEAF | {tables}")


def _reached(effect: Effect, cpus: int) -> Iterable[int]:
    return {Reach.LOCAL: range(1), Reach.OTHERS: range(1, cpus)}.get(effect.reach or Reach.IPI, range(cpus))


def _callbacks(nodes: Sequence[Node], callbacks: Sequence[int]) -> Iterator[str]:
    if not callbacks:
        return
    yield "proctype Rcu() {"
    yield "end:"
    yield "    do"
    for index, number in enumerate(callbacks):
        effect = nodes[number].effect
        objects = effect.objects if effect is not None else ()
        freed = "; ".join(f"release({_level(thing)})" for thing in objects) or "skip"
        yield f"    :: d_step {{ RUNS && queued[{index}] && !held[{index}] ->  /* {names(objects)} */"
        yield f"        {freed}; ran({index}) }}"
    yield "    od"
    yield "}"
    yield ""


def _start(machine: Machine, callbacks: bool) -> Iterator[str]:
    yield "init {"
    yield "    atomic {"
    yield "        run U();"
    if callbacks:
        yield "        run Rcu();"
    if machine.software:
        yield "        run Software();"
    for cpu in range(machine.cpus):
        walker = _WALKERS.get(machine.hardware)
        if walker:
            yield f"        run {walker}({cpu}); run Access({cpu});"
    yield "    }"
    yield "}"
