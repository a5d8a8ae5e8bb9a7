# `make lab` is all a newcomer needs. Everything is installed into .venv, nothing outside this folder,
# and a stamp there (.venv/.lab, .venv/.test, ...) remembers which extras of pyproject.toml are in.

PYTHON ?= python3
LOWEST_PYTHON ?= 3.11
# Old versions of libraries are tried on what calls them; simulated worlds are about our own arithmetic.
BROWSERLESS := not browser and not notebook and not setup and not engine and not simulation and not layout and not long
FAST := not browser and not notebook and not kernel and not engine and not simulation and not layout and not slow and not long
PYTEST = $(ONE_THREAD) .venv/bin/python -m pytest -n auto --dist loadgroup
# Worker processes share the cores already; threads inside BLAS would only get in each other's way.
ONE_THREAD := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1

export PIP_DISABLE_PIP_VERSION_CHECK = 1
# The kernel is the one of .venv, also where the user has installed another of the same name.
export JUPYTER_PATH =
export JUPYTER_PREFER_ENV_PATH = 1
unexport PYTHONHOME PYTHONPATH VIRTUAL_ENV

.DEFAULT_GOAL := help
# In a container everybody is root, which JupyterLab refuses unless told; it listens to this computer only.
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)

.PHONY: help lab test test-fast test-long test-lowest lint report notebooks gallery bench truth clean moved

help: ## List what make can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

lab: .venv/.lab ## Open the notebooks in JupyterLab, on this computer only
	@.venv/bin/jupyter lab notebooks --ip=127.0.0.1 --ServerApp.jpserver_extensions=crunch.nodelay=True $(AS_ROOT) $(LAB_ARGS)

test: .venv/.test .venv/.engines ## Run the tests, in some seven minutes; PYTEST_ARGS="-k stuck" picks some
	@$(PYTEST) -m "not long" $(PYTEST_ARGS)

test-fast: .venv/.test .venv/.engines ## Run what takes a minute: no browser, simulation, notebook or engine
	@$(PYTEST) -m "$(FAST)" $(PYTEST_ARGS)

test-long: .venv/.test .venv/.engines ## Run what is rarer and longer: all worlds where test tries some
	@$(PYTEST) -m long $(PYTEST_ARGS)

test-lowest: .venv-lowest/.done ## Run the library's tests on the oldest versions that pyproject.toml allows
	@$(ONE_THREAD) .venv-lowest/bin/python -m pytest -n auto --dist loadgroup -m "$(BROWSERLESS)" \
		--ignore=crunch/shares/fast.py $(PYTEST_ARGS)

lint: .venv/.lab .venv/.lint ## Check the code and the form of the notebooks
	@.venv/bin/ruff check --quiet && echo "The code is clean."
	@.venv/bin/python scripts/run_notebooks.py --static

report: build/report/index.html ## Answer the questions about the schools table in one HTML page
	@echo "The report is up to date: build/report/index.html"

notebooks: .venv/.test ## Run every notebook from a clean start and keep its outputs
	@.venv/bin/python scripts/run_notebooks.py

gallery: .venv/.test ## Draw every chart for every table, side by side, to look at
	@.venv/bin/python scripts/gallery.py

bench: .venv/.test .venv/.engines .venv/.bench ## Time the library against its peers
	@set -e; for file in benchmarks/[a-z]*.py; do \
		test -f "$$file" || { echo "There are no benchmarks in benchmarks/."; exit 1; }; \
		test "$$file" != benchmarks/truth.py || continue; \
		echo "== $$file"; .venv/bin/python "$$file"; \
	done

truth: .venv/.test ## Ask worlds whose truth is known, in an hour or two; see TRUTH_ARGS=--help
	@$(ONE_THREAD) .venv/bin/python benchmarks/truth.py $(TRUTH_ARGS)

clean: ## Remove everything that make made
	@rm -rf build dist .venv .venv-lowest .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

build/report/index.html: .venv/.lab $(shell find crunch -type f -not -name '*.pyc')
	@echo "Writing the report"
	@.venv/bin/crunch report schools --output build/report
	@touch -c $@

# A virtual environment knows its own path: one that was made elsewhere and moved here is made anew.
MOVED := $(shell test ! -e .venv/.home || test "$$(cat .venv/.home)" = "$(CURDIR)" || echo moved)

.venv/bin/python: $(MOVED)
	@command -v "$(PYTHON)" >/dev/null || { echo "crunch needs Python 3.11 or newer, but there is no" \
		"$(PYTHON) here. Install one from python.org or your package manager, or name the one you have:" \
		"make $(or $(MAKECMDGOALS),lab) PYTHON=/path/to/python3"; exit 1; }
	@"$(PYTHON)" scripts/check_python.py "$(PYTHON)" $(MAKECMDGOALS)
	@echo "Setting up .venv, once: about half a minute"
	@rm -rf .venv; "$(PYTHON)" -m venv .venv && echo "$(CURDIR)" > .venv/.home || { rm -rf .venv; \
		echo "Making .venv failed, and what was made is removed. Free disk space or name another Python:" \
		"make $(or $(MAKECMDGOALS),lab) PYTHON=python3.12"; exit 1; }

# uv installs in seconds what takes pip most of a minute. Where it is not to be had, or cannot reach the
# packages because only pip is configured to, pip does the same work, and it is pip's errors that are shown.
# Both compile what they install: the wait belongs here and not before the first chart.
.venv/.%: pyproject.toml .venv/bin/python
	@echo "Installing what 'make $(or $(MAKECMDGOALS),lab)' needs ($*)"
	@test -x .venv/bin/uv || .venv/bin/python -m pip install -q --only-binary :all: uv 2>/dev/null || true
	@.venv/bin/uv pip install -q --compile-bytecode --python .venv/bin/python -e ".[$*]" 2>/dev/null \
		|| .venv/bin/python -m pip install -q -e ".[$*]" \
		|| { echo "The packages could not be installed; the lines above say why. Once that is mended," \
			"the same command goes on from here."; exit 1; }
	@touch $@

.venv/.test .venv/.lint .venv/.engines .venv/.bench: .venv/.lab

# Lowest means what crunch imports; the test tools come as new as fits.
.venv-lowest/.done: pyproject.toml .venv/.test
	@test -x .venv/bin/uv || { echo "The oldest versions are picked by uv, which is not to be had here."; exit 1; }
	@echo "Setting up .venv-lowest, once, with the oldest versions allowed"
	@rm -rf .venv-lowest; .venv/bin/uv venv -q --python "$(LOWEST_PYTHON)" .venv-lowest
# With pyparsing 3.3 and later, matplotlib before 3.10.7 warns on import.
	@.venv/bin/uv pip install -q --python .venv-lowest --resolution lowest-direct -e . "pyparsing>=3.2,<3.3"
	@.venv/bin/uv pip freeze -q --python .venv-lowest --exclude-editable > .venv-lowest/lowest.txt
	@.venv/bin/uv pip install -q --compile-bytecode --python .venv-lowest --constraint .venv-lowest/lowest.txt -e ".[test]"
	@touch $@
