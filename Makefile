# make run: start the app · make test: everything CI runs · make bench · make fuzz · make audit · make train NAME=preset
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501
BROWSER ?= 1
# make fuzz: seconds for each kind, the kinds (all if none is named) and the seed of what is drawn
SECONDS ?= 600
KINDS ?=
SEED ?= 1

.PHONY: run test bench fuzz audit train locale screenshots browser-ready

run: $(VENV)/app.done
	@$(BIN)/python -m scripts.port_free $(PORT)
	@echo "The app starts on http://127.0.0.1:$(PORT) (stop it with Ctrl+C)."
	@$(BIN)/streamlit run app.py --server.port $(PORT)

test: $(VENV)/dev.done browser-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m scripts.audit --if-reachable
	$(BIN)/pytest -m "not worker and not jobs and not pages and not browser" -n 2
	$(BIN)/pytest -m pages -n 2 --dist loadfile
	$(BIN)/pytest -m worker -n 2
	$(BIN)/pytest -m jobs -n 2 --dist worksteal
ifeq ($(BROWSER),1)
	$(BIN)/pytest -m browser -n 2 --dist loadfile
endif

fuzz: $(VENV)/dev.done
	OMP_NUM_THREADS=1 $(BIN)/python -m scripts.fuzz --seconds $(SECONDS) --seed $(SEED) $(if $(KINDS),--kinds $(KINDS))

audit: $(VENV)/dev.done
	$(BIN)/python -m scripts.audit

bench: $(VENV)/dev.done
	$(BIN)/python -m benchmarks

train: $(VENV)/app.done
	$(BIN)/python -m scripts.train_preset $(NAME)

locale: $(VENV)/dev.done
	$(BIN)/python -m scripts.update_locale

screenshots: $(VENV)/dev.done browser-ready
	$(BIN)/python -m scripts.screenshots

browser-ready: $(VENV)/dev.done
ifeq ($(BROWSER),1)
	$(BIN)/python -m scripts.install_browser
endif

$(VENV)/app.done: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' || \
		{ echo "Python 3.11, 3.12 or 3.13 is needed, and this is $$($(PYTHON) --version); set PYTHON=python3.12, say."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the app's packages into $(VENV) (a few minutes the first time)…"
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/dev.done: requirements-dev.txt $(VENV)/app.done
	@echo "Installing what the tests need into $(VENV)…"
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
