"""The mmu_gather model: extraction from a tree, machine, explorer, verdicts."""
