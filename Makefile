# Planmap. `make run` opens the page, `make test` runs the tests; both set up what they need on the first call.

PORT ?= 8501
VENV ?= .venv
PY := $(VENV)/bin/python
# The first interpreter that is recent enough.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

.PHONY: run test bench lint reliability audit sbom compiled clean

run: $(VENV)/run.stamp
	$(PY) -m streamlit run app.py --server.port $(PORT) --server.showEmailPrompt false

test: $(VENV)/dev.stamp
	$(PY) -m pytest -n 2 --dist loadfile $(ARGS)

bench: $(VENV)/dev.stamp
	$(PY) -m benchmarks $(ARGS)

lint: $(VENV)/dev.stamp
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

# The counts that docs/reliability.md tells; half an hour and more.
reliability: $(VENV)/dev.stamp
	RELIABILITY=full $(PY) -m pytest -s tests/reliability
	$(PY) -m tests.reliability.crowd 300

# The reader as machine code, beside its sources; needs a C compiler (docs/extraction.md, "Cost").
compiled: $(VENV)/run.stamp
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-compiled.txt
	$(PY) compiled.py

audit: $(VENV)/dev.stamp
	$(PY) .ci/audit.py licences
	$(PY) .ci/audit.py vulnerabilities
	$(PY) -m bandit -q -ll -c pyproject.toml -r *.py commands projects geo layers pages

sbom: $(VENV)/dev.stamp
	@mkdir -p build
	$(PY) -m cyclonedx_py environment $(PY) --pyproject pyproject.toml --output-reproducible -o build/sbom.json

$(PY):
	@test -n "$(PYTHON)" || { echo "Planmap needs Python 3.11 or newer; found none. 需要 Python 3.11 或更新版本。"; exit 2; }
	$(PYTHON) -m venv $(VENV)

# A stamp is renewed only when the list it stands for changes: a second start installs nothing.
$(VENV)/run.stamp: requirements.txt | $(PY)
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/dev.stamp: $(wildcard requirements*.txt) | $(PY)
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $(VENV)/run.stamp $@

clean:
	rm -f *__mypyc.*.so *__mypyc.*.pyd projects/*.so projects/*.pyd projects/compiled.sha256
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .hypothesis
