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
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: .venv/.synced ## a thousand invented calls through the whole chain on this machine, five questions, a report (OUT=directory)
	@$(BIN)/voice-analytics local demo --out $(OUT)

.PHONY: test
test: lint .venv/tools/.synced ## lint, and all tests
	$(BIN)/pytest --numprocesses 2 --dist loadgroup

.PHONY: soak
soak: .venv/.synced ## a million events through the local chain while AWS fails (some 20 minutes)
	$(BIN)/python -m tests.soak.soak

.PHONY: bench
bench: .venv/.synced ## how fast, small and cheap it is beside other ways; writes README's table and the plot (some 5 minutes)
	$(BIN)/python -m benchmarks --readme --out benchmarks

.PHONY: lint
lint: .venv/.synced ## format, lint and types, checked and not changed
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --no-logo

.PHONY: format
format: .venv/.synced ## format, and mend what the linter can mend
	$(BIN)/ruff check --fix --quiet --exit-zero .
	$(BIN)/ruff format --quiet .

.PHONY: build
build: .venv/.synced ## sam build, and compiled Python beside its sources (ARCHITECTURE=x86_64 for `sam local invoke` on such a machine)
	$(BIN)/sam build --parameter-overrides Architecture=$(ARCHITECTURE)
	$(BIN)/python -m voice_analytics.codegen compile

.PHONY: local-invoke
local-invoke: .venv/.synced ## each of events/ through the real `sam local invoke` in a container (EVENTS=files, IMAGE=base image)
	@$(BIN)/python -m tests.e2e.local_invoke $(EVENTS) $(if $(IMAGE),--image $(IMAGE))

.PHONY: schemas
schemas: .venv/.synced ## write what is generated from the models: schemas/, the layer's contract and hash, the template's columns, the documents' lists
	$(BIN)/python -m voice_analytics.codegen.contract
	$(BIN)/python -m voice_analytics.codegen schemas

.PHONY: events
events: .venv/.synced ## write events/*.json from events/sources/*.yaml
	$(BIN)/python -m voice_analytics.codegen events

.PHONY: lock
lock: .venv/.synced ## choose the newest versions of all dependencies anew
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.13 --generate-hashes --no-annotate \
	    --custom-compile-command "make lock" --group dev --output-file requirements.lock pyproject.toml
	for tool in checkov ministack; do \
	    $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.13 --generate-hashes --no-annotate \
	        --custom-compile-command "make lock" --output-file tests/tools/$$tool.lock tests/tools/$$tool.in; done
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

# Tools that cannot share an environment with the SAM CLI (each wants other versions of the same libraries) have their own.
.venv/tools/.synced: .venv/.synced tests/tools/checkov.lock tests/tools/ministack.lock
	@echo "Setting up checkov and ministack for the tests (once)" >&2
	@for tool in checkov ministack; do \
	    $(BIN)/uv venv --quiet --allow-existing --python $(BIN)/python .venv/tools/$$tool; \
	    $(BIN)/uv pip sync --quiet --require-hashes --python .venv/tools/$$tool/bin/python tests/tools/$$tool.lock; done
	@touch $@
