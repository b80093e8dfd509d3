# Everything a fresh clone needs is set up by the target that needs it: Python 3.11 or newer and make are enough.
PORT ?= 8000
PYTHON ?= $(firstword $(foreach name,python3 python3.11 python3.12 python3.13 python3.14,\
	$(shell $(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))))

# A virtual environment is made anew when the files that pin it change: the stamp's name is their hash.
hash = $(shell cat $(1) | cksum | cut -d' ' -f1)
MAIN_PINS := constraints.txt requirements.txt requirements-dev.txt
MAIN := .venv/stamp-$(call hash,$(MAIN_PINS))
EMULATOR := .venv-emulator/stamp-$(call hash,requirements-emulator.txt)
BROWSER := .cache/browser
RUN := .venv/bin/python -m

.DEFAULT_GOAL := help
.PHONY: help run test bench check-rulebook site package rehearse deploy doctor import-units import-letters load-calendar \
	format env emulator-env browser clean

help:  ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(MAIN) $(EMULATOR)  ## the whole product on this machine (PORT=8000 RULEBOOK=name or file); Ctrl-C ends it
	@exec $(RUN) infra stand --port $(PORT) $(if $(RULEBOOK),--rulebook $(RULEBOOK))

test: $(MAIN) $(EMULATOR) $(BROWSER)  ## the gate: format, lint, types, import rules, all tests, the bundle
	@exec $(RUN) infra.gate

bench: $(MAIN) $(EMULATOR)  ## how fast the calendar, a report and a cold start are, what memory jobs fill (LETTERS=1000000 JSON=result.json)
	@$(RUN) pytest tests -m bench --benchmark-only
	@$(RUN) tests.bench.cold_start
	@$(RUN) tests.bench.memory
	@$(RUN) tests.bench.report_scale --letters $(or $(LETTERS),100000) $(if $(JSON),--json $(JSON))
	@$(RUN) tests.bench.cost

check-rulebook: $(MAIN)  ## what is wrong with a rulebook, or what is in it: FILE=our-county.toml
	@$(RUN) infra check-rulebook $(FILE)

site: $(MAIN)  ## the website for a county's settings, in build/site (SETTINGS=our-county-site.toml)
	@$(RUN) infra site $(if $(SETTINGS),--settings $(SETTINGS))

package: $(MAIN)  ## the bundle and the template that are deployed, in build/
	@$(RUN) infra package

rehearse: $(MAIN) $(EMULATOR)  ## deploy into an emulated account with every policy enforced, and do the main job there
	@$(RUN) infra rehearse

deploy: $(MAIN)  ## into your account: STAGE=production; shows what would change before it is changed
	@$(RUN) infra deploy --stage $(or $(STAGE),production) $(ARGS)

doctor: $(MAIN)  ## what is well, what is wrong, what to do next: STAGE=production; the running stand without it
	@$(RUN) infra doctor $(if $(STAGE),--stage $(STAGE)) $(ARGS)

import-units: $(MAIN)  ## offices and people into the running stand: FILE=units.csv
import-letters: $(MAIN)  ## letters of another platform into the running stand: FILE=letters.csv
load-calendar: $(MAIN)  ## a holiday notice into the running stand: FILE=2026-11-10.toml
import-units import-letters load-calendar:
	@$(RUN) infra $@ $(FILE) $(ARGS)

format: $(MAIN)  ## lay the code out and mend what can be mended
	@$(RUN) ruff format .
	@$(RUN) ruff check --fix .
	@$(RUN) infra.site.lint --fix

env: $(MAIN)  ## only the virtual environment for code and tests (.venv)

emulator-env: $(EMULATOR)  ## only the AWS emulator's virtual environment (.venv-emulator)

browser: $(BROWSER)  ## Chromium for the page tests

clean:  ## remove what was built; the virtual environments and the stand's data stay
	rm -rf build .cache .mypy_cache .ruff_cache .pytest_cache .benchmarks .hypothesis

$(MAIN):
	@$(call make-venv,.venv,requirements-dev.txt,code and tests)

$(EMULATOR):
	@$(call make-venv,.venv-emulator,requirements-emulator.txt,the AWS emulator)

# Chromium comes from the system. As root on Debian it is installed here; else the page tests say that it is missing.
$(BROWSER):
	@mkdir -p $(@D)
	@if command -v chromium chromium-browser google-chrome >/dev/null; then touch $@; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Chromium and a Chinese font for the page tests ..."; \
		{ apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
			chromium fonts-noto-cjk; } >.cache/browser.log 2>&1 && touch $@ \
		|| { tail -5 .cache/browser.log; echo "Chromium could not be installed (.cache/browser.log)."; }; \
	else echo "No Chromium found: the page tests are skipped. Install Chromium to run them."; fi

define make-venv
	set -e; \
	if [ -z "$(PYTHON)" ]; then echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3"; exit 1; fi; \
	echo "Setting up $(1) for $(3) (once; a minute or two) ..."; \
	rm -rf $(1); \
	$(PYTHON) -m venv $(1) || { echo "On Debian: apt-get install python3-venv"; exit 1; }; \
	$(1)/bin/python -m pip install -qq --disable-pip-version-check -r $(2); \
	touch $@
endef
