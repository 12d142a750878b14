# Everything that a person does with this project from a checkout. `make help` lists it.
.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-print-directory

BIN := $(CURDIR)/.venv/bin
OUT ?= demo
ARCHITECTURE ?= arm64
# SAM builds with the first python3.13 on PATH.
export PATH := $(BIN):$(PATH)
export SAM_CLI_TELEMETRY := 0

.PHONY: help
help: ## list the targets
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: .venv/.synced ## a thousand invented calls through the whole chain on this machine, and five questions (OUT=directory)
	@$(BIN)/voice-analytics local demo --out $(OUT)

.PHONY: test
test: lint ## lint, and all tests
	$(BIN)/pytest --numprocesses 2 --dist loadgroup

.PHONY: soak
soak: .venv/.synced ## a million events through the local chain while AWS fails (some 20 minutes)
	$(BIN)/python -m tests.soak.soak

.PHONY: lint
lint: .venv/.synced ## format, lint and types, checked and not changed
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy

.PHONY: format
format: .venv/.synced ## format, and mend what the linter can mend
	$(BIN)/ruff check --fix --quiet --exit-zero .
	$(BIN)/ruff format --quiet .

.PHONY: build
build: .venv/.synced ## sam build (ARCHITECTURE=x86_64 for `sam local invoke` on such a machine)
	$(BIN)/sam build --parameter-overrides Architecture=$(ARCHITECTURE)

.PHONY: schemas
schemas: .venv/.synced ## write what is generated from the models: schemas/, the template's columns, the layer's requirements and hash
	$(BIN)/python -m voice_analytics.project schemas

.PHONY: events
events: .venv/.synced ## write events/*.json from events/sources/*.yaml
	$(BIN)/python -m voice_analytics.project events

.PHONY: lock
lock: .venv/.synced ## choose the newest versions of all dependencies anew
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.13 --generate-hashes --no-annotate \
	    --custom-compile-command "make lock" --group dev --output-file requirements.lock pyproject.toml
	$(MAKE) schemas

.PHONY: clean
clean: ## remove what the other targets made
	rm -rf .venv .aws-sam .mypy_cache .pytest_cache .ruff_cache .hypothesis demo

# Python 3.13 from PATH or pyenv; all else from requirements.lock.
.venv/.synced: requirements.lock pyproject.toml
	@for python in python3.13 "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/3.13*/bin/python3.13 ""; do \
	    if [ -n "$$python" ] && "$$python" -c '' 2>/dev/null; then break; fi; done; \
	if [ -z "$$python" ]; then \
	    echo "There is no Python 3.13 on PATH or in pyenv. Get one (pyenv install 3.13; or your system's package) and run make again." >&2; \
	    exit 1; fi; \
	echo "Setting up .venv from requirements.lock (once)" >&2; \
	$(BIN)/python -m pip --version >/dev/null 2>&1 || "$$python" -m venv --clear .venv; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "$$(sed -n 's/^\(uv==[0-9.]*\).*/\1/p' requirements.lock)"; \
	export VIRTUAL_ENV="$(CURDIR)/.venv"; \
	$(BIN)/uv pip sync --quiet --require-hashes requirements.lock; \
	$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@
