# `make site` builds the site, `make test` passes the tests; both install what they need into .venv.
PYTHON ?= python3

BIN := .venv/bin

.PHONY: site serve check test lint lock dist screenshots bench bench-growth bench-shards clean

site: .venv/installed
	$(BIN)/briefing build

serve: .venv/installed
	$(BIN)/briefing serve

check: .venv/installed
	$(BIN)/briefing check

test: .venv/installed-dev
	$(BIN)/pytest

lint: .venv/installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

# Renews the lock files from pyproject.toml. They name packages and hashes, and no index.
lock: .venv/installed-dev
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --custom-compile-command "make lock" \
		--upgrade pyproject.toml --group build -o requirements.lock
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --custom-compile-command "make lock" \
		-c requirements.lock pyproject.toml --group dev -o requirements-dev.lock

# Pictures of each kind of page, in .screenshots/, to be looked at.
screenshots: site .venv/installed-dev
	$(BIN)/python bench/screenshots.py

# Builds the same material with Briefing and with other generators, and puts what that cost into docs/performance.md.
bench: .venv/installed-dev
	$(BIN)/python bench/run.py --write $(if $(SIZES),--sizes $(SIZES)) $(if $(PEERS),--peers $(PEERS))

bench-growth: .venv/installed-dev
	$(BIN)/python bench/run.py --write --clean-only --peers briefing --sizes 1000,2000,5000,10000,20000,50000

bench-shards: .venv/installed-dev
	$(BIN)/python bench/shards.py --write $(if $(SIZES),--articles $(SIZES))

dist: .venv/installed-dev
	$(BIN)/hatchling build

clean:
	rm -rf .venv .bench dist .site.new .site.old .site.lock

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Briefing needs Python 3.11 or later; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv

.venv/installed: .venv/bin/python requirements.lock pyproject.toml
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

.venv/installed-dev: .venv/installed requirements-dev.lock
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@
