PYTHON ?= python3
VENV := .venv/bin
# What follows the target's command, e.g.  make demo ARGS=--once
ARGS ?=
# One more than two cores: the days of tests/acceptance wait for the clock of a running program half their time
WORKERS ?= 3
# Of make prove: days gone wrong, and SIGKILLs over real HTTP (every fourth with the notes deleted)
SCHEDULES ?= 2000
KILLS ?= 200

OURS := studio_sync sheets_schema jobs webhook emulator
CODE := $(OURS) $(wildcard tests scripts bench)

# What Python has compiled it keeps, whatever the shell says: pytest takes 9 s of each worker to read all tests anew
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup dev demo test check prove bench pictures format lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' Makefile

setup: ## .venv with what the product needs, checked by hash
	@$(PYTHON) scripts/setup.py

dev: ## the same, and the tools of test and check
	@$(PYTHON) scripts/setup.py --dev

demo: setup ## a day in a studio on this computer; ARGS=--once without the page
	@$(VENV)/python -m studio_sync demo $(ARGS)

test: dev ## all tests
	@$(VENV)/python -m pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: dev ## format, lint, types, direction of imports, texts
	@$(VENV)/ruff format --check $(CODE)
	@$(VENV)/ruff check $(CODE)
	@$(VENV)/mypy $(CODE)
	@$(VENV)/lint-imports --no-logo
	@$(VENV)/python -m sheets_schema.texts.lint

prove: dev ## the long proofs: SCHEDULES=2000 days gone wrong, KILLS=200 real kills, every planted bug, every edit
	@STUDIO_SYNC_PROVE=1 HYPOTHESIS_PROFILE=prove $(VENV)/python -m pytest -q -n $(WORKERS) --dist loadfile \
		tests/acceptance/test_kill.py tests/acceptance/test_killed_day.py tests/hallway tests/unit/test_fuzz.py \
		tests/unit/test_rules_always.py tests/unit/test_cells.py tests/emulator/test_sheets_histories.py $(ARGS)
	@STUDIO_SYNC_PROVE=1 STUDIO_SYNC_SCHEDULES=$(SCHEDULES) STUDIO_SYNC_KILLS=$(KILLS) \
		$(VENV)/python -m pytest -q -n $(WORKERS) --dist load tests/acceptance/test_killed_often.py tests/histories $(ARGS)

bench: dev ## figures beside other habits, on this computer; ARGS=--quick for 90 seconds
	@$(VENV)/python -m bench $(ARGS)

pictures: dev ## the screenshots of the README, from the real page in a browser
	@$(VENV)/python -m scripts.pictures $(ARGS)

format: dev ## let ruff mend what it can
	@$(VENV)/ruff format $(CODE)
	@$(VENV)/ruff check --fix-only $(CODE)

lock: dev ## write both locks again after a change in pyproject.toml; ARGS=--upgrade for newer versions
	@scripts/lock $(ARGS)

clean: ## remove what can be made again; data folders stay
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist demo-out
	@find $(CODE) -name __pycache__ -type d -prune -exec rm -rf {} +
