# Everything a person or a machine does with this repository. `make` shows the list.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
DIST := visavis/web/ui/static/dist
POSTGRES ?= postgres://postgres@127.0.0.1:5432/visavis
# Half of what `make test` runs waits for a browser or a database, so one worker a core is enough.
WORKERS ?= auto
# What `make chaos` runs.
MINUTES ?= 3
STUDENTS ?= 64
SEED ?= 1

export PATH := $(CURDIR)/$(BIN):$(PATH)
export PYTHONDONTWRITEBYTECODE :=
export POSTGRES

NODE_OK := $(shell command -v node >/dev/null && node -e 'process.exit(+process.versions.node.split(".")[0] >= 20 ? 0 : 1)' 2>/dev/null && echo yes)
TEMPLATES := $(shell find visavis -name '*.html' -o -path '*/templatetags/*.py' 2>/dev/null)

.PHONY: help setup run test test-sqlite test-postgres test-long check check-deploy lint types contracts format assets wheel shots docs bench audit kill-test chaos load lock clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | awk -F'\t' '{printf "  make %-14s %s\n", $$1, $$2}'

setup: $(VENV)/base.ok $(DIST)/.ok ## install everything and load the demo school, without serving
	@VISAVIS_DEMO=1 $(BIN)/visavis demo --if-empty

run: setup ## set up, then serve the demo school on http://127.0.0.1:8000 (PORT= changes it)
	@VISAVIS_DEMO=1 $(BIN)/visavis serve --host $(HOST) --port $(PORT)

test: test-sqlite test-postgres ## run the whole suite on SQLite, then on PostgreSQL

test-sqlite: $(VENV)/dev.ok $(DIST)/.ok ## run the suite on SQLite
	$(BIN)/python -m pytest -n $(WORKERS)

test-postgres: $(VENV)/dev.ok $(DIST)/.ok ## run the suite on PostgreSQL, if a server answers
	@if $(BIN)/python -m tests.postgres "$(POSTGRES)"; then \
	  DATABASE_URL="$(POSTGRES)" $(BIN)/python -m pytest -n $(WORKERS); \
	else \
	  test -z "$$VISAVIS_TEST_EVERYTHING"; \
	fi

test-long: $(VENV)/dev.ok $(DIST)/.ok ## run what takes many minutes: hosts that fail while students book
	$(BIN)/python -m pytest -n $(WORKERS) -m long

check: lint types contracts ## lint, types, import contracts, migrations that are missing or would hurt, lock files

lint: $(VENV)/dev.ok $(DIST)/.ok
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint visavis --lint --quiet
	@# Lock files must name packages, never the places they came from.
	@! grep -nE '"resolved"|\.(whl|tgz|tar\.gz)([^a-z]|$$)|^--' requirements/*.txt package-lock.json

types: $(VENV)/dev.ok
	$(BIN)/mypy visavis

contracts: $(VENV)/dev.ok
	$(BIN)/lint-imports
	$(BIN)/python -W error -m django check --settings tests.settings --fail-level WARNING
	$(BIN)/python -m django makemigrations --check --dry-run --settings tests.settings
	$(BIN)/python -m tests.locks
	$(BIN)/python -m tests.migrating

format: $(VENV)/dev.ok ## format the code and mend what a tool can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

check-deploy: $(VENV)/deploy.ok ## look for mistakes in the files under deploy/
	@deploy/check

assets: $(DIST)/.ok ## build the style sheet and the script

wheel: $(VENV)/base.ok $(DIST)/.ok ## build dist/visavis-….whl with the assets inside, its sources, and the versions it was tried with
	@# What an earlier build left behind would be packed as well.
	@rm -rf build dist
	@$(BIN)/uv build -q --no-build-isolation --python $(BIN)/python --out-dir dist .
	@cp requirements/base.txt dist/requirements.txt
	@ls dist

shots: $(VENV)/dev.ok $(DIST)/.ok ## take the pictures of docs/images anew
	$(BIN)/python -m tests.shots

docs: $(VENV)/dev.ok ## print the documents that come from the code: roles, hostile inputs
	$(BIN)/python -m tests.printed

bench: $(VENV)/bench.ok $(DIST)/.ok ## measure, beside plain yardsticks, and write docs/performance.md (BENCH=quick, PARTS=engine,page)
	@$(BIN)/python -m bench

audit: $(VENV)/dev.ok $(VENV)/audit.ok $(VENV)/node.ok ## ask about known weaknesses of what is inside, and list it in build/sbom
	@$(BIN)/python -m tests.audit

kill-test: $(VENV)/dev.ok $(DIST)/.ok ## kill web and worker 200 times on each database, and write docs/reliability.md (KILLS=20 is shorter and writes nothing)
	@$(BIN)/python -m tests.kills.report $(KILLS)

chaos: $(VENV)/dev.ok $(DIST)/.ok ## stop and cut off five hosts at random while 64 students book, and write docs/reliability.md (MINUTES=0.5 STUDENTS=8 is shorter and writes nothing; SEED= another order; needs root, iproute2)
	@$(BIN)/python -m tests.chaos --minutes=$(MINUTES) --students=$(STUDENTS) --seed=$(SEED)

# Those who come to `make chaos` are not those who come here.
load: $(VENV)/dev.ok $(DIST)/.ok ## let 1,000 students book, then 5,000 in a morning, on each database, and write docs/scaling.md (SOAK=60 an hour instead; MINUTES=0.2 STUDENTS=40 is shorter and writes nothing)
	@$(BIN)/python -m tests.load $(if $(SOAK),--soak=$(SOAK)) \
	  $(if $(filter file,$(origin MINUTES)),,--minutes=$(MINUTES)) \
	  $(if $(filter file,$(origin STUDENTS)),,--students=$(STUDENTS))

lock: $(VENV)/bin/uv ## resolve all versions anew
	for name in tool base dev node bench audit otel deploy; do \
	  $(BIN)/uv pip compile -q -U --universal --python-version 3.11 --generate-hashes --no-header \
	    --no-annotate requirements/$$name.in -o requirements/$$name.txt || exit 1; \
	done
	npm install --package-lock-only

clean: ## remove everything that was installed or built; the data folder stays
	rm -rf $(VENV) node_modules $(DIST) build dist *.egg-info

$(VENV)/bin/uv: requirements/tool.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Visavis needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.12 run"; exit 1; }
	@echo "Preparing the environment (once) …"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/tool.txt
	@touch $@

$(VENV)/base.ok: requirements/base.txt pyproject.toml | $(VENV)/bin/uv
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements/base.txt
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.ok: requirements/dev.txt $(VENV)/base.ok
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/bench.ok: requirements/bench.txt $(VENV)/base.ok
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements/bench.txt
	@touch $@

$(VENV)/deploy.ok: requirements/deploy.txt $(VENV)/base.ok
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements/deploy.txt
	@touch $@

$(VENV)/audit.ok: requirements/audit.txt $(VENV)/base.ok
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements/audit.txt
	@touch $@

$(VENV)/node.ok: requirements/node.txt | $(VENV)/bin/uv
ifneq ($(NODE_OK),yes)
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements/node.txt
endif
	@touch $@

node_modules/.ok: package-lock.json package.json .npmrc $(VENV)/node.ok
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(DIST)/.ok: node_modules/.ok $(wildcard frontend/*) $(TEMPLATES)
	@npm run -s build
	@touch $@
