# Two commands matter: make serve, make test. `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
WORDS := app/translations
BIN := $(VENV)/bin
# Compiled code starts in a third of the time; some machines switch it off.
export PYTHONDONTWRITEBYTECODE :=
export PATH := $(CURDIR)/$(BIN):$(PATH)
export FLASK_APP := wsgi:app

.PHONY: help serve test check bench soak seed words lock format clean

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

serve: $(VENV)/ok-run ## the whole demo party on http://localhost:8000
	@exec python -m app.serve

test: $(VENV)/ok-dev ## every test, on an embedded PostgreSQL and the Stripe simulator
	@python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(VENV)/ok-dev ## lint, types, import contracts, migrations
	ruff check .
	ruff format --check .
	mypy
	lint-imports
	python -m pytest -q tests/house/test_migrations.py

bench: $(VENV)/ok-dev ## ratios against the bare engine; make bench PEOPLE=4000000 for full scale
	@python -m bench $(if $(PEOPLE),--people $(PEOPLE))

soak: $(VENV)/ok-dev ## the long fault and load runs; KILLS=50 for fewer than 300 kill -9
	@python -m pytest -q -m soak tests $(ARGS)

seed: $(VENV)/ok-run ## make seed PEOPLE=10000 adds synthetic members
	@flask seed $(if $(PEOPLE),--people $(PEOPLE))

words: $(VENV)/ok-run ## bring the catalogues in app/translations up to date with the sources
	@pybabel -q extract -F app/translations/babel.cfg -k "lazy_gettext frame both" --no-wrap --sort-output --add-location=file \
	  --project=Hustings --version=1 --msgid-bugs-address="the issues of this repository" --header-comment='# The words of Hustings, for a translator. Written by make words.' \
	  -o $(WORDS)/messages.pot .
	@sed -i '/^"POT-Creation-Date/d' $(WORDS)/messages.pot
	@pybabel -q update -N --no-wrap --ignore-obsolete --ignore-pot-creation-date -d $(WORDS) -i $(WORDS)/messages.pot
	@pybabel -q compile -d $(WORDS)

lock: ## write requirements/*.txt anew from pyproject.toml (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements/run.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group dev pyproject.toml -o requirements/dev.txt

format: $(VENV)/ok-dev ## put the code in its usual shape
	ruff check --fix -q .
	ruff format -q .

clean: ## remove the environment and the demo's data
	rm -rf $(VENV) instance

$(VENV)/ok-run: requirements/run.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 …"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "Python cannot make a virtual environment here. On Debian: apt-get install python3-venv"; exit 1; }
	@echo "Installing what requirements/run.txt locks (about a minute, once) …"
	@$(BIN)/pip install -qq --disable-pip-version-check --require-hashes -r requirements/run.txt
	@touch $@

$(VENV)/ok-dev: requirements/dev.txt $(VENV)/ok-run
	@echo "Installing what requirements/dev.txt locks …"
	@$(BIN)/pip install -qq --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@
