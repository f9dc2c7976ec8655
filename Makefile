# `make demo` and `make test` do all set-up: Python 3.11 or newer, git and make are enough.
VENV := .venv
PYTHON := $(shell for p in python3.13 python3.12 python3.11 python3; do \
  command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
  2>/dev/null && echo $$p && break; done)
READY := $(VENV)/.ready

.PHONY: demo test bench neighbours clean

demo: $(READY)
	$(VENV)/bin/lamplighter demo

test: $(READY)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/python -m pytest -n 2 --dist loadfile

bench: $(READY)
	$(VENV)/bin/python -m bench

# The libraries of neighbours, in an environment of their own with ours beneath it.
neighbours: .venv-neighbours/.ready
	$(VENV)/bin/python -m pytest tests/integrations

.venv-neighbours/.ready: integrations/requirements.lock $(READY)
	$(PYTHON) -m venv --clear .venv-neighbours
	.venv-neighbours/bin/python -m pip install --quiet --require-hashes -r integrations/requirements.lock
	$(VENV)/bin/python -c "import sysconfig; print(sysconfig.get_path('purelib'))" \
	  > $$(.venv-neighbours/bin/python -c "import sysconfig; print(sysconfig.get_path('purelib'))")/lamplighter-beneath.pth
	@touch $@

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --require-hashes -r requirements.lock
	$(VENV)/bin/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $(READY)

clean:
	rm -rf $(VENV) .venv-neighbours demo
