#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every shell script is clean for shellcheck.
set -eu

cd "${srcdir:-.}"
command -v shellcheck >/dev/null || { echo "SKIP: shellcheck is not installed"; exit 77; }
git rev-parse --git-dir >/dev/null 2>&1 || { echo "SKIP: not a git checkout"; exit 77; }
git ls-files -z | xargs -0 grep -lIZ '^#!/bin/sh' | xargs -0 shellcheck --shell=sh --external-sources \
    --source-path=SCRIPTDIR
