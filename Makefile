# Every target sets itself up in .venv; nothing but make, Python 3.11 or newer and a network is needed.
# WORKERS: processes that share the tests. PYTHON: the interpreter that makes .venv, found by itself otherwise.

WORKERS ?= 2
BIN := .venv/bin

.PHONY: help demo test test-all check browser docs bench bench-compare bench-doctor bench-gif bench-halving bench-many bench-memory bench-mixed bench-path bench-quality bench-recipe bench-solo
.DEFAULT_GOAL := help

help:
	@echo "make demo           train a network on a data set inside scikit-learn and print where the report lies"
	@echo "make test           the fast tests"
	@echo "make test-all       every test, the slow ones too"
	@echo "make check          format, lint, types and the order of imports"
	@echo "make browser        a Chromium and axe-core for the tests of the pages, where they are missing"
	@echo "make docs           the reference pages, written from the registries, and the gallery of figures"
	@echo "make bench          all benchmarks; installs the rivals (JAX, Keras, Lightning, skorch) once"
	@echo "make bench-compare  a whole comparison of six activations, beside scikit-learn's cross_val_score"
	@echo "make bench-doctor   how many mistakes the doctor finds, and how often it cries wolf"
	@echo "make bench-gif      the moving boundary of a regularisation path, from the start of Python to the file"
	@echo "make bench-halving  2,000 recipes halved, and where the winner stands among all of them"
	@echo "make bench-many     many networks at once, against everyone"
	@echo "make bench-memory   whether a comparison stays within the memory that it announced"
	@echo "make bench-mixed    what it costs that networks in one list differ"
	@echo "make bench-path     a regularisation path against scikit-learn's fits and its grid search"
	@echo "make bench-quality  the default network against gradient boosting and a linear model"
	@echo "make bench-recipe   what each part of the default recipe is worth"
	@echo "make bench-solo     one network's training time against PyTorch, scikit-learn and JAX"

.venv/.ready: pyproject.toml constraints.txt scripts/set-up
	@PYTHON="$(PYTHON)" sh scripts/set-up

demo: .venv/.ready
	@$(BIN)/pellucid fit sklearn:breast_cancer --target target

# One thread a process: the processes share the machine, and threads that wait for each other cost more than they give.
test: .venv/.ready
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n $(WORKERS) -m "not slow"

test-all: .venv/.ready
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n $(WORKERS)

check: .venv/.ready
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -q tests/test_architecture.py tests/test_front_door.py

# Without it the tests of the pages are skipped, with the reason; with PELLUCID_BROWSER_REQUIRED set they fail instead.
browser: .venv/.browser-ready

.venv/.browser-ready: .venv/.ready scripts/set-up-browser
	@sh scripts/set-up-browser

docs: .venv/.ready
	@$(BIN)/python scripts/reference.py
	@OMP_NUM_THREADS=1 $(BIN)/python scripts/gallery.py

# What is measured beside Pellucid, and the extra [fast].
.venv/.bench-ready: .venv/.ready scripts/set-up-bench
	@sh scripts/set-up-bench

bench: bench-solo bench-many bench-path bench-mixed bench-compare bench-gif bench-halving bench-memory bench-doctor bench-quality bench-recipe

bench-compare: .venv/.ready
	@$(BIN)/python -m benchmarks.compare.run

bench-doctor: .venv/.ready
	@$(BIN)/python -m benchmarks.doctor.run
	@$(BIN)/python -m benchmarks.doctor.overhead

bench-gif: .venv/.ready
	@$(BIN)/python -m benchmarks.gif.run

bench-halving: .venv/.ready
	@$(BIN)/python -m benchmarks.halving.run

bench-many: .venv/.bench-ready
	@$(BIN)/python -m benchmarks.many.run

bench-memory: .venv/.ready
	@$(BIN)/python -m benchmarks.memory.run

bench-mixed: .venv/.bench-ready
	@$(BIN)/python -m benchmarks.mixed.run

bench-path: .venv/.bench-ready
	@$(BIN)/python -m benchmarks.path.run

bench-quality: .venv/.ready
	@$(BIN)/python benchmarks/quality/run.py

bench-recipe: .venv/.ready
	@$(BIN)/python benchmarks/recipe/run.py

bench-solo: .venv/.bench-ready
	@$(BIN)/python -m benchmarks.solo.run
