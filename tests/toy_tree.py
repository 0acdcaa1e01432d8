"""A kernel of a few lines with the interfaces that the model interprets; written for these tests."""

from patchtool.gather.architectures import Configuration, Invalidation
from patchtool.gather.extraction.extract import Undecided, extract, source_for
from patchtool.gather.extraction.scenarios import KINDS
from patchtool.gather.extraction.source import Source
from patchtool.gather.machine.program import Reach, Scope, assemble
from patchtool.gather.reading.interpreter import Interpreter
from patchtool.gather.reading.primitives import Primitives
from patchtool.gather.reading.world import World

GENERIC = """
struct mmu_table_batch { struct rcu_head rcu; unsigned int nr; void *tables[0]; };
struct mmu_gather_batch { struct mmu_gather_batch *next; unsigned int nr, max; struct page *pages[0]; };
struct mmu_gather {
	struct mm_struct *mm;
	struct mmu_table_batch *batch;
	unsigned long end;
	unsigned int fullmm : 1, freed_tables : 1;
	struct mmu_gather_batch local;
};
#ifndef tlb_needs_table_invalidate
#define tlb_needs_table_invalidate() (true)
#endif
void tlb_remove_table(struct mmu_gather *tlb, void *table);
static inline void __tlb_reset_range(struct mmu_gather *tlb)
{
	tlb->end = tlb->fullmm ? ~0 : 0;
	tlb->freed_tables = 0;
}
static inline void tlb_flush_mmu_tlbonly(struct mmu_gather *tlb)
{
	if (!tlb->end)
		return;
	tlb_flush(tlb);
	__tlb_reset_range(tlb);
}
#define tlb_start_vma(tlb, vma) do { } while (0)
#define tlb_end_vma(tlb, vma) do { } while (0)
#define tlb_remove_tlb_entry(tlb, ptep, address) do { (tlb)->end = (address) + PAGE_SIZE; } while (0)
#define pte_free_tlb(tlb, ptep, address) \\
	do { \\
		(tlb)->end = (address) + PAGE_SIZE; \\
		(tlb)->freed_tables = 1; \\
		__pte_free_tlb(tlb, ptep, address); \\
	} while (0)
#define pmd_free_tlb(tlb, pmdp, address) pte_free_tlb(tlb, pmdp, address)
"""

ARCH = """
#define PAGE_SIZE (1UL << 12)
#define PMD_SIZE (1UL << 21)
#define PUD_SIZE (1UL << 30)
#define __PAGETABLE_PUD_FOLDED 1
#define TOY_LEAF 0
#define TOY_TABLES 1
#define TOY_ALL 2
#define tlb_flush tlb_flush
static inline void tlb_flush(struct mmu_gather *tlb)
{
	toy_invalidate(tlb->freed_tables || tlb->fullmm ? TOY_ALL : TOY_LEAF);
}
static inline void __tlb_remove_table(void *table)
{
	free_page((unsigned long)table);
}
static inline void __pte_free_tlb(struct mmu_gather *tlb, void *table, unsigned long address)
{
	tlb_remove_table(tlb, table);
}
#include <asm-generic/tlb.h>
"""

