# Each name is a task of tools/make.py, which does the same where there is no `make`.
PYTHON ?= python3
SIZE   ?= M
export SIZE

TASKS := report test test-full test-long quick check lint coverage data spark bench bundle clean lock

.DEFAULT_GOAL := help
.PHONY: help $(TASKS)

help: ## Show this list
	@$(PYTHON) tools/make.py

$(TASKS):
	@$(PYTHON) tools/make.py $@
