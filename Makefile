# Channel Workbench. The two commands are `make run` and `make test`; `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8866
# What is reported on and served: a plan file if PLAN names one, else the workspace once there is one
# (docs/workspace.md), else the example plan.
WORKSPACE := $(or $(WORKBENCH_DATABASE),$(wildcard reports/workspace.db))
SOURCE := $(if $(PLAN),--plan $(PLAN),$(if $(WORKSPACE),--database $(WORKSPACE),--plan data/examples/plan.yaml))
# One for each core, from two to eight.
WORKERS ?= $(or $(shell $(PYTHON) -c 'import os; print(min(8, max(2, len(getattr(os, "sched_getaffinity", lambda _: range(os.cpu_count() or 2))(0)))))'),2)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_PYTHON_VERSION_WARNING := 1
BUILT_FROM := pyproject.toml package.json package-lock.json workbench/kernel/kernelspec/kernel.json $(wildcard js/*.js js/*.mjs js/*.css js/*.py)

.PHONY: help run serve lab reports install test test-distributed check static format bench lock clean
.DEFAULT_GOAL := help

help: ## this list
	@grep -E '^[a-z-]+:.*## ' Makefile | sed 's/:.*## /|/' | awk -F'|' '{printf "  make %-16s %s\n", $$1, $$2}'

run: install ## set up, write briefs for twelve markets, serve the dashboards (3 to 6 minutes the first time)
	@echo "[2/3] Writing briefs in zh and en: about a minute for twelve markets."
	@$(BIN)/workbench report $(SOURCE) --lang zh --lang en --out reports
	@echo "[3/3] Starting the dashboards: open the first address below; the briefs are in reports/index.html."
	@$(BIN)/workbench serve $(SOURCE) --port $(PORT)

serve: install ## only serve the dashboards
	@$(BIN)/workbench serve $(SOURCE) --port $(PORT)

reports: install ## only write the briefs
	@$(BIN)/workbench report $(SOURCE) --lang zh --lang en --out reports

lab: install ## JupyterLab with the planner; changes are kept in the workspace, reports/workspace.db
	@$(BIN)/jupyter lab --ServerApp.root_dir=notebooks --LabApp.default_url=/lab/tree/apps/planner.ipynb

install: $(VENV)/.run-stamp ## environment only, in .venv

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Give another one: make run PYTHON=python3.12")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run-stamp: requirements.lock $(BUILT_FROM) | $(VENV)/bin/python
	@echo "[1/3] Setting up .venv: downloads about 200 MB once, 1 to 4 minutes."
	@$(BIN)/python -m pip install -qq --require-hashes -r requirements.lock
	@echo "      Building the page's scripts (Node comes from PyPI): about 20 seconds."
	@$(BIN)/python -m pip install -qq --no-deps --editable .
	@touch $@

$(VENV)/.dev-stamp: requirements-dev.lock $(VENV)/.run-stamp
	@echo "[+] Adding what tests and checks need: about a minute."
	@$(BIN)/python -m pip install -qq --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/.bench-stamp: requirements-bench.lock $(VENV)/.dev-stamp
	@echo "[+] Adding what the benches compare with: about a minute."
	@$(BIN)/python -m pip install -qq --require-hashes -r requirements-bench.lock
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m bench.views.solara_scripts
	@touch $@

test: $(VENV)/.dev-stamp ## all tests, notebooks and pages included (about half an hour on two cores, less on more)
	@echo "Running the tests on $(WORKERS) workers."
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent --no-audit --no-fund
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm test --silent
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --ignore tests/spark_cluster

test-distributed: $(VENV)/.dev-stamp ## Spark against DuckDB, on a real cluster on this machine (three minutes; needs Java 17)
	@$(BIN)/python -m pytest tests/spark_cluster

static: $(VENV)/.dev-stamp ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent --no-audit --no-fund
	PATH="$(CURDIR)/$(BIN):$$PATH" npm run --silent types

check: static test test-distributed ## everything that must be green before a change lands

format: $(VENV)/.dev-stamp ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.bench-stamp ## print the figures of bench/
	@$(BIN)/python -m bench
	@$(BIN)/python -m bench.workspace
	@$(BIN)/python -m bench.kernel
	@$(BIN)/python -m bench.batch
	@$(BIN)/python -m bench.serve
	@$(BIN)/python -m bench.serve --crowd
	@$(BIN)/python -m bench.viewers
	@$(BIN)/python -m bench.imports
	@$(BIN)/python -m bench.programme
	@$(BIN)/python -m bench.attribution
	@$(BIN)/python -m bench.attribution --scale

lock: $(VENV)/bin/python ## bring the lock files up to date with pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml --extra dev --extra data --extra distributed --extra hub --extra spark --output-file requirements-dev.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --constraints requirements-dev.lock pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --constraints requirements-dev.lock pyproject.toml --extra bench --output-file requirements-bench.lock

clean: ## remove what was made, keep the sources
	rm -rf $(VENV) node_modules workbench/widgets/static .mypy_cache .ruff_cache .import_linter_cache
