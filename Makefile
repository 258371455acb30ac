# Two targets for everybody: `make film` and `make test`. Both set up what they need.

PYTHON ?= $(shell command -v python3.11 || command -v python3.13)
VENV := .venv
BIN := $(VENV)/bin
FILM := examples/the_spare_key.fountain
# What `import bpy` and headless OpenGL need, and a voice, by their Debian names.
SYSTEM := libx11-6 libxrender1 libxfixes3 libxi6 libxkbcommon0 libxext6 libsm6 libice6 \
          libgl1 libegl1 libgl1-mesa-dri flite
# A plain `torch` brings gigabytes of CUDA; without a GPU this version is a small CPU build.
TORCH := $(if $(shell command -v nvidia-smi),torch,torch==2.13.0)

.PHONY: film test test-slow test-gpu bench check clean
.DELETE_ON_ERROR:

film: $(VENV)/.ready
	$(BIN)/filmagent make $(FILM)

test: $(VENV)/.ready-dev
	$(BIN)/pytest -m "not slow and not gpu and not benchmark" -n 2 --dist worksteal

test-slow: $(VENV)/.ready-dev
	$(BIN)/pytest -m slow

test-gpu: $(VENV)/.ready-dev
	$(BIN)/pytest -m gpu

bench: $(VENV)/.ready-dev
	for f in tests/benchmarks/bench_*.py; do echo "== $$f"; $(BIN)/python $$f || exit 1; done

check: $(VENV)/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

clean:
	rm -rf $(VENV) build dist *.egg-info

$(VENV)/.system: Makefile
	@missing=""; \
	if command -v dpkg-query >/dev/null; then \
	  for p in $(SYSTEM); do \
	    dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q '^install ok' || missing="$$missing $$p"; \
	  done; \
	fi; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ]; then run=""; elif sudo -n true 2>/dev/null; then run="sudo"; else run="no"; fi; \
	  if [ "$$run" = no ]; then \
	    echo "Please install with your system's package manager, then run make again:$$missing"; exit 1; \
	  fi; \
	  echo "Installing system libraries:$$missing"; \
	  ($$run apt-get update -qq && $$run apt-get install -qq -y --no-install-recommends $$missing) >/dev/null \
	    || { echo "apt could not install:$$missing. Install them, then run make again."; exit 1; }; \
	fi
	@mkdir -p $(VENV) && touch $@

$(VENV)/.ready: pyproject.toml $(VENV)/.system
	@[ -n "$(PYTHON)" ] || { echo "filmagent needs Python 3.11 or 3.13 (Blender's own versions): install one, or run make PYTHON=/path/to/python3.11."; exit 1; }
	[ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check "$(TORCH)"
	$(BIN)/pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready
	$(BIN)/pip install --quiet --disable-pip-version-check -e ".[dev]"
	@touch $@
