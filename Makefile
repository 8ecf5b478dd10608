# Two commands: make run, make test. They set up what they need themselves.
.DEFAULT_GOAL := help
.PHONY: help run test tck set-up style format lock wheelhouse clean

# Recipes read these as shell variables, so that a folder's name may hold blanks or quotes.
export ZONE PORT ARGS PYTHON WHEELHOUSE SET UPGRADE TCK

help: ## 列出各命令 / List the commands
	@sed -n 's/^\([a-z-]*\):.* ## \(.*\)/make \1|\2/p' $(firstword $(MAKEFILE_LIST)) | \
		while IFS='|' read -r name text; do printf '%-16s %s\n' "$$name" "$$text"; done

run: ## 打开工作台 / Open the desk  [ZONE=folder] [PORT=8421]
	@sh scripts/set-up.sh core
	@exec .venv/bin/wutong serve $${ZONE:+"$$ZONE"} --port "$${PORT:-8421}"

test: ## 格式、类型、测试 / Style, types, tests  [ARGS="-k name"]
	@sh scripts/set-up.sh dev
	@sh scripts/test.sh

tck: ## 跑DMN测试集 / Run a folder of DMN test cases  TCK=folder
	@sh scripts/set-up.sh core
	@sh scripts/tck.sh

set-up: ## 只安装，含开发工具 / Only set up .venv, with the tools of development
	@sh scripts/set-up.sh dev

style: ## 只查格式与类型 / Only style and types
	@sh scripts/set-up.sh dev
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy

format: ## 整理格式 / Put the code into its format
	@sh scripts/set-up.sh dev
	@.venv/bin/ruff check --fix . ; .venv/bin/ruff format .

lock: ## 更新锁定文件 / Write the locks again  [UPGRADE=1]
	@sh scripts/set-up.sh core
	@sh scripts/lock.sh

wheelhouse: ## 为离线安装下载 / Download for a machine without network  [WHEELHOUSE=folder] [SET=dev]
	@WHEELHOUSE= sh scripts/set-up.sh core
	@sh scripts/wheelhouse.sh

clean: ## 删除 .venv 与缓存 / Remove .venv and caches
	rm -rf .venv .set-up.lock .set-up.log .mypy_cache .pytest_cache .ruff_cache .hypothesis dist
	find wutong tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
