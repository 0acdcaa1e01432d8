# `make demo` and `make test` do all the set-up on a machine with Python 3.11, git and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := demo

.PHONY: demo test lint format docs man clean

# Installed once for each change of pyproject.toml.
$(VENV)/installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	@echo "installing into $(VENV), which takes a minute ..."
	$(BIN)/pip install --quiet --editable '.[dev]'
	touch $@

# Each command's exit status is part of what it says: 1 where there are findings.
demo: $(VENV)/installed
	@echo "a mini kernel, and three commands on it:"
	rm -rf $(DEMO)
	$(BIN)/python fixtures/build.py $(DEMO)/kernel
	@$(call show,check fixtures/series/v1.mbox --repo $(DEMO)/kernel --base mainline)
	@$(call show,backport fixtures/series/v1.mbox --to 5.4.y --repo $(DEMO)/kernel -o $(DEMO)/out)
	@$(call show,model --repo $(DEMO)/kernel --rev mainline --arch powerpc)

show = echo; echo '$$ patchtool $(1)'; $(BIN)/patchtool $(1); status=$$?; echo "(exit status $$status)"; test $$status -le 1

test: lint
	$(BIN)/pytest -n 2

lint: $(VENV)/installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(VENV)/installed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# docs/rules.md and the README's table, from the rules' docstrings.
docs: $(VENV)/installed
	$(BIN)/python docs/refresh.py

# From the same text as --help; read one with `man -l man/patchtool-check.1`.
man: $(VENV)/installed
	$(BIN)/python -m patchtool.cli.man man

clean:
	rm -rf $(VENV) $(DEMO) man build *.egg-info
