"""A kernel at a ref, read-only: git, states after each patch, where symbols stand."""
