# Two commands a newcomer needs: `make run` and `make test`. Both set up everything they need themselves.

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' \
	>/dev/null 2>&1 && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
PICTURE := build/window.png

# What Qt needs on a bare Debian or Ubuntu, offscreen and on X.
QT_PACKAGES := libglib2.0-0 libegl1 libgl1 libfontconfig1 libdbus-1-3 libbrotli1 libxkbcommon-x11-0 \
	libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 fonts-dejavu-core

# What PyInstaller takes binaries apart with, and the Python library of the system's own Python.
DIST_PACKAGES := binutils $(shell python3 -c 'import sys; print("libpython3.%d" % sys.version_info[1])' 2>/dev/null)

# What some tests need beside it: they are skipped, and say so, where it is not to be had.
TEST_PACKAGES := strace softhsm2

QT_STARTS = QT_QPA_PLATFORM=$$([ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || echo offscreen) $(BIN)/python -c \
	'from PySide6.QtWidgets import QApplication as A; from PySide6.QtGui import QFontDatabase as F; \
	a = A([]); raise SystemExit(not F.families())'

.DEFAULT_GOAL := help
.PHONY: help run test check format bench endurance mutants corpora samples training-media drawn-icons program-icon pictures guide-pictures commands-page dist lock system dist-system test-system clean

help: ## List the commands.
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1	\2/'

run: $(VENV)/run-ready system ## Start the reader on the sample library; without a display, save a picture of it.
	@mkdir -p $(dir $(PICTURE))
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || [ "$$(uname)" = Darwin ]; then \
		exec $(BIN)/procedures-reader --sample; \
	else \
		QT_QPA_PLATFORM=offscreen $(BIN)/procedures-reader --sample --picture $(PICTURE); \
	fi

test: $(VENV)/dev-ready system test-system ## Run all tests.
	$(BIN)/python -m pytest --numprocesses auto

check: $(VENV)/dev-ready ## Run the linters, the type checker and the import contracts.
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/dev-ready ## Format the code.
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(VENV)/dev-ready system ## Measure speed and memory, as ratios to a reference of the same run.
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.benchmarks

endurance: $(VENV)/dev-ready system ## A hard day, damage to every file, many manuals, kills at every step, turns of the window: takes an hour.
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.benchmarks.endurance soak
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.benchmarks.endurance damage --every-byte
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.benchmarks.endurance curve
	EVERY_STEP=1 $(BIN)/python -m pytest -q tests/integration/test_kills.py
	STALL_MS=100 $(BIN)/python -m pytest -q tests/ui

mutants: $(VENV)/dev-ready system ## Take out each check of the verifier in turn: a test must notice.
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.mutation

corpora: $(VENV)/dev-ready system ## Open damaged archives and hostile pages that others made (fetched with Debian's apt, and pip).
	@[ -d build/corpora/python ] || tests/corpora/fetch.sh build/corpora
	@[ -d build/corpora/bleach ] || tests/corpora/fetch-html.sh build/corpora $(BIN)/python
	@[ -d build/corpora/manuals ] || tests/corpora/fetch-manuals.sh build/corpora
	READER_CORPORA=build/corpora $(BIN)/python -m pytest -s tests/integration/test_damaged_archives.py \
		tests/ui/test_attacks_in_chapters.py

samples: $(VENV)/run-ready ## Make the sample trust root and the signed sample bundles anew.
	$(BIN)/python bundles/make_samples.py

pictures: $(VENV)/dev-ready system ## Take a picture of every state of the window in every theme (build/pictures).
	QT_QPA_PLATFORM=offscreen PICTURES=all $(BIN)/python -m pytest -q tests/ui/test_pictures_of_states.py

guide-pictures: $(VENV)/dev-ready system ## Take the pictures of the user guide anew, and write its table of keys.
	QT_QPA_PLATFORM=offscreen PICTURES=all $(BIN)/python -m pytest -q tests/ui/guide_pictures.py

commands-page: $(VENV)/dev-ready ## Write the page of every command and option anew (resources/docs/commands.md).
	$(BIN)/python -m tests.support.commands_page

drawn-icons: $(VENV)/run-ready system ## Draw the icons of the style sheets anew, after a change to the colours.
	$(BIN)/python bundles/make_drawn_icons.py

program-icon: $(VENV)/dev-ready system ## Draw the program's icon in all sizes anew, after a change to its drawings.
	$(BIN)/python bundles/make_program_icon.py

training-media: $(VENV)/dev-ready system ## Draw the flowcharts and write the forms of the training manuals anew.
	$(BIN)/python bundles/make_training_media.py

dist: $(VENV)/dev-ready system dist-system ## Freeze the program into dist/, and try it without any Python.
	PYTHONNODEBUGRANGES=1 $(BIN)/python -m PyInstaller --noconfirm --log-level WARN --distpath dist --workpath build/frozen build.spec
	$(BIN)/python -m pytest --numprocesses auto tests/frozen
	@du -sh dist/procedures-reader

lock: ## Pin the newest allowed versions with their hashes (needs uv).
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--upgrade --group build --output-file requirements.lock
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--upgrade --group dev --output-file requirements-dev.lock

clean: ## Remove everything that was set up or built here.
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# Qt's system libraries: asked for only where Qt cannot start or finds no font, and apt can bring them.
system: $(VENV)/run-ready
	@$(QT_STARTS) >/dev/null 2>&1 || \
	if command -v apt-get >/dev/null 2>&1 && { [ "$$(id -u)" = 0 ] || command -v sudo >/dev/null 2>&1; }; then \
		SUDO=$$([ "$$(id -u)" = 0 ] || echo sudo); \
		echo "Installing the system libraries that Qt needs"; \
		$$SUDO apt-get update -qq && \
		$$SUDO env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
			$(QT_PACKAGES) >/dev/null; \
	else \
		echo "Qt cannot start here: install what QT_PACKAGES in the Makefile names, or its like." >&2; exit 1; \
	fi

# What freezing needs: asked for only where it is missing, and apt can bring it.
dist-system:
	@[ "$$(uname)" != Linux ] || { command -v objdump && command -v ld && command -v as && command -v strip && \
		$(BIN)/python -c 'import ctypes, sysconfig as s; ctypes.CDLL(s.get_config_var("INSTSONAME") or ""); \
			[ctypes.CDLL(f"lib{name}") for name in ("xcb-cursor.so.0", "xcb-icccm.so.4", "xcb-keysyms.so.1", \
			"xcb-shape.so.0", "xkbcommon-x11.so.0")]'; } \
		>/dev/null 2>&1 || \
	if command -v apt-get >/dev/null 2>&1 && { [ "$$(id -u)" = 0 ] || command -v sudo >/dev/null 2>&1; }; then \
		SUDO=$$([ "$$(id -u)" = 0 ] || echo sudo); \
		echo "Installing what freezing needs: $(DIST_PACKAGES), and what Qt needs on X"; \
		$$SUDO apt-get update -qq && \
		$$SUDO env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
			$(DIST_PACKAGES) $(QT_PACKAGES) >/dev/null; \
	else \
		echo "Freezing needs what DIST_PACKAGES in the Makefile names, or its like." >&2; exit 1; \
	fi

# Asked for only when something of it is missing, and apt can bring it.
test-system:
	@{ command -v strace && command -v softhsm2-util; } >/dev/null 2>&1 || \
	if command -v apt-get >/dev/null 2>&1 && { [ "$$(id -u)" = 0 ] || command -v sudo >/dev/null 2>&1; }; then \
		SUDO=$$([ "$$(id -u)" = 0 ] || echo sudo); \
		echo "Installing what some tests need: $(TEST_PACKAGES)"; \
		{ $$SUDO apt-get update -qq && \
		$$SUDO env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
			$(TEST_PACKAGES) >/dev/null; } || echo "That did not work: the tests that need it are skipped." >&2; \
	else \
		echo "Without $(TEST_PACKAGES) some tests are skipped." >&2; \
	fi

$(VENV)/python-ready:
	@if [ -z "$(PYTHON)" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
		echo "Installing Python's venv module"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
			python3-venv >/dev/null; \
	fi
	@$(or $(PYTHON),python3) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Python 3.11 or later with its venv module is needed (on Debian: apt install python3-venv)." >&2; exit 1; }
	@$(or $(PYTHON),python3) -m venv $(VENV)
	@touch $@

$(VENV)/run-ready: requirements.lock pyproject.toml | $(VENV)/python-ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

$(VENV)/dev-ready: requirements-dev.lock $(VENV)/run-ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
