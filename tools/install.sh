#!/bin/sh
# Makes a checkout ready to run; does nothing, in a few milliseconds, when it already is.
#
#   sh tools/install.sh        the packages that package-lock.json names
#   sh tools/install.sh web    those, and the built web page
#
# Whatever it says goes to stderr. The marks that say "done" are written last, so an interrupted
# install starts over the next time.
set -eu
unset CDPATH
cd "$(dirname "$0")/.."

say() { printf 'argus: %s\n' "$*" >&2; }
die() { say "$@"; exit 1; }

node=node_modules/.bin/node
packages_mark=node_modules/.argus-installed
page_mark=.cache/web-page

marked() { [ -f "$1" ] && read -r mark <"$1" && [ "$mark" = "$2" ]; }

packages_wanted() { echo "$(uname -sm) $(cksum <package-lock.json)"; }
packages_ready() { marked "$packages_mark" "$(packages_wanted)"; }

page_wanted() {
  find apps/web/src apps/web/public apps/web/index.html apps/web/*.json apps/web/*.ts \
    docs/guide docs/reference docs/images README.md SECURITY.md \
    packages/contract/src packages/client/src package-lock.json \
    -type f ! -name '*.test.*' -exec cksum {} + 2>/dev/null | LC_ALL=C sort | cksum
}
page_ready() {
  [ ! -f apps/web/vite.config.ts ] && return 0
  [ -f apps/web/dist/index.html ] && marked "$page_mark" "$(page_wanted)"
}

# Two commands started together in one fresh checkout must not install over each other. The lock
# dies with its holder; where flock is missing, the second one is on its own.
lock() {
  mkdir -p .cache
  exec 9>>.cache/install.lock
  command -v flock >/dev/null 2>&1 || return 0
  flock -n 9 && return 0
  say 'waiting for another install in this directory'
  flock 9
}

npm_ci() {
  # The npm that started us, run by the Node that runs it: node_modules/.bin, first in PATH below an
  # npm script, holds the Node that is about to be replaced.
  case ${npm_execpath:-} in
    *npm-cli.js) set -- "${npm_node_execpath:-node}" "$npm_execpath" ;;
    *)
      command -v npm >/dev/null 2>&1 || die 'npm is needed: install Node.js (any version from 18) with npm'
      set -- npm
      ;;
  esac
  case $1 in */node_modules/.bin/node | */node_modules/node-*/bin/node) shift 2 && set -- npm ;; esac
  # A home that cannot be written, as system users have, must not matter.
  cache=${npm_config_cache:-${HOME:-/nonexistent}/.npm}
  if ! mkdir -p "$cache" 2>/dev/null || [ ! -w "$cache" ]; then
    npm_config_cache=$PWD/.cache/npm
    export npm_config_cache
  fi
  "$@" ci --include=dev --include=optional --no-audit --no-fund --no-update-notifier --loglevel=error >&2
}

install_packages() {
  # What `npm install` left behind is as good as our own work when it fits the lockfile.
  if ! { [ -x "$node" ] && "$node" tools/installed.mjs; }; then
    say 'installing packages (once; about a minute)'
    rm -f "$packages_mark" node_modules/.package-lock.json
    npm_ci || die 'npm ci failed, see above: check the network or npm'\''s registry setting, then run the same command again'
    "$node" --version >/dev/null 2>&1 ||
      die "the packages hold no Node.js that runs on this machine ($(uname -sm)); Linux (glibc, with libatomic: apt-get install libatomic1) and macOS on arm64 are supported"
  fi
  packages_wanted >"$packages_mark.new"
  mv "$packages_mark.new" "$packages_mark"
}

build_page() {
  say 'building the web page'
  rm -f "$page_mark"
  wanted=$(page_wanted)
  NODE_ENV=production "$node" node_modules/vite/bin/vite.js build apps/web --logLevel warn >&2 ||
    die 'the web page could not be built, see above'
  echo "$wanted" >"$page_mark.new"
  mv "$page_mark.new" "$page_mark"
}

if ! packages_ready; then
  lock
  packages_ready || install_packages
fi
if [ "${1:-}" = web ] && ! page_ready; then
  lock
  page_ready || build_page
fi
