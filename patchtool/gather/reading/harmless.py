"""Functions whose effect does not matter to the model: what each is taken to do, with the reason.

This is the one place where something is passed over on all architectures. A name stands here only if no
table, page, TLB entry or walker can tell whether it ran; whatever could matter is followed, or named as not
found.
"""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """Functions with the answer that each gives; their arguments are not evaluated."""

    reason: str
    names: tuple[str, ...]
    answer: int = 0


HARMLESS = (
    Row(
        "assertions, taken to hold",
        (
            "VM_BUG_ON", "VM_BUG_ON_PAGE", "VM_BUG_ON_MM", "VM_BUG_ON_VMA", "VM_BUG_ON_FOLIO", "VM_WARN_ON",
            "VM_WARN_ON_ONCE", "VM_WARN_ON_ONCE_PAGE", "VM_WARN_ON_FOLIO", "VM_WARN_ON_ONCE_FOLIO", "BUG_ON",
            "WARN_ON", "WARN_ON_ONCE", "WARN", "WARN_ONCE", "BUILD_BUG_ON", "lockdep_assert_irqs_enabled",
            "lockdep_assert_irqs_disabled", "lockdep_assert_preemption_disabled", "lockdep_assert_held",
            "might_sleep", "assert_spin_locked", "pr_warn_once", "pr_warn", "printk", "cant_migrate",
        ),
    ),
    Row(
        "orders memory accesses: the model's memory is sequentially consistent",
        (
            "smp_mb", "smp_rmb", "smp_wmb", "smp_mb__after_atomic", "smp_mb__before_atomic",
            "smp_mb__after_spinlock", "barrier", "mb", "rmb", "wmb", "dsb", "isb", "dmb", "sync", "nop",
            "__sync", "instruction_hazard", "mmiowb", "cpu_relax", "prefetch", "smp_mb__before_spinlock",
        ),
    ),
    Row(
        "U alone runs the code that is extracted: locks and interrupts change nothing of what it does;"
        " walkers with interrupts off are threads of their own",
        (
            "preempt_disable", "preempt_enable", "preempt_disable_notrace", "preempt_enable_notrace",
            "preempt_enable_no_resched", "migrate_disable", "migrate_enable", "spin_lock", "spin_unlock",
            "spin_lock_bh", "spin_unlock_bh", "spin_lock_irqsave", "spin_unlock_irqrestore", "spin_lock_irq",
            "spin_unlock_irq", "raw_spin_lock", "raw_spin_unlock", "raw_spin_lock_irqsave",
            "raw_spin_unlock_irqrestore", "raw_spin_lock_irq", "raw_spin_unlock_irq", "local_irq_save",
            "local_irq_restore", "local_irq_disable", "local_irq_enable", "hard_irq_disable", "put_cpu_var",
            "put_cpu_ptr", "put_cpu", "rcu_read_lock", "rcu_read_unlock", "cond_resched",
            "uaccess_save_and_enable", "uaccess_restore",
        ),
    ),
    Row(
        "tells other MMUs than the CPUs' of the change, or writes back data caches: neither is modelled",
        (
            "mmu_notifier_invalidate_range", "mmu_notifier_arch_invalidate_secondary_tlbs",
            "flush_cache_range", "flush_cache_mm",
        ),
    ),
    Row(
        "the count of gathers under way: the scenario `nested` says what it is",
        ("inc_tlb_flush_pending", "dec_tlb_flush_pending"),
    ),
    Row(
        "the bookkeeping of a page that is a page table, given up before it is freed: its lock, its type, its"
        " place in statistics and cgroups",
        (
            "pgtable_page_dtor", "pgtable_pte_page_dtor", "pgtable_pmd_page_dtor", "pagetable_pte_dtor",
            "pagetable_pmd_dtor", "pagetable_pud_dtor", "pagetable_p4d_dtor", "pagetable_dtor",
            "mm_dec_nr_ptes", "page_mapcount_reset", "__ClearPageTable", "ClearPagePrivate",
            "__folio_clear_pgtable", "__ClearPagePrivate",
        ),
    ),
    Row(
        "statistics, tracing, debugging",
        (
            "dec_zone_page_state", "dec_lruvec_page_state", "inc_zone_page_state", "mod_node_page_state",
            "lruvec_stat_sub_folio", "trace_tlbie", "trace_tlb_flush", "trace_tlb_flush_rcuidle",
            "kmemleak_free", "count_vm_tlb_event", "count_vm_tlb_events", "count_vm_event", "inc_irq_stat",
            "add_mm_counter", "kmsan_unpoison_memory",
        ),
    ),
    Row(
        "lists that nothing extracted walks",
        ("list_add", "list_add_tail", "list_del", "list_del_init", "INIT_LIST_HEAD"),
    ),
    Row(
        "a set of CPUs: every CPU of the model has run the mm (see the rows below), whoever leaves it later",
        (
            "cpumask_clear_cpu", "__cpumask_clear_cpu", "cpumask_set_cpu", "cpumask_copy", "cpumask_clear",
            "__cpumask_set_cpu", "cpumask_setall",
        ),
    ),
    Row(
        "allocators' own caches of free pages: a table in one counts as freed when it was put there",
        ("check_pgt_cache", "quicklist_trim"),
    ),
    Row(
        "counts references to an mm that lives longer than its gather",
        ("mmgrab", "mmgrab_lazy_tlb", "mmdrop", "mmdrop_lazy_tlb"),
    ),
    Row(
        "the same loop frees the same pages, in one turn or in several: how many depends on whether freed"
        " memory is poisoned or zeroed",
        ("want_init_on_free", "page_poisoning_enabled_static", "page_poisoning_enabled"),
    ),
    Row("the size of what is freed: which memory it is, the address says", ("compound_order", "folio_order")),
    Row(
        "not from before the page allocator was up, so it goes the way of every page",
        ("folio_test_reserved", "pagetable_is_reserved"),
    ),
    Row("U runs on CPU 0", ("smp_processor_id", "raw_smp_processor_id", "get_cpu", "hard_smp_processor_id")),
    Row("no tag is put on a page of the batch", ("encoded_page_flags",)),
    Row("nothing has waited for long", ("time_after",)),
    Row("the last reference is given up", ("page_ref_dec_return",)),
    Row("as above, as a condition", ("put_page_testzero", "folio_put_testzero"), 1),
    Row(
        "every CPU of the model is up and has run the mm",
        ("mm_cpumask", "cpumask_test_cpu", "cpu_online", "cpumask_any_but", "cpumask_intersects"),
        1,
    ),
    Row("as above: no set of CPUs is ever empty", ("cpumask_empty",)),
    Row("the first of its kind on this CPU", ("this_cpu_inc_return", "__this_cpu_inc_return"), 1),
)  # fmt: skip
"""Rows in no order that matters; no name stands in two."""

ANSWERS = {name: row.answer for row in HARMLESS for name in row.names}
"""Every name in the table, to its answer."""
