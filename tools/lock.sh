#!/bin/sh
# Write both lock files anew: every dependency pinned, with hashes, without download addresses.
set -eu
cd "$(dirname "$0")/.."
uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
  --no-header --no-annotate pyproject.toml --group build -o requirements.lock
uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
  --no-header --no-annotate pyproject.toml --group dev -o requirements-dev.lock
