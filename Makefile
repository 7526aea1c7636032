# The commands of every day. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

SWIFT ?= swift
DEMO_FLAGS := $(if $(KEEP),--keep,)

.PHONY: help bootstrap build check format lint test demo bench clean

help: ## What can be made
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

bootstrap: ## Install what the build needs and the machine lacks
	@scripts/bootstrap

build: bootstrap ## Build everything, for debugging
	$(SWIFT) build

check: bootstrap ## Formatting, shell scripts, and a build without warnings
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests
	sh -n hooks/post-receive hooks/pre-commit scripts/bootstrap
	$(SWIFT) build --build-tests

format: ## Write every Swift file as the formatter wants it
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests

test: bootstrap ## Build once, then run all tests
	scripts/test

demo: bootstrap ## The main job on a cluster of this machine, in some minutes; KEEP=1 leaves it running
	$(SWIFT) build --product slipway
	$(SWIFT) build --product ranking-service
	scripts/demo $(DEMO_FLAGS)

bench: bootstrap ## Speed, as ratios to named peers measured in the same run
	$(SWIFT) build -c release --product slipway
	cd Benchmarks && $(SWIFT) run -c release RenderBenchmark "$(CURDIR)/.build/release/slipway"

clean: ## Remove what was built
	$(SWIFT) package clean
