# Yearbook: the commands a newcomer, a developer and CI share. Needs Python 3.11 to 3.13 and make; `make` alone lists the targets.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# What may be set: PYTHON (the interpreter the environment is made from), WORKERS (test processes; left out: one for each
# core, at most 4), ARGS (more words for the tool that a target runs), DATA (with `make compare`: the folder of real data),
# SEED (with `make spoilt`: the run to repeat), UPGRADE=1 (with `make lock`: newest versions that pyproject.toml allows).
PYTHON ?=
WORKERS ?= $(shell cores=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); [ $$cores -le 4 ] && echo $$cores || echo 4)
ARGS ?=
DATA ?=
SEED ?=
UPGRADE ?=

VENV := .venv
BIN := $(VENV)/bin
RUN := $(BIN)/python -m
DBT_DIR := dbt_project
DATACONTRACT := 1.2.8

# Nothing here reports to anyone, and pip asks nothing and installs only into the environment.
export DO_NOT_TRACK := 1
export DAGSTER_DISABLE_TELEMETRY := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export GX_ANALYTICS_ENABLED := false
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export PIP_USER := 0

PIP_INSTALL := $(RUN) pip install -qq --progress-bar off
# A lock is complete, so nothing is left to solve; an older pip would also trip over names with extras.
LOCKED := --require-hashes --no-deps --only-binary :all:
LOCKS := requirements.lock requirements-postgres.lock requirements-spark.lock requirements-dev.lock

# The environment holds the address of its folder: one that was moved, copied or lost its Python is made anew.
VENV_FOUND := $(shell test -x $(BIN)/python && grep -qF -- "-m venv --clear $(CURDIR)/$(VENV)" $(VENV)/pyvenv.cfg 2>/dev/null && echo yes)
ifneq ($(VENV_FOUND),yes)
.PHONY: $(VENV)/created
endif

.PHONY: help demo docs up compare spoilt bench cluster faults test test-slow test-duckdb2 lint format datacontract lock clean

help: ## list the targets
	@sed -n 's/^\([a-z][a-z0-9-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F '|' '{ printf "%-19s %s\n", $$1, $$2 }'

demo: $(VENV)/installed ## the returns of a fictitious county in, a release out: the whole flow in one go
	@$(BIN)/yearbook demo $(ARGS)

up: $(VENV)/installed ## start the web interface and the nightly schedule on this machine
	@$(BIN)/yearbook up $(ARGS)

docs: $(VENV)/installed-dev ## the documentation as pages, with the reference of commands, documents and tables: build/docs
	$(RUN) pipelines.docs

compare: $(VENV)/installed ## rates that other offices printed against ours: DATA=folder (YEARBOOK_REAL_DATA, ../shared/data)
	$(BIN)/python tests/real_data/compare.py $(if $(DATA),--data "$(DATA)") $(ARGS)

spoilt: $(VENV)/installed-dev ## 1,000 returns spoilt at random, and how many are caught: SEED=number repeats a run
	$(RUN) tests.spoilt.page $(if $(SEED),--seed "$(SEED)") $(ARGS)

bench: $(VENV)/installed-dev ## what a run costs beside other tools, equal figures, faults: ARGS="--size county" (--help lists more)
	$(RUN) tests.benchmarks $(ARGS)

cluster: $(VENV)/installed-spark ## the demo on this machine's engine and on a Spark cluster started for it, every cell compared
	@$(RUN) tests.cluster $(ARGS)

faults: $(VENV)/installed-dev ## the promises, attacked, in minutes: kills, full disks, damage, hostile returns (ARGS=--whole: hours)
	$(RUN) tests.faults $(ARGS)

test: $(VENV)/installed-dev ## the fast tests
	$(RUN) pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

test-slow: $(VENV)/installed-dev $(VENV)/datacontract/installed-$(DATACONTRACT) ## the tests marked slow, faults, browser or cluster
	@$(RUN) pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "slow or faults or browser or cluster" $(ARGS); code=$$?; \
	if [ $$code -eq 5 ]; then echo "No test is marked slow, faults, browser or cluster: nothing to run."; exit 0; fi; \
	exit $$code

test-duckdb2: $(VENV)/installed-dev ## the fast tests on the newest DuckDB 2 instead of the locked 1.5
	@$(PIP_INSTALL) --upgrade --no-deps --only-binary :all: --target $(VENV)/duckdb2 "duckdb>=2,<3"
	PYTHONPATH="$(CURDIR)/$(VENV)/duckdb2" $(RUN) pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

lint: $(VENV)/installed-dev ## style, types, SQL, who may import whom, the measures of the house, locks against pyproject.toml, licences, advisories
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) pyright --pythonpath $(BIN)/python
	@if [ -f $(DBT_DIR)/dbt_project.yml ]; then echo "$(RUN) sqlfluff lint $(DBT_DIR)"; $(RUN) sqlfluff lint $(DBT_DIR); \
	else echo "No $(DBT_DIR) yet: no SQL to look at."; fi
	$(BIN)/lint-imports --no-logo
	$(BIN)/python .ci/house.py
	$(BIN)/python .ci/locked.py licences
	$(BIN)/python .ci/locked.py advisories
	@$(PIP_INSTALL) --dry-run --no-index --no-build-isolation ".[build,postgres,dev]" || \
	{ echo "The locks do not fit pyproject.toml: run 'make lock'."; exit 1; }

format: $(VENV)/installed-dev ## put Python and SQL into the house style
	$(RUN) ruff check --fix-only .
	$(RUN) ruff format .
	@if [ -f $(DBT_DIR)/dbt_project.yml ]; then $(RUN) sqlfluff fix $(DBT_DIR); fi

