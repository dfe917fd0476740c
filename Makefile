# Nothing clever: a virtual environment with the pinned packages, then the command line.
PYTHON ?= python3
SIZE   ?= M
VENV   := .venv
RUN    := $(VENV)/bin/rareaccess
READY  := $(VENV)/.installed
DEV    := $(VENV)/.dev
# Python compiles what it imports; to compile every module of Jupyter beforehand takes longer.
PIP    := $(VENV)/bin/python -m pip install --quiet --no-compile
GATED  := flow disclosure derive measures params
# Files keep together; the folders that take longest come first.
TESTS  := $(VENV)/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help report test test-long quick check lint coverage data spark bench clean lock

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

report: $(READY) ## Build the whole report: data, checks, marts, notebooks, book
	$(RUN) report

test: $(DEV) ## Run the tests, with the notebooks and the book; says what it leaves out
	$(TESTS) -m "not long"

test-long: $(DEV) ## Run the tests that `make test` leaves out, as the workflow does each week
	$(TESTS) -m long

quick: $(DEV) ## Run the tests of the parts alone, in about a minute, while you work
	$(TESTS) -m "not (long or slow or full or book)" tests/unit tests/property src

check: lint ## Check the code, as lint does, then the settings and the tables
	$(RUN) check

lint: $(DEV) ## Check only the code: style, layers of imports, types
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/lint-imports
	$(VENV)/bin/mypy

coverage: $(DEV) ## Measure branch coverage of the unit tests, package by package; fail below the gate
	@mkdir -p build/coverage
	$(VENV)/bin/python -m pytest -n 2 --dist loadfile --cov --cov-report=json \
		$(foreach package,$(GATED),tests/unit/$(package) \
		tests/property/test_$(package).py src/rareaccess/$(package))
	$(VENV)/bin/python tests/support/coverage_gate.py

data: $(READY) ## Make the synthetic England at full scale
	$(RUN) synth --scale full

spark: $(VENV)/.spark ## Also install PySpark, for --engine spark (400 MB; needs Java 17)

bench: $(VENV)/.bench ## Compare speed and memory with other tools; SIZE=S, M or L
	$(VENV)/bin/python -m benchmarks --size $(SIZE)

clean: ## Remove what the build made, except .venv and the full synthetic data
	rm -rf build _book _variables.yml report/executed report/_chapters.yml .pytest_cache .ruff_cache \
		.mypy_cache .import_linter_cache

lock: $(READY) ## Pin the packages again: requirements*.txt and environment.yml from pyproject.toml
	$(VENV)/bin/python -m tools.lock

$(READY): requirements.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes -r requirements.txt
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): requirements-dev.txt $(READY)
	$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@

$(VENV)/.spark: requirements-spark.txt $(READY)
	$(PIP) --require-hashes --no-build-isolation -r requirements-spark.txt
	@touch $@

$(VENV)/.bench: pyproject.toml $(READY)
	$(PIP) --no-build-isolation -e '.[bench]' && touch $@ \
		|| echo "could not install the packages to compare with; the benchmarks leave them out"
