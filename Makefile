# livecontent: `make serve` shows the demo, `make test` checks everything. Both set up what they need in .venv.

PORT ?= 8000
PYTHON ?= python3
BIN := .venv/bin

OPENINGS ?= 1000000
BASE ?= main

HOURS ?= 0.1
SEED ?= 7

COMMIT ?= main
ROUNDS ?= 5

.PHONY: help serve quick test nightly torture deploy-check bench bench-compare bench-peers bench-memory bench-report wheel sbom lock clean

help:
	@echo "make serve         the demo on http://127.0.0.1:$(PORT) (PORT= changes it)"
	@echo "make quick         lint, types and the tests of what has changed since BASE=$(BASE)"
	@echo "make test          lint, types, import contract and all tests"
	@echo "make nightly       all tests, with ten times the random cases"
	@echo "make torture       breaks all that a server stands on (HOURS= longer, SEED= otherwise); writes docs/trust.md"
	@echo "make deploy-check  types docs/deploy.md on a clean Debian 12, and builds and runs the container (root, some minutes)"
	@echo "make bench         measurements, kept in benchmarks/results"
	@echo "make bench-compare the working tree against COMMIT=$(COMMIT), in turns"
	@echo "make bench-peers   beside other engines (needs Node and Chromium)"
	@echo "make bench-memory  of a worker, through OPENINGS=$(OPENINGS)"
	@echo "make wheel         a wheel in dist/, the same bytes for the same commit"
	@echo "make sbom          what it stands on, with versions and licences: dist/sbom.json (CycloneDX)"
	@echo "make bench-report  the chart, and the table of the README, from the results"

serve: .venv/ready
	@sh .ci/system --ask fribidi
	@$(BIN)/livecontent demo --port $(PORT)

quick: .venv/ready-dev
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo >/dev/null || $(BIN)/lint-imports --no-logo
	@tests="$$($(BIN)/python .ci/changed_tests.py $(BASE))"; test -z "$$tests" || $(BIN)/pytest -n 2 --maxfail 1 $$tests

# Tests start Python hundreds of times: it keeps what it compiled, also where it is told not to.
quick test nightly: export PYTHONDONTWRITEBYTECODE =

test: .venv/ready-dev
	@sh .ci/system fribidi chromium nginx caddy promtool
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/pytest

nightly: .venv/ready-dev
	$(BIN)/pytest --hypothesis-profile nightly

torture: .venv/ready-dev
	$(BIN)/python -m tools.torture --hours $(HOURS) --seed $(SEED)

deploy-check: wheel
	$(BIN)/python -m tools.deploying

bench: .venv/ready-dev
	$(BIN)/python -m benchmarks

bench-compare: .venv/ready-dev
	$(BIN)/python -m benchmarks compare $(COMMIT) --rounds $(ROUNDS)

bench-peers: .venv/ready-dev
	$(BIN)/python -m benchmarks peers peers-cards

bench-memory: .venv/ready-dev
	$(BIN)/python -m benchmarks memory --openings $(OPENINGS)

bench-report: .venv/ready-dev
	$(BIN)/python -m benchmarks.report

.venv/ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "livecontent needs Python 3.11 or newer")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing livecontent in .venv: once, a minute or two."
	@$(BIN)/python .ci/install.py requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@echo "Installed."
	@touch $@

.venv/ready-dev: requirements-dev.txt .venv/ready
	@echo "Installing the tools for tests in .venv: once, a minute or two."
	@$(BIN)/python .ci/install.py requirements-dev.txt
	@touch $@

wheel: .venv/ready-dev
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/python -m build --no-isolation --wheel

# Of what is installed to run it, not of the tools for tests.
sbom: .venv/ready-dev
	@mkdir -p dist
	@rm -rf build/sbom build/cyclonedx
	@for place in sbom:requirements.txt cyclonedx:requirements-sbom.txt; do \
	  $(PYTHON) -m venv --without-pip build/$${place%%:*} && $(BIN)/python -m pip --python build/$${place%%:*}/bin/python \
	    install --quiet --disable-pip-version-check --require-hashes -r $${place##*:} || exit 1; done
	build/cyclonedx/bin/cyclonedx-py environment build/sbom/bin/python --pyproject pyproject.toml --output-reproducible -o dist/sbom.json

# New versions of everything, with hashes for all platforms and Pythons.
lock: .venv/ready-dev
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url \
	  --python-version 3.11 pyproject.toml --group build -o requirements.txt --upgrade
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url \
	  --python-version 3.11 pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt --upgrade
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url \
	  --python-version 3.11 --group sbom -o requirements-sbom.txt --upgrade

clean:
	rm -rf .venv .livecontent/demo dist build
