# Everything that a person does with this project from a checkout. `make help` lists it.
.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-print-directory

BIN := $(CURDIR)/.venv/bin
OUT ?= demo
ARCHITECTURE ?= arm64
# The tests in these folders need seconds each, or many seconds together: DuckDB, SAM, moto, a browser,
# the documents of AWS.
SLOW_TESTS := alerts benchmarks docs e2e explore insights fuzz operate property queries report template
COMPILE_LOCK := uv pip compile --quiet --upgrade --universal --python-version 3.13 --generate-hashes \
    --no-annotate --custom-compile-command "make lock"
# SAM builds with the first python3.13 on PATH.
export PATH := $(BIN):$(PATH)
export SAM_CLI_TELEMETRY := 0

.PHONY: help
help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: .venv/.synced ## a thousand invented calls through the whole chain, five questions, a report (OUT=folder)
	@$(BIN)/voice-analytics local demo --out $(OUT)

.PHONY: check
check: lint ## lint, types, and the tests that take less than a second each: between two edits
	$(BIN)/pytest --quiet -rfE --numprocesses 2 --dist loadgroup -m "not slow" $(SLOW_TESTS:%=--ignore=tests/%)

.PHONY: test
test: lint docs .venv/tools/.synced ## lint, the documentation, and all tests
	$(BIN)/pytest --numprocesses 2 --dist loadgroup

.PHONY: test-agent
test-agent: .venv/.synced .venv/livekit/.synced ## the recorder in real sessions and workers of four LiveKit versions (some 2 minutes)
	$(BIN)/pytest --numprocesses 2 --dist loadgroup tests/agent

.PHONY: soak
soak: .venv/.synced ## a million events through the local chain while AWS fails (some 20 minutes)
	$(BIN)/python -m tests.soak.soak

.PHONY: truth
truth: .venv/.synced ## the local engine beside a real Trino 476 and Hive's parser, from Maven (some 6 minutes)
	@$(BIN)/python -m tests.truth

.PHONY: bench
bench: .venv/.synced ## speed and size beside other ways; writes docs/benchmarks.md (some 5 minutes)
	$(BIN)/python -m benchmarks --write --out docs/images

.PHONY: bench-agent
bench-agent: .venv/.synced .venv/livekit/.synced ## what the recorder costs a call; writes its section of docs/benchmarks.md (some 5 minutes)
	$(BIN)/python -m benchmarks.recorder

.PHONY: docs
docs: .venv/.synced ## build the documentation as a site in site/; fails on a broken link
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict

.PHONY: lint
lint: .venv/.synced ## check format, lint and types; changes nothing
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --no-logo

.PHONY: format
format: .venv/.synced ## format, and fix what the linter can fix
	$(BIN)/ruff check --fix --quiet --exit-zero .
	$(BIN)/ruff format --quiet .

.PHONY: build
build: .venv/.synced ## sam build with compiled Python for a faster cold start (ARCHITECTURE=x86_64 for `sam local invoke`)
	$(BIN)/sam build --parameter-overrides Architecture=$(ARCHITECTURE)
	$(BIN)/python -m voice_analytics.codegen compile

.PHONY: local-invoke
local-invoke: .venv/.synced ## each of events/ through `sam local invoke` in a container (EVENTS=files, IMAGE=base image)
	@$(BIN)/python -m tests.e2e.local_invoke $(EVENTS) $(if $(IMAGE),--image $(IMAGE))

.PHONY: schemas
schemas: .venv/.synced ## write what is generated from models and template: schemas/, the contract, the lists in documents
	$(BIN)/python -m voice_analytics.codegen.contract
	$(BIN)/python -m voice_analytics.codegen schemas
	$(BIN)/python -c 'from voice_analytics.cli.reference import write; write()'

.PHONY: events
events: .venv/.synced ## write events/*.json from events/sources/*.yaml
	$(BIN)/python -m voice_analytics.codegen events

.PHONY: lock
lock: .venv/.synced ## choose the newest versions of all dependencies
	$(COMPILE_LOCK) --group dev --output-file requirements.lock pyproject.toml
	for tool in checkov ministack; do \
	    $(COMPILE_LOCK) --output-file tests/tools/$$tool.lock tests/tools/$$tool.in; done
	for tool in oldest-python $(SDKS:%=livekit-%); do \
	    $(COMPILE_LOCK:3.13=3.10) --output-file tests/tools/$$tool.lock tests/tools/$$tool.in; done
	$(MAKE) schemas

