# Each target says what it is for after "##"; "make help" prints that.
.DEFAULT_GOAL := help
.PHONY: help setup build install demo test test-unit lint bench docs lock release clean
KWTOOLS := .venv/bin/kwtools
PYTHON := .venv/bin/python
# Tests wait for servers and deadlines: three for two cores end a tenth earlier than two.
WORKERS = $(shell echo $$(( ($$(nproc) * 3 + 1) / 2 )))

help: ## say what each target does
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-9s %s\n", $$1, $$2}' Makefile

setup: ## install what is missing: Debian packages, .venv, the server's Python packages
	@scripts/setup

build: ## write the control file and the SQL scripts to build/
	@scripts/setup server
	@$(KWTOOLS) build

install: ## put extension and runtime into the server's folders (as root); PROVIDERS="aws pkcs11" adds their packages
	@scripts/setup server
	@$(KWTOOLS) install $(addprefix --provider ,$(PROVIDERS))

demo: setup ## run the story against a throw-away server, step by step
	@$(PYTHON) -m demo.run

test: setup ## run every test, in parallel, against throw-away servers
	@$(PYTHON) -m pytest -n $(WORKERS)

test-unit: setup ## run the tests that need neither PostgreSQL nor a KMS, in seconds
	@$(PYTHON) -m pytest -n auto --no-server tests/unit tests/house

lint: setup ## check style, formatting and types
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy

bench: setup ## measure speed beside floors and peers; GROUPS="read wrap" BINDINGS=20000 measures less
	@$(PYTHON) -m bench $(GROUPS) --bindings $(or $(BINDINGS),1000000)

docs: setup ## write docs/functions.md: signatures, comments, and examples that run on a throw-away server
	@$(PYTHON) -m scripts.functions_page

lock: ## resolve the dependencies and write the lock files
	@scripts/lock

release: build ## freeze this version's scripts and their checksums under extension/released/
	@$(PYTHON) -m kwtools.release

clean: ## remove what was built (.venv stays)
	@rm -rf build dist .mypy_cache .pytest_cache .ruff_cache