GATHER = """
#include <asm/tlb.h>
static void tlb_remove_table_smp_sync(void *arg) { }
static void tlb_table_invalidate(struct mmu_gather *tlb)
{
	if (tlb_needs_table_invalidate())
		tlb_flush_mmu_tlbonly(tlb);
}
static void free_batch(struct mmu_table_batch *batch)
{
	int i;
	for (i = 0; i < batch->nr; i++)
		__tlb_remove_table(batch->tables[i]);
	free_page((unsigned long)batch);
}
static void tlb_remove_table_rcu(struct rcu_head *head)
{
	free_batch(container_of(head, struct mmu_table_batch, rcu));
}
static void tlb_table_flush(struct mmu_gather *tlb)
{
	struct mmu_table_batch **batch = &tlb->batch;
	if (*batch) {
		tlb_table_invalidate(tlb);
		call_rcu(&(*batch)->rcu, tlb_remove_table_rcu);
		*batch = NULL;
	}
}
void tlb_remove_table(struct mmu_gather *tlb, void *table)
{
	struct mmu_table_batch **batch = &tlb->batch;
	if (!*batch) {
		*batch = (void *)__get_free_page(GFP_NOWAIT);
		if (!*batch) {
			tlb_table_invalidate(tlb);
			smp_call_function(tlb_remove_table_smp_sync, NULL, 1);
			__tlb_remove_table(table);
			return;
		}
		(*batch)->nr = 0;
	}
	(*batch)->tables[(*batch)->nr++] = table;
	if ((*batch)->nr == MAX_TABLE_BATCH)
		tlb_table_flush(tlb);
}
static void tlb_flush_mmu_free(struct mmu_gather *tlb)
{
	tlb_table_flush(tlb);
	free_pages_and_swap_cache(tlb->local.pages, tlb->local.nr);
	tlb->local.nr = 0;
}
void tlb_flush_mmu(struct mmu_gather *tlb)
{
	tlb_flush_mmu_tlbonly(tlb);
	tlb_flush_mmu_free(tlb);
}
void tlb_remove_page(struct mmu_gather *tlb, struct page *page)
{
	tlb->local.pages[tlb->local.nr++] = page;
	if (tlb->local.nr == MMU_GATHER_BUNDLE)
		tlb_flush_mmu(tlb);
}
void tlb_gather_mmu(struct mmu_gather *tlb, struct mm_struct *mm, unsigned long start, unsigned long end)
{
	tlb->mm = mm;
	tlb->fullmm = !(start | (end + 1));
	tlb->batch = NULL;
	tlb->local.nr = 0;
	__tlb_reset_range(tlb);
}
void tlb_finish_mmu(struct mmu_gather *tlb, unsigned long start, unsigned long end)
{
	if (mm_tlb_flush_nested(tlb->mm))
		tlb->freed_tables = tlb->end = 1;
	tlb_flush_mmu(tlb);
}
"""

FILES = {
    "include/asm-generic/tlb.h": GENERIC,
    "arch/toy/include/asm/tlb.h": ARCH,
    "mm/mmu_gather.c": GATHER,
}

TOY = Configuration(
    arch="toy", name="SMP", smp=True, symbols=(), predefined=(), hardware="page-table", software=True,
    waive_order="", predicates=(), environment=(), zap=(), constants=(), harmless_asm=frozenset(),
    invalidations=(
        Invalidation(
            "toy_invalidate", Reach.BROADCAST, scope_argument=0,
            scopes=(("0", Scope.LEAF), ("1", Scope.TABLES), ("2", Scope.ALL)),
        ),
    ),
)  # fmt: skip


class Off:
    """Every Kconfig symbol is off."""

    def value(self, symbol):
        return "n"


class Tree:
    """A dict of texts as a TreeReader."""

    def __init__(self, files, name="toy"):
        self.files = {path: text.encode() for path, text in files.items()}
        self.name = name

    def read(self, path):
        return self.files.get(path)

    def paths(self, prefix=""):
        return tuple(sorted(path for path in self.files if path.startswith(prefix)))


class Overlay:
    """A tree with some texts replaced: {path: (old, new)}; the old text has to be there."""

    def __init__(self, tree, changes):
        self.tree = tree
        self.changes = changes
        self.name = f"{tree.name}, changed"

    def read(self, path):
        text = self.tree.read(path)
        if path in self.changes:
            old, new = (part.encode() for part in self.changes[path])
            assert old in text
            text = text.replace(old, new)
        return text

    def paths(self, prefix=""):
        return self.tree.paths(prefix)


def mutant(path, old, new, files=FILES):
    """The toy kernel with a text replaced."""
    return Overlay(Tree(files), {path: (old, new)})


def runs(tree, kind="munmap", configuration=TOY):
    source = source_for(tree, configuration, Off())
    return source if isinstance(source, Undecided) else extract(source, configuration, KINDS[kind])


def program(tree, kind="munmap", configuration=TOY):
    """The program of a kind, every choice free; the test fails where it is undecided."""
    found = runs(tree, kind, configuration)
    assert not isinstance(found, Undecided), str(found)
    return assemble(found)


def value(text, expression, first=""):
    """What a C expression comes to after the statements of `first`, in a tree of one file."""
    source = Source(Tree({"mm/mmu_gather.c": text}), TOY, Off(), "mm/mmu_gather.c")
    run = Interpreter(source, Primitives(World(smp=True, nested=False), TOY).table())
    frame = run.top(source.primary, "test")
    run.run_text(f"{first} result = {expression};", frame)
    return frame.local.fields["result"]
