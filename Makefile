# Two commands on a bare machine with Python 3.11+: make run, make test.
PYTHON ?= python3
BIN := .venv/bin
DATA ?= var
WORKERS ?= 3

.PHONY: run test check check-types check-rest bench docs clean-data

run: .venv/.run-ready
	@exec $(BIN)/chengan up --data $(DATA)

test: .venv/.dev-ready
	@$(BIN)/python tools/browser.py
	@$(BIN)/pytest -n $(WORKERS) --dist worksteal

check: .venv/.dev-ready
	@$(MAKE) --no-print-directory --jobs 2 --output-sync check-types check-rest

check-types: .venv/.dev-ready
	@$(BIN)/mypy

check-rest: .venv/.dev-ready
	@$(BIN)/ruff check src tests tools
	@$(BIN)/ruff format --check src tests tools
	@$(BIN)/lint-imports
	@$(BIN)/python tools/front_door.py
	@$(BIN)/python tools/city_map.py --check
	@$(BIN)/python tools/messages.py --check

docs: .venv/.dev-ready
	@$(BIN)/python tools/city_map.py
	@$(BIN)/python tools/messages.py

bench: .venv/.run-ready
	@$(BIN)/chengan bench $(NAME)

.venv/.run-ready: requirements.lock tools/set_up.py pyproject.toml
	@$(PYTHON) tools/set_up.py run

.venv/.dev-ready: requirements-dev.lock tools/set_up.py pyproject.toml
	@$(PYTHON) tools/set_up.py dev
