# Each target works from a clean clone: it makes its own virtual environment first. Needs Python 3.11 or newer, and make.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin
READY := $(VENV)/.ready
EDITOR := api/static/yasqe
LEAFLET := api/static/leaflet

.DEFAULT_GOAL := help
.PHONY: help demo serve test prove survey check bench shapes suites clients screenshots lock clean editor outlines

help:  ## Show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 10

$(READY): pyproject.toml requirements.lock
	$(PYTHON) -c 'import sys; sys.exit("Catalograph needs Python 3.11 or newer, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@command -v npm >/dev/null && $(MAKE) --no-print-directory editor || echo "The query page serves its plain form: the editor comes from npm ('make editor')."
	touch $@

demo: $(READY)  ## Load the example catalogue, validate it, publish it and serve it
	$(RUN)/catalograph demo

serve: $(READY)  ## Serve what is published in ./var
	$(RUN)/catalograph serve

# The tests start hundreds of processes of ours: what is compiled is kept, wherever the environment says it should not be.
test prove survey: export PYTHONDONTWRITEBYTECODE =

# A worker takes the tests of a module together, as long as there are enough, so that what they share is made once.
# The summary says what was left out, and what this machine misses for it.
test: $(READY)  ## Run the tests
	$(RUN)/python -m pytest -q -rfEs -n 2 --dist worksteal --cov --cov-report=term:skip-covered --cov-fail-under=$(COVERAGE)

prove: $(READY)  ## Run the long proofs: kills, hostile queries, whole catalogues
	$(RUN)/python -m pytest -q -m prove tests/api tests/prove tests/graph/serving
	$(RUN)/python -m pytest -q -n 2 --dist worksteal -m prove --ignore=tests/api --ignore=tests/prove --ignore=tests/graph/serving

survey: $(READY)  ## Look at every kind of page in every language with axe, in Chromium
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/browser/requirements.lock
	$(RUN)/python -m pytest -q -rfEs -n 2 --dist worksteal -m survey tests/browser tests/site

check: $(READY)  ## Lint, types, layers
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy
	$(RUN)/lint-imports

bench: $(READY)  ## Measure ratios against oxigraph, pySHACL and rudof in the same run
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r tests/bench/requirements.lock
	$(RUN)/python -m tests.bench

shapes: $(READY)  ## Expand the tables of the model into the shapes
	$(RUN)/python -m shapes.expansion

suites: $(READY)  ## Fetch the test suites that are not ours to keep here (W3C SHACL)
	$(RUN)/python -m tests.suites

editor: $(EDITOR)/yasqe.esm.js $(LEAFLET)/leaflet.js

$(EDITOR)/yasqe.esm.js: package.json package-lock.json .npmrc
	npm ci --no-progress --loglevel=error
	mkdir -p $(EDITOR)
	cp node_modules/@zazuko/yasqe/build/yasqe.min.css $(EDITOR)/yasqe.css
	(printf '@zazuko/yasqe and @zazuko/yasgui-utils, MIT: Copyright Triply B.V., Zazuko GmbH and contributors. In them, MIT too:\nevents, Copyright Joyent, Inc. and other Node contributors; and what follows with its own text.\n'; \
	for each in codemirror lodash-es dompurify query-string split-on-first filter-obj strict-uri-encode decode-uri-component store; do \
	printf '\n== %s ==\n\n' $$each; cat node_modules/$$each/[Ll][Ii][Cc][Ee][Nn][Ss][Ee]; done) > $(EDITOR)/LICENSES.txt
	sed '/^.. sourceMappingURL=/d' node_modules/@zazuko/yasqe/build/yasqe.esm.js > $@

# For maps that can be moved, where the operator names a server of tiles; our own images are drawn, Leaflet's are left out.
$(LEAFLET)/leaflet.js: $(EDITOR)/yasqe.esm.js
	mkdir -p $(LEAFLET)
	cp node_modules/leaflet/LICENSE $(LEAFLET)/LICENSE.txt
	sed 's/url(images[^)]*)/none/' node_modules/leaflet/dist/leaflet.css > $(LEAFLET)/leaflet.css
	sed '/^.. sourceMappingURL=/d' node_modules/leaflet/dist/leaflet.js > $@

screenshots: $(READY)  ## Take pictures of every kind of page with Chromium; of some with KINDS="home dataset*"
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/browser/requirements.lock
	$(RUN)/python -m tests.screenshots $(foreach kind,$(KINDS),'$(kind)')

clients: tests/clients/node_modules/.package-lock.json  ## Install Comunica, an LDES client, the Nu HTML checker, axe and the HTTP Observatory from npm, for the tests

tests/clients/node_modules/.package-lock.json: tests/clients/package.json tests/clients/package-lock.json
	npm ci --prefix tests/clients --no-progress --loglevel=error
	touch $@

OUTLINES := .cache/outlines

outlines: $(READY)  ## Make the table of the outlines of countries anew, from npm's copy of Natural Earth
	mkdir -p $(OUTLINES)
	npm pack --silent --pack-destination $(OUTLINES) world-atlas@2.0.2
	tar -xzf $(OUTLINES)/world-atlas-2.0.2.tgz -C $(OUTLINES) package/countries-10m.json
	$(RUN)/python -m vocabularies.outlines.making $(OUTLINES)/package/countries-10m.json

lock: $(READY)  ## Renew requirements.lock from pyproject.toml
	$(RUN)/python -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --all-extras --upgrade -o requirements.lock pyproject.toml
	$(RUN)/python -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --upgrade -o tests/bench/requirements.lock tests/bench/requirements.in
	$(RUN)/python -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --upgrade -o tests/browser/requirements.lock tests/browser/requirements.in
	$(RUN)/python -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --upgrade -o tests/clients/requirements.lock -c requirements.lock tests/clients/requirements.in

clean:  ## Remove what can be made again (not ./var)
	rm -rf $(VENV) $(EDITOR) $(LEAFLET) node_modules tests/clients/node_modules dist screenshots .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage*

# Lines and branches, in per cent: high enough that a forgotten branch shows.
COVERAGE := 95
