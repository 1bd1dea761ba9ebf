# Each target does its own set-up and works on a fresh machine: Debian 12 or Ubuntu, Python 3.11+.
# 每个目标都会先完成安装。
.DEFAULT_GOAL := help
SHELL := /bin/bash
.PHONY: help setup app test check bench screenshots sample clean

BIN := .venv/bin
EXTRACT ?=

help:  ## 列出命令 · this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup:  ## 安装到 .venv · install everything into .venv
	@scripts/setup.sh

app: setup  ## 打开应用 (PORT=8501, ADDRESS=0.0.0.0) · open the app on the sample
	@scripts/app.sh

# Run with a browser if there is one: CHROMIUM is then its path.
WITH_BROWSER = browser="$$(scripts/browser.sh)" || exit; eval "$$browser";

# PYTEST: options for pytest, e.g. make test PYTEST="tests/geo -k boundary"; WORKERS=0: one process
WORKERS ?= 2
test: setup  ## 测试，含浏览器测试 · the tests, in a browser too where there is one
	@$(WITH_BROWSER) $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(PYTEST)

check: setup  ## 格式、静态检查、类型、层次 · format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --strict
	$(BIN)/mypy --strict app.py scripts/*.py
	$(BIN)/lint-imports

bench: setup  ## 性能对比 · benchmarks, each beside a peer
	@set -e; for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python "$$file"; done

screenshots: setup  ## 重拍界面截图 · take the pictures in docs/ again
	@$(WITH_BROWSER) $(BIN)/python scripts/screenshots.py

sample: setup  ## 重做内置样例 · make the embedded sample again: EXTRACT=isle-of-wight-latest.osm.pbf
	@test -f "$(EXTRACT)" || { echo "EXTRACT=$(EXTRACT): no such file; see data/README.md" >&2; exit 2; }
	$(BIN)/recyclenet import "$(EXTRACT)" --out data/samples/isle-of-wight \
		--population data/samples/isle-of-wight-population.csv

clean:  ## 删除安装与缓存 · remove .venv, node_modules, static and caches
	rm -rf .venv node_modules static build test-results *.egg-info
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
