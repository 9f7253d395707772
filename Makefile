# The three commands that people need. VENV says where the environment is, or is to be.
VENV ?= .venv
BIN = $(VENV)/bin

.PHONY: setup test check

setup:
	python3 -m venv $(VENV) && $(BIN)/pip install --quiet --editable ".[dev]"

test:
	$(BIN)/python -m pytest -n auto

check:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
