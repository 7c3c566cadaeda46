# Each target says what it is for after "##"; "make help" prints that.
.DEFAULT_GOAL := help
.PHONY: help setup build install deb demo test test-unit test-pg17 test-pg18 test-pg-upgrade test-drivers test-first-row test-install wheel lint bench docs lock release release-lists clean
KWTOOLS := .venv/bin/kwtools
PYTHON := .venv/bin/python
# Tests wait for servers and deadlines: three for two cores end a tenth earlier than two.
WORKERS = $(shell echo $$(( ($$(nproc) * 3 + 1) / 2 )))

help: ## say what each target does
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  %-15s %s\n", $$1, $$2}' Makefile

setup: ## install what is missing: Debian packages, .venv, the server's Python packages
	@scripts/setup

build: setup ## write the control file and the SQL scripts to build/
	@$(KWTOOLS) build

install: ## put extension, runtime and command on this server (as root); PROVIDERS="aws pkcs11" adds their packages
	@scripts/install $(addprefix --provider ,$(PROVIDERS))

deb: setup ## build the Debian packages into build/deb/ and check them with lintian; PROVIDERS as above, PG_CONFIG chooses the server
	@PROVIDERS="$(PROVIDERS)" $(PYTHON) -m scripts.deb

demo: ## install what it needs, and run the story against a throw-away server, step by step
	@scripts/setup demo
	@$(PYTHON) -m demo.run

test: setup ## run every test, in parallel, against throw-away servers
	@$(PYTHON) -m pytest -n $(WORKERS)

test-unit: setup ## run the tests that need neither PostgreSQL nor a KMS, in seconds
	@$(PYTHON) -m pytest -n auto --no-server tests/unit tests/house

test-pg17: ## as root: run every test on PostgreSQL 17 and Python 3.13, in a Debian trixie that it makes below CHROOTS; TESTS="tests/sql" runs fewer
	@scripts/in-debian trixie pytest -n $(WORKERS) $(TESTS)

test-pg18: ## the same on PostgreSQL 18 and Python 3.14, in a Debian forky
	@scripts/in-debian forky pytest -n $(WORKERS) $(TESTS)

test-pg-upgrade: ## as root: run what needs two servers, such as pg_upgrade from 15 to 17, in that Debian trixie, with a server of bookworm beside it
	@WITH="bookworm postgresql-15 postgresql-plpython3-15 python3.11" scripts/in-debian trixie pytest tests/upgrade/test_pg_upgrade.py tests/packaging/test_several_servers.py

test-drivers: setup ## as root: install JDBC, Go, Rust and their drivers (some 900 MB), and run the examples for every driver
	@scripts/test-drivers

test-first-row: ## as root: follow docs/first-row.md in a clean Debian, from make install on
	@scripts/test-first-row

test-install: setup ## as root: install by the Dockerfile in a clean Debian, and try the server there
	@scripts/test-install

wheel: setup ## build the command's wheel, which holds extension and runtime, to dist/
	@.venv/bin/python -m build --wheel --no-isolation

lint: setup ## check style, formatting, types, and the extension's SQL
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@$(KWTOOLS) lint

bench: setup ## measure speed beside floors and peers; GROUPS="read wrap" BINDINGS=20000 measures less
	@$(PYTHON) -m bench $(GROUPS) --bindings $(or $(BINDINGS),1000000)

docs: setup ## write docs/functions.md: signatures, comments, and examples that run on a throw-away server
	@$(PYTHON) -m scripts.functions_page

lock: ## resolve the dependencies and write the lock files
	@scripts/lock

release: build ## freeze this version's scripts and their checksums under extension/released/
	@$(PYTHON) -m kwtools.release

release-lists: ## as root, after make release: add how PostgreSQL 17 and 18 show what the releases make
	@set -e; for suite in trixie forky; do BACK=extension scripts/in-debian $$suite kwtools.release; done

clean: ## remove what was built (.venv stays)
	@rm -rf build dist .mypy_cache .pytest_cache .ruff_cache
