# Redress: `make up` serves it, `make test` proves it. Python 3.11 or newer and make are all it needs.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup up test check bench fuzz fix conformance pictures clean browser

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
WORKERS ?= 2
PYTEST := $(BIN)/python -m pytest
LOCK := $(BIN)/uv pip compile pyproject.toml --quiet --group test --group lint --universal \
	--generate-hashes --no-header --no-annotate --python-version 3.11 --output-file

# Tests start programs hundreds of times: each would compile every module that it reads anew.
test bench fuzz pictures: export PYTHONDONTWRITEBYTECODE :=

# The first interpreter that Redress runs on; read only while the environment is being made.
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null \
	&& echo $$name && break; done)

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 14

setup: $(INSTALLED) ## Make .venv from requirements.lock; does nothing when it is current

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Redress needs Python 3.11, 3.12 or 3.13; none was found. Install one, or name it: make setup PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "$(PYTHON) could not make a virtual environment. On Debian and Ubuntu, install the package python3-venv first."; exit 1; }

# pip installs nothing but uv, and that by hash; uv does the rest, much faster.
$(INSTALLED): requirements.lock pyproject.toml | $(BIN)/python
	@awk '/^uv==/ {found = 1} found {print} found && !/\\$$/ {exit}' requirements.lock > $(VENV)/uv.txt
	@$(BIN)/python -m pip --quiet --disable-pip-version-check install --require-hashes -r $(VENV)/uv.txt
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip sync --quiet --require-hashes requirements.lock
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps --editable .
	@touch $@

up: setup ## Serve Redress with a demo organisation on this machine; Ctrl-C ends it
	@exec $(BIN)/redress up --demo

test: setup browser ## Run every test, in two processes
	@$(PYTEST) -n $(WORKERS) --dist loadfile --no-loadscope-reorder # a file shares what is costly to start; the short ones come last

browser: setup
	@$(BIN)/python -m tests.browser

check: setup ## Check style, types, import contracts and the lock; changes nothing
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/mypy
	@cp requirements.lock $(VENV)/fresh.lock && $(LOCK) $(VENV)/fresh.lock && cmp -s requirements.lock $(VENV)/fresh.lock \
		|| { echo "requirements.lock does not match pyproject.toml: run make lock and commit the result."; exit 1; }
	@! git grep -n '"resolved"' -- '*package-lock.json' \
		|| { echo "package-lock.json names package addresses: remove its \"resolved\" lines."; exit 1; }
	@! git grep -nIE '[p]ypi\.org/simple|[f]iles\.pythonhosted\.org|[r]egistry\.npmjs\.org|--(extra-)?[i]ndex-url' \
		|| { echo "The lines above name a package index; the repository names none."; exit 1; }

.PHONY: sbom
sbom: setup ## Write dist/sbom.json: every package with its version, licence and hashes (CycloneDX)
	@$(BIN)/python -m tests.architecture.supply dist/sbom.json

.PHONY: lock
lock: setup ## Bring requirements.lock up to pyproject.toml, keeping versions where they still fit
	@$(LOCK) requirements.lock

bench: setup ## Measure speed
	@$(PYTEST) -m benchmark

fuzz: setup ## Run the long searches for input that breaks something
	@$(PYTEST) -m fuzz

fix: setup ## Repair style where a machine can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

.PHONY: mining
mining: setup ## Read exported event logs with pm4py (AGPL) in build/mining, apart from everything
	@rm -rf build/mining/logs && $(BIN)/python -m tests.verification.mining_material build/mining/logs 150
	@test -x build/mining/venv/bin/python || { $(BIN)/python -m venv build/mining/venv && build/mining/venv/bin/pip install --quiet pm4py==2.7.23.11; }
	@build/mining/venv/bin/python tests/verification/mining.py build/mining/logs

conformance: setup ## Write which test proves which clause of ISO 10002
	@$(PYTEST) --collect-only -q --iso-report=docs/conformance.md

pictures: setup browser ## Take the pictures of the documentation again
	@$(BIN)/python -m tests.e2e.pictures

clean: ## Remove what can be made again; keeps var/, where the data lies
	@rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
