# Every target does its own set-up from nothing; the work is in tools/make.py.
PYTHON ?= python3

.PHONY: setup run test coverage lint bench drill clean lock

setup run test coverage lint bench drill clean lock:
	@$(PYTHON) tools/make.py $@
