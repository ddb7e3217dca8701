# Set-up leaves stamp files, so that a second run starts at once and a changed pin is installed.

PYTHON ?= python3
PY := .venv/bin/python
FLASK := $(PY) -m flask --app app
INSTANCE := $(or $(LCWEB_INSTANCE),instance)
NPM := $(shell command -v npm 2>/dev/null)

PACKAGES := .venv/.packages
NODE_PACKAGES := node_modules/.packages
VENDOR := static/vendor/.copied
BROWSER_FILES := $(if $(NPM),$(VENDOR),browser-files-from-cdn)

.DEFAULT_GOAL := help
.PHONY: help setup run test lint bench prove worker release first-settings browser-files-from-cdn
.DELETE_ON_ERROR:

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' Makefile

setup: $(PACKAGES) first-settings $(BROWSER_FILES) ## Prepare .venv, browser files and first settings; the others do it themselves

run: setup ## Start the app and its worker on http://127.0.0.1:5000 (PORT=… overrides)
	@$(FLASK) prepare
	@exec $(FLASK) serve

test: setup ## Run the tests (ARGS="-k inbox" chooses)
	@$(PY) -m pytest -n 2 --dist worksteal $(ARGS)

lint: $(PACKAGES) ## Check style and format
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

bench: setup ## Measure the app
	@$(PY) -m tests.bench

prove: setup ## Run the full-size proofs
	@$(PY) -m pytest --prove

worker: setup ## Run one more worker, without the app
	@exec $(FLASK) worker run

# Of a commit, so that the same archive can be made again; the packages are for machines of this kind.
release: setup ## Make dist/: the archive for servers, its Python packages and their checksums
	@test -z "$$(git status --porcelain)" || { echo "Commit or put away what git status shows: a release is of a commit." >&2; exit 1; }
	@rm -rf dist
	@SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(PY) -m lcweb.release archive dist
	@$(PY) -m pip wheel --quiet --disable-pip-version-check -r dist/requirements.txt -w dist/wheels
	@$(PY) -m lcweb.release checksums dist

$(PACKAGES): requirements.txt
	@command -v $(PYTHON) >/dev/null || { echo "lcweb needs Python 3.11 or newer; $(PYTHON) was not found." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit("lcweb needs Python 3.11 or newer; $(PYTHON) is %d.%d." % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	@test -x .venv/bin/pip || $(PYTHON) -m venv --clear .venv
	@echo "Installing the pinned Python packages into .venv"
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

# npm ci needs the lock alone and deletes node_modules first, the stamp with it.
$(NODE_PACKAGES): package-lock.json package.json .npmrc
	@npm ci --loglevel=error
	@touch $@

# The app does not start without settings, and copying is a command of the app.
$(VENDOR): $(NODE_PACKAGES) assets.json lcweb/assets.py | $(PACKAGES) first-settings
	@$(FLASK) assets copy
	@touch $@

first-settings: $(PACKAGES)
	@test -e "$(INSTANCE)/lcweb.toml" || test -n "$${LCWEB_SECRET_KEY:-}" || $(PY) -m lcweb.first_settings demo "$(INSTANCE)"

browser-files-from-cdn: $(PACKAGES) first-settings
	@$(PY) -m lcweb.first_settings cdn "$(INSTANCE)"