datacontract: $(VENV)/datacontract/installed-$(DATACONTRACT) ## install datacontract-cli, for what is written by `yearbook contracts export`

# Everything is solved together; then each lock keeps its share of that one solution: PostgreSQL's and Spark's what the runtime
# lock has not, the development lock what the runtime and PostgreSQL's do not pin for every machine (Spark is not installed with
# it). Addresses are never written: the reader's own index serves.
COMPILE = $(RUN) uv pip compile pyproject.toml -q --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --annotation-style line
without = $$(sed -n 's/^\([A-Za-z0-9._-]*\)==$(1)\\$$/--no-emit-package \1/p' $(2))

lock: $(VENV)/uv ## write the locks anew from pyproject.toml (UPGRADE=1: newest versions)
	@cat $(LOCKS) > $(VENV)/all.lock 2>/dev/null || true
	$(COMPILE) --all-extras $(if $(UPGRADE),--upgrade) -o $(VENV)/all.lock > /dev/null
	@for lock in $(LOCKS); do cp $(VENV)/all.lock $$lock; done
	$(COMPILE) --extra build -o requirements.lock > /dev/null
	@$(COMPILE) --extra postgres -o requirements-postgres.lock $(call without,.*,requirements.lock) > /dev/null
	@$(COMPILE) --extra spark -o requirements-spark.lock $(call without,.*,requirements.lock) > /dev/null
	@$(COMPILE) --extra dev -o requirements-dev.lock $(call without,[^ ]* ,requirements.lock requirements-postgres.lock) > /dev/null

clean: ## remove the environment and what the tools made (not what a run made)
	rm -rf $(VENV) .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist logs
	rm -rf $(DBT_DIR)/target $(DBT_DIR)/logs $(DBT_DIR)/dbt_packages
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the environment: made once, filled again when a lock or pyproject.toml changes ----------------------------------

$(VENV)/created:
	@for python in $(or $(PYTHON),python3.13 python3.12 python3.11 python3 python); do \
		"$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1 || continue; \
		version=$$("$$python" -c 'import platform; print(platform.python_version())'); \
		if ! "$$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then \
			bare="$$bare $$python"; continue; fi; \
		echo "Making $(VENV) with $$python (Python $$version)."; \
		"$$python" -m venv --clear "$(CURDIR)/$(VENV)" && touch $@ && exit 0; exit 1; \
	done; \
	if [ -n "$$bare" ]; then \
		echo "Found$$bare, but without the modules venv and ensurepip. On Debian and Ubuntu: apt install python3-venv"; \
	else \
		echo "$(if $(PYTHON),$(PYTHON) is not a Python from 3.11 to 3.13.,No Python from 3.11 to 3.13 found.)" \
			"Install one, or name it: make demo PYTHON=/path/to/python3.12"; \
	fi >&2; exit 1

$(VENV)/runtime: requirements.lock $(VENV)/created
	@echo "Installing what a run needs (about $$(grep -c '^[a-z].*==' requirements.lock) packages; the first time takes a minute or two)."
	@$(PIP_INSTALL) $(LOCKED) -r requirements.lock
	@touch $@

$(VENV)/installed: pyproject.toml $(VENV)/runtime
	@$(PIP_INSTALL) --no-deps --no-build-isolation -e .
	@$(RUN) pipelines.warehouse.install
	@touch $@

$(VENV)/installed-postgres: requirements-postgres.lock $(VENV)/installed
	@$(PIP_INSTALL) $(LOCKED) -r requirements.lock -r requirements-postgres.lock
	@touch $@

$(VENV)/installed-dev: requirements-postgres.lock requirements-dev.lock $(VENV)/installed
	@echo "Installing what tests and checks add (about $$(grep -c '^[a-z].*==' requirements-dev.lock) packages)."
	@$(PIP_INSTALL) $(LOCKED) -r requirements.lock -r requirements-postgres.lock -r requirements-dev.lock
	@touch $@

# Some of it is published as source alone, so that its build tool comes without a hash.
$(VENV)/installed-spark: requirements-spark.lock $(VENV)/installed-dev
	@echo "Installing Spark (450 MB; it needs Java 17 from the system)."
	@$(PIP_INSTALL) --require-hashes --no-deps -r requirements.lock -r requirements-spark.lock
	@touch $@

# A tool of another house, with dependencies of its own, in an environment of its own. Only where no package index answers at
# all is it left out: `unreachable` then says why, and the test that needs it skips with these words.
$(VENV)/datacontract/installed-$(DATACONTRACT): $(VENV)/created
	@echo "Installing datacontract-cli into an environment of its own."
	@$(RUN) venv --clear $(VENV)/datacontract
	@if $(VENV)/datacontract/bin/python -m pip install -qq --progress-bar off --only-binary :all: "datacontract-cli==$(DATACONTRACT)"; then touch $@; \
	elif $(RUN) pip download -qq --no-cache-dir --no-deps --retries 1 -d $(VENV)/datacontract/probe pip 2>/dev/null; then \
		echo "The package index answers, but datacontract-cli $(DATACONTRACT) could not be installed from it." >&2; exit 1; \
	else echo "The package index cannot be reached, so datacontract-cli $(DATACONTRACT) is not installed." | tee $(VENV)/datacontract/unreachable >&2; fi

$(VENV)/uv: $(VENV)/created
	@$(RUN) uv --version >/dev/null 2>&1 || $(PIP_INSTALL) "$$(sed -n 's/.*"\(uv>=[^"]*\)".*/\1/p' pyproject.toml)"
	@touch $@