.PHONY: clean
clean: ## remove what the other targets made
	rm -rf .venv .uv .aws-sam .mypy_cache .pytest_cache .ruff_cache .hypothesis demo site

# uv comes from PATH, or is installed into .uv by any Python from 3.9 on that has pip or venv.
.uv/bin/uv:
	@rm -rf .uv; \
	if uv="$$(PATH="$${PATH#*:}" command -v uv)"; then mkdir -p .uv/bin; ln -s "$$uv" $@; exit; fi; \
	uv="$$(sed -n 's/^\(uv==[0-9.]*\).*/\1/p' requirements.lock)"; \
	for python in python3 python3.13 $(PYENV_PYTHON); do \
	    "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null || continue; \
	    "$$python" -m pip install --quiet --disable-pip-version-check --target .uv "$$uv" 2>/dev/null && exit; \
	    "$$python" -m venv .uv 2>/dev/null && .uv/bin/pip install --quiet "$$uv" && exit; \
	done; rm -rf .uv; $(NO_PYTHON)

# uv takes Python 3.13 from pyenv or PATH, or downloads it; all else is from requirements.lock.
PYENV_PYTHON = $(lastword $(wildcard $(or $(PYENV_ROOT),$(HOME)/.pyenv)/versions/3.13*/bin/python3.13))
NO_PYTHON = echo "error: Python 3.13 is not installed, and uv cannot install it here. Install it (your system's \
package, or pyenv install 3.13), or install uv (https://docs.astral.sh/uv) where it can download; then run make again." \
    >&2; exit 1

.venv/.synced: .uv/bin/uv requirements.lock pyproject.toml
	@echo "Setting up .venv from requirements.lock (once)" >&2
	@$(BIN)/python -c '' 2>/dev/null \
	    || { rm -rf .venv; .uv/bin/uv venv --quiet --python "$(or $(PYENV_PYTHON),3.13)" .venv; } \
	    || { $(NO_PYTHON); }
	@export VIRTUAL_ENV="$(CURDIR)/.venv"; \
	.uv/bin/uv pip sync --quiet --require-hashes requirements.lock; \
	.uv/bin/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# Tools that cannot share an environment with the SAM CLI (it wants other versions of the same libraries).
.venv/tools/.synced: .venv/.synced tests/tools/checkov.lock tests/tools/ministack.lock tests/tools/oldest-python.lock
	@echo "Setting up checkov, ministack and the oldest Python for the tests (once)" >&2
	@for tool in checkov ministack; do \
	    uv venv --quiet --allow-existing --python $(BIN)/python .venv/tools/$$tool; \
	    uv pip sync --quiet --require-hashes --python .venv/tools/$$tool/bin/python tests/tools/$$tool.lock; done
	@$(FIND_OLDEST_PYTHON); if [ -n "$$oldest" ]; then \
	    uv venv --quiet --allow-existing --python "$$oldest" .venv/tools/oldest-python; \
	    uv pip sync --quiet --require-hashes --python .venv/tools/oldest-python/bin/python \
	        tests/tools/oldest-python.lock; fi
	@touch $@

# The recorder supports Python from 3.10 on: the oldest below this project's own that is there, else empty.
FIND_OLDEST_PYTHON = oldest=""; for minor in 12 11 10; do \
    for python in "python3.$$minor" "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/3.$$minor*/bin/python; do \
        if "$$python" -c '' 2>/dev/null; then oldest="$$(command -v "$$python")"; fi; done; done

# The LiveKit SDKs whose reports are recorded (tests/fixtures/livekit), and from 1.5 on the recorder is tested with, each
# in an environment of its own: the older ones on the oldest Python.
SDKS := $(patsubst tests/tools/livekit-%.in,%,$(wildcard tests/tools/livekit-*.in))
OLD_SDKS := $(filter 1.3.% 1.5.%,$(SDKS))
.venv/livekit/.synced: .venv/.synced $(SDKS:%=tests/tools/livekit-%.lock)
	@echo "Setting up LiveKit $(SDKS) for the tests (once)" >&2
	@$(FIND_OLDEST_PYTHON); \
	for sdk in $(SDKS); do \
	    python="$(BIN)/python"; \
	    case " $(OLD_SDKS) " in *" $$sdk "*) python="$${oldest:-$$python}";; esac; \
	    uv venv --quiet --allow-existing --python "$$python" .venv/livekit/$$sdk; \
	    uv pip sync --quiet --require-hashes --python .venv/livekit/$$sdk/bin/python tests/tools/livekit-$$sdk.lock; done
	@touch $@
