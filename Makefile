# Every target sets up what it needs on a machine that has python3, git and make.
.PHONY: run test soak bench bundle setup lint lock clean

setup:
	@bash scripts/setup

run: setup
	@bash scripts/run

test: setup
	@bash scripts/test

soak: setup
	@bash scripts/soak

lint: setup
	@bash scripts/lint

bench: setup
	@CONSENTRY_CACHE=$(CURDIR)/.cache/clips bash scripts/with_desktop .venv/bin/consentry bench --out bench.json

bundle: setup
	@bash scripts/bundle

lock:
	@bash scripts/lock

clean:
	rm -rf build dist out .venv .cache
