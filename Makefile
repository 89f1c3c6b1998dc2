# Every command of the project. `make demo` and `make test` are the two to know.
PYTHON ?= python3
PORT ?= 8000
# Language of the demonstration company: en or fr.
DEMO_LANGUAGE ?= en
# Which tests: any pytest expression for -m.
SUITE ?=
WORKERS ?= auto
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo run test coverage test-browser lint format bench screenshots messages lock clean

demo: $(VENV)/installed ## A demonstration company on http://127.0.0.1:8000
	@DEMO=true DATA_DIR=var/demo LANGUAGE_CODE=$(DEMO_LANGUAGE) exec $(BIN)/python -m config.serve --port $(PORT) --demo $(DEMO_LANGUAGE)

run: $(VENV)/installed ## An empty site for real use
	@exec $(BIN)/python -m config.serve --port $(PORT)

test: $(VENV)/installed-dev ## The whole suite, on SQLite or on DATABASE_URL
	$(BIN)/pytest -n $(WORKERS) -m "$(or $(SUITE),not browser)"
	$(if $(SUITE),,$(MAKE) test-browser)

coverage: $(VENV)/installed-dev ## Which branches the suite does not run
	$(BIN)/pytest -n $(WORKERS) -m "not browser" --cov --cov-report=term-missing:skip-covered

test-browser: $(VENV)/installed-dev ## The journeys in Debian's Chromium
	DJANGO_ALLOW_ASYNC_UNSAFE=true $(BIN)/pytest -n $(WORKERS) --dist loadgroup -m browser tests/browser

lint: $(VENV)/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/djade --check --target-version 5.2 $$(git ls-files 'templates/*.html')
	$(BIN)/codespell
	DATA_DIR=var/lint DATABASE_URL=sqlite:///var/lint/lint.sqlite3 $(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m tests.check_messages

format: $(VENV)/installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djade --target-version 5.2 $$(git ls-files 'templates/*.html')

bench: $(VENV)/installed-dev ## Measure at 2,000 and 20,000 answers, beside a bare Django page
	$(BIN)/python -m tests.bench.run

screenshots: $(VENV)/installed-dev ## Renew the pictures in docs/
	DJANGO_ALLOW_ASYNC_UNSAFE=true $(BIN)/python -m tests.browser.screenshots

messages: $(VENV)/installed-dev ## Collect the strings to translate into locale/fr
	$(BIN)/python manage.py makemessages -l fr --no-location --no-wrap --ignore '.venv/*' --ignore 'var/*' --ignore 'tests/*'

lock: ## Renew the exact versions; needs uv
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --no-header requirements.in -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --no-header requirements-xlsx.in -o requirements-xlsx.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --no-header requirements-dev.in -o requirements-dev.lock

clean: ## Remove the virtual environment; keeps var/, where the data is
	rm -rf $(VENV)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Contrechamp needs Python 3.11 or later: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python cannot make a virtual environment. On Debian or Ubuntu: apt install python3-venv"; exit 1; }

$(VENV)/installed: requirements.lock | $(VENV)/bin/python
	@echo "Installing the libraries…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/installed-dev: requirements-dev.lock | $(VENV)/bin/python
	@echo "Installing the development libraries…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $(VENV)/installed $@
