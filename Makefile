# The commands of every day. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

SWIFT ?= swift
FUZZ_SECONDS ?= 60
DEMO_FLAGS := $(if $(KEEP),--keep,)

.PHONY: help bootstrap build release check format lint test demo bench fuzz clean

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

release: bootstrap ## The programs as they are to be installed: optimised, and with the Swift libraries in them
	$(SWIFT) build -c release --static-swift-stdlib --product slipway
	$(SWIFT) build -c release --static-swift-stdlib --product ranking-service

bench: bootstrap ## Speed, as ratios to named peers measured in the same run
	$(SWIFT) build -c release --static-swift-stdlib --product slipway
	$(SWIFT) build -c release --static-swift-stdlib --product ranking-service
	cd Benchmarks && $(SWIFT) run -c release RenderBenchmark "$(CURDIR)/.build/release/slipway"
	cd Benchmarks && $(SWIFT) run -c release ClusterBenchmark "$(CURDIR)/.build/release/slipway"
	cd Benchmarks && $(SWIFT) run -c release DeliveryBenchmark "$(CURDIR)/.build/release/slipway" "$(CURDIR)/.build/release/ranking-service"
	$(SWIFT) run -c release JournalBenchmark "$(CURDIR)/.build"

fuzz: bootstrap ## Look for input that breaks the YAML reader and the builder; FUZZ_SECONDS=600 for longer
	cd Fuzzing && $(SWIFT) build -c release
	rm -rf Fuzzing/.build/corpus && cp -r Fuzzing/Corpus Fuzzing/.build/corpus
	cd Fuzzing/.build && release/FuzzYAML -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=2048 -max_len=3000 corpus/yaml
	cd Fuzzing/.build && release/FuzzBuild -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=2048 -max_len=6000 corpus/build

clean: ## Remove what was built
	$(SWIFT) package clean
