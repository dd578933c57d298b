#!/bin/sh
# Runs another program of this checkout with the project's own Node, in the caller's directory:
#
#   sh tools/run.sh apps/cli/src/main.ts job list
set -eu
root=$(CDPATH='' cd -- "$(dirname "$0")/.." && pwd)
sh "$root/tools/install.sh"
NODE_COMPILE_CACHE=${NODE_COMPILE_CACHE:-$root/.cache/node}
export NODE_COMPILE_CACHE
program=$root/$1
shift
exec "$root/node_modules/.bin/node" "$program" "$@"
