# Every task of the project. `make` alone lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= $(shell for p in python3.13 python3 python $${PYENV_ROOT:-$$HOME/.pyenv}/versions/3.13*/bin/python3.13; do \
  command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null && command -v $$p && break; done)
BIN := .venv/bin
CODE := layers/vpnbot/vpnbot functions local ops checks tests benchmarks
PORT ?= 8080
ARCHITECTURE ?= arm64
export PATH := $(CURDIR)/$(BIN):$(PATH)
export SAM_CLI_TELEMETRY := 0
export PYTHONPATH := $(CURDIR)/layers/vpnbot

# Two steps at a time, each with its output in one piece where make can do that (4.0 and later).
TWO_AT_A_TIME = $(MAKE) --jobs 2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)

.PHONY: help setup demo test lint types imports template tests audit scan journey build bench test-browser pr lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

.venv/.ready: layers/dependencies/requirements.txt requirements/dev.txt
	@test -n "$(PYTHON)" || { echo "Python 3.13 is needed and was not found. Install it (https://www.python.org/downloads/, or: pyenv install 3.13), or give its path: make setup PYTHON=/path/to/python3.13" >&2; exit 1; }
	@echo "── setting up .venv: Python 3.13 and pinned dependencies, a minute or two, only the first time"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --disable-pip-version-check --require-hashes --progress-bar on -r requirements/dev.txt | grep --line-buffered -E '^(Collecting|Installing|Successfully)' | cut -c1-100
	@echo "$(CURDIR)/layers/vpnbot" > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/vpnbot.pth"
	@touch $@

# The SAM command line reads AWS_DEFAULT_REGION only, and goes to us-east-1 without it; region.pth makes AWS_REGION enough.
.venv-sam/.ready: requirements/sam.txt requirements/region.pth | .venv/.ready
	@echo "── setting up .venv-sam: the SAM command line"
	@$(BIN)/python -m venv .venv-sam
	@.venv-sam/bin/python -m pip install --disable-pip-version-check --require-hashes --progress-bar on -r requirements/sam.txt | grep --line-buffered -E '^(Installing|Successfully)' | cut -c1-100
	@cp requirements/region.pth "$$(.venv-sam/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/"
	@touch $@

# The audit and the scanners have environments of their own: they pin many dependencies.
.venv-%/.ready: requirements/%.txt | .venv/.ready
	@echo "── setting up .venv-$*"
	@$(BIN)/python -m venv .venv-$*
	@.venv-$*/bin/python -m pip install --disable-pip-version-check --require-hashes --progress-bar on -r $< | grep --line-buffered -E '^(Installing|Successfully)' | cut -c1-100
	@touch $@

setup: .venv/.ready .venv-sam/.ready ## create the virtual environments

demo: .venv/.ready ## run everything on this machine and print the address of the chat page
	@$(BIN)/python -m local --port $(PORT)

test: .venv/.ready .venv-sam/.ready ## every check that needs no browser
	@+$(TWO_AT_A_TIME) types lint imports template
	@$(MAKE) tests

lint: .venv/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.ready
	$(BIN)/mypy

imports: .venv/.ready
	$(BIN)/lint-imports

# ES1001 is ignored in the second run: the event source mapping of the queue, which SAM creates, cannot have a failure
# destination; its queue has a redrive policy, which a test checks. ES1007, too: it compares the alias that a topic calls
# with the function that a failure destination belongs to; the first run compares them, and a test.
template: .venv/.ready
	$(BIN)/cfn-lint --append-rules cfn_lint_serverless.rules
	$(BIN)/cfn-lint --template deploy/oidc-role.yaml
	$(BIN)/cfn-lint --regions us-east-1 --template edge/cloudfront.yaml
	$(BIN)/python -m tests.infrastructure.transformed_template .aws-sam/transformed.json
	$(BIN)/cfn-lint --append-rules cfn_lint_serverless.rules --ignore-checks ES1001,ES1007 --template .aws-sam/transformed.json

# Files in their own order: the long ones of e2e first, the short ones of unit last, so that all processes end together.
tests: .venv/.ready .venv-sam/.ready
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder -m "not browser" --cov --cov-report=term:skip-covered

audit: .venv-audit/.ready ## known vulnerabilities of everything that is pinned (AUDIT_OSV_URL=… to ask a mirror)
	.venv-audit/bin/python -m checks.audit

# What is accepted, with reasons: .checkov.yaml, `checkov` under Metadata of a resource, `zizmor: ignore` and
# `pragma: allowlist secret` beside a line. Keywords and high entropy are not looked for: all that they find are names.
scan: .venv-scan/.ready ## security scanners for templates, workflows and secrets
	.venv-scan/bin/checkov --config-file .checkov.yaml $(addprefix --file ,$(wildcard template.yaml monitoring/*.yaml edge/*.yaml))
	.venv-scan/bin/zizmor --offline --no-progress --persona=pedantic .github
	.venv-scan/bin/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	.venv-scan/bin/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	git ls-files -z -- ':!requirements/*.txt' ':!layers/dependencies/requirements.txt' ':!*.png' \
	  | xargs -0 .venv-scan/bin/detect-secrets-hook --no-verify --cores 2 \
	    --disable-plugin KeywordDetector --disable-plugin HexHighEntropyString --disable-plugin Base64HighEntropyString

journey: .venv/.ready ## play the trial and the payments as a conversation, in text
	@$(BIN)/python -m local.journey

build: .venv/.ready .venv-sam/.ready ## sam build (ARCHITECTURE=x86_64 for Intel processors)
	ARCHITECTURE=$(ARCHITECTURE) .venv-sam/bin/sam build --parameter-overrides Architecture=$(ARCHITECTURE)
	@du -sm .aws-sam/build/*Layer | awk '{sub(".*/", "", $$2); print "── " $$2 ": " $$1 " MB unzipped"}'

bench: .venv/.ready .venv-sam/.ready ## cold start, warm taps, load, reconciliation and due work, as ratios within this run
	$(BIN)/python -m benchmarks

test-browser: .venv/.ready ## the chat page and the subscription page in a real browser
	$(BIN)/python -m pytest -m browser

# The tests use every core, and a browser waits only so long, so that they run alone; each other step uses one core.
pr: .venv/.ready ## what .ci/run runs
	@+$(TWO_AT_A_TIME) .venv-sam/.ready .venv-audit/.ready .venv-scan/.ready
	@+$(TWO_AT_A_TIME) journey types lint imports template audit scan build
	@$(MAKE) tests
	@$(MAKE) test-browser

lock: ## update the pinned dependencies (needs uv on PATH)
	uv pip compile --python-version 3.13 --generate-hashes --no-header --no-annotate --quiet layers/dependencies/requirements.in -o layers/dependencies/requirements.txt
	uv pip compile --python-version 3.13 --generate-hashes --no-header --no-annotate --quiet requirements/dev.in -o requirements/dev.txt
	uv pip compile --python-version 3.13 --generate-hashes --no-header --no-annotate --quiet requirements/sam.in -o requirements/sam.txt
	uv pip compile --python-version 3.13 --generate-hashes --no-header --no-annotate --quiet requirements/audit.in -o requirements/audit.txt
	uv pip compile --python-version 3.13 --generate-hashes --no-header --no-annotate --quiet requirements/scan.in -o requirements/scan.txt

clean: ## remove the files that the targets made
	rm -rf .venv .venv-sam .venv-audit .venv-scan .aws-sam .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .coverage
