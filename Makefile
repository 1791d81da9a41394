# GuideDesk 企微导购台. `make help` lists what there is. Needs make and Python ≥ 3.11; everything else is set up here.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= $(shell .ci/find-python)
VENV := .venv
PY := $(VENV)/bin/python
UI := sidebar_ui
UI_SOURCES := $(shell find $(UI) -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -not -path '*/dist.next/*' 2>/dev/null)
NODE := PATH="$$($(CURDIR)/.ci/node-path)"
PYTEST_WORKERS ?= 2

## run: set up if need be, then start everything on this machine (PORT=8000, SIMULATOR_PORT=8001, DATA_DIR=./var)
.PHONY: run
run: $(VENV)/.ready $(UI)/dist/.built
	@exec $(PY) -m app.supervisor

## run-check: start everything, wait until it is healthy, stop
.PHONY: run-check
run-check: $(VENV)/.ready $(UI)/dist/.built
	@$(PY) -m app.supervisor --check

## test: unit tests of the front end, then all other tests
.PHONY: test
test: $(VENV)/.ready-dev $(UI)/dist/.built
	@.ci/chromium
	cd $(UI) && $(NODE) npm test
	$(PY) -m pytest -n $(PYTEST_WORKERS) -m "not fault" $(ARGS)

## check: format, lint, floors, types, front end, security
.PHONY: check
check: $(VENV)/.ready-dev $(UI)/node_modules/.ready
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/lint-imports
	$(VENV)/bin/mypy
	$(VENV)/bin/bandit --quiet --recursive --severity-level medium app sensitive_words scripts_library wsgi.py
	@# WeCom signs with SHA-1 and names media by MD5; whoever plays it has to.
	$(VENV)/bin/bandit --quiet --recursive --severity-level medium --skip B324 wecom_simulator
	.ci/openapi-is-current
	cd $(UI) && $(NODE) npm run --silent check

## format: let ruff put everything in order
.PHONY: format
format: $(VENV)/.ready-dev
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

## bench: measured comparisons, one file per question (SIZE=ci is small, SIZE=full is what the documents quote)
SIZE ?= full
.PHONY: bench
bench: $(VENV)/.ready-dev $(UI)/dist/.built
	@for file in $$(grep -l '^if __name__' benchmarks/*.py); do \
	  module=$${file%.py}; echo; echo "== $$file"; BENCH_SIZE=$(SIZE) $(PY) -m $${module//\//.}; done

## test-faults: kill processes, break databases, count what survived (FAULT_SIZE=10 is ten times larger)
.PHONY: test-faults
test-faults: $(VENV)/.ready-dev
	FAULT_SIZE=$${FAULT_SIZE:-1} $(PY) -m pytest -n $(PYTEST_WORKERS) -m "fault and not alone" $(ARGS)
	FAULT_SIZE=$${FAULT_SIZE:-1} $(PY) -m pytest -m "fault and alone" $(ARGS)

## ui: build the front end if its sources changed
.PHONY: ui
ui: $(UI)/dist/.built

## migration: write the next migration from what the models say (m="what changes"), then edit it
.PHONY: migration
migration: $(VENV)/.ready-dev
	$(PY) -m tests.support.new_migration "$(m)"

## settings: write the table of settings into docs/settings.md
.PHONY: settings
settings: $(VENV)/.ready
	$(PY) -m app.settings_table docs/settings.md

## lock: compile requirements*.in into requirements*.txt with hashes
.PHONY: lock
lock: $(VENV)/.ready-dev
	@for name in requirements-uv requirements requirements-dev; do \
	  $(VENV)/bin/uv pip compile --quiet --no-emit-index-url --python-version 3.11 --universal --prerelease allow \
	    --generate-hashes $$name.in -o $$name.txt; done

## audit: known weaknesses in what we depend on (asks the network)
.PHONY: audit
audit: $(VENV)/.ready-dev $(UI)/node_modules/.ready
	$(VENV)/bin/pip-audit --require-hashes --disable-pip -r requirements.txt
	cd $(UI) && $(NODE) npm audit --omit=dev

## clean: what was built and set up; never DATA_DIR
.PHONY: clean
clean:
	rm -rf $(VENV) $(UI)/node_modules $(UI)/dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

## help: this list
.PHONY: help
help:
	@sed -n 's/^## \([a-z-]*\): \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

$(VENV)/.ready: requirements.txt requirements-uv.txt
	@.ci/install "$(PYTHON)" requirements.txt
	@touch $@

$(VENV)/.ready-dev: requirements-dev.txt $(VENV)/.ready
	@.ci/install "$(PYTHON)" requirements-dev.txt
	@touch $@

# The environment brings a Node of its own, in case the system has none that is new enough.
$(UI)/node_modules/.ready: $(UI)/package-lock.json | $(VENV)/.ready
	cd $(UI) && $(NODE) npm ci --no-audit --no-fund
	@touch $@

$(UI)/dist/.built: $(UI)/node_modules/.ready $(UI_SOURCES)
	cd $(UI) && $(NODE) npm run --silent build
	@touch $@
