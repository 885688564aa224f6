# `make site` builds the site, `make test` passes the tests; both install what they need into .venv.
PYTHON ?= python3

BIN := .venv/bin
LOCKS := requirements.lock requirements-dev.lock .ci/tools.lock

.PHONY: site serve check ping test lint lock docs reference audit links dist release-check screenshots bench bench-growth bench-shards bench-stages bench-serve clean

# `make site ARGUMENTS=--locked` as CI does, where nobody could commit what a build adds to the ledger.
site: .venv/installed
	$(BIN)/briefing build $(ARGUMENTS)

serve: .venv/installed
	$(BIN)/briefing serve

check: .venv/installed
	$(BIN)/briefing check

# Tells the hub of `feeds: hub` which feeds have changed, once the site is published.
ping: .venv/installed
	$(BIN)/briefing ping

# Each processor has its share of the tests, as they follow each other in files, and then what others have left.
test: .venv/installed-dev
	$(BIN)/pytest -n logical --dist worksteal

lint: .venv/installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

# Renews the lock files from pyproject.toml. They name packages and hashes, and no index.
lock: .venv/installed-dev
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --custom-compile-command "make lock" \
		--upgrade pyproject.toml --extra search --group build -o requirements.lock
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --custom-compile-command "make lock" \
		-c requirements.lock pyproject.toml --group dev -o requirements-dev.lock
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --custom-compile-command "make lock" \
		--upgrade --python-version 3.11 --group tools -o .ci/tools.lock

# The documentation as a site of its own, in dist/docs/.
docs: .venv/installed
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet -f docs/build/mkdocs.yml

# The pages of the reference that are made from the code. A test fails while they are old.
reference: .venv/installed
	$(BIN)/python docs/build/reference.py

# Known vulnerabilities in what the lock files pin. Asks a database on the network.
audit: .venv/tools/installed
	for lock in $(LOCKS); do .venv/tools/bin/pip-audit --disable-pip --require-hashes -r $$lock || exit 1; done

# Links that lead nowhere, on the site as it is published: make links URL=https://briefing.example.org/
links: .venv/tools/installed
	.venv/tools/bin/linkchecker --no-status --check-extern $(URL)

# Pictures of each kind of page, in .screenshots/, to be looked at.
screenshots: site .venv/installed-dev
	$(BIN)/python bench/screenshots.py

# Builds the same material with Briefing and with other generators, and puts what that cost into docs/performance.md.
bench: .venv/installed-dev
	$(BIN)/python bench/run.py --write $(if $(SIZES),--sizes $(SIZES)) $(if $(PEERS),--peers $(PEERS))

bench-growth: .venv/installed-dev
	$(BIN)/python bench/run.py --write --clean-only --peers briefing --sizes 1000,2000,5000,10000,20000,50000

bench-stages: .venv/installed-dev
	$(BIN)/python bench/stages.py --write $(if $(SIZES),--articles $(SIZES))

bench-serve: .venv/installed-dev
	$(BIN)/python bench/serving.py --write $(if $(SIZES),--articles $(SIZES))

bench-shards: .venv/installed-dev
	$(BIN)/python bench/shards.py --write $(if $(SIZES),--articles $(SIZES))

dist: .venv/installed-dev
	$(BIN)/hatchling build

# Whether a version is the one that pyproject.toml and the changelog have: make release-check VERSION=1.2.3
release-check:
	grep -qx 'version = "$(VERSION)"' pyproject.toml
	grep -q '^## $(VERSION)' CHANGELOG.md

clean:
	rm -rf .bench .cache .venv dist .site.new .site.old .site.spare .site.lock

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

.venv/tools/installed: .venv/bin/python .ci/tools.lock
	$(PYTHON) -m venv .venv/tools
	.venv/tools/bin/pip install -q --disable-pip-version-check --require-hashes -r .ci/tools.lock
	touch $@
