# make site · make test · make check · make bench — each sets up what it needs.
PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: site serve test check lock reference bless bench clean

site: .venv/site.stamp
	$(BIN)/remit build

serve: .venv/site.stamp
	$(BIN)/remit serve

test: .venv/test.stamp
	$(BIN)/pytest $(PYTEST)

check: .venv/test.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/remit check

bench: .venv/test.stamp
	$(BIN)/python tests/bench $(BENCH)

# Golden files: read the diff before you commit it.
bless: .venv/test.stamp
	REMIT_BLESS=1 $(BIN)/pytest -q tests/test_golden.py
	git diff --stat -- tests

reference: .venv/test.stamp
	$(BIN)/python docs/make_reference.py
	$(BIN)/remit schema

lock: .venv/test.stamp
	$(INSTALL) uv
	$(BIN)/uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet --output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group build --group test --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet --output-file requirements-test.lock

clean:
	rm -rf site build .cache

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Remit needs Python 3.11 or newer; name one: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv .venv

.venv/site.stamp: .venv/bin/python requirements.lock pyproject.toml
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-deps --no-build-isolation --editable .
	touch $@

.venv/test.stamp: .venv/site.stamp requirements-test.lock
	$(INSTALL) --require-hashes -r requirements-test.lock
	touch $@
