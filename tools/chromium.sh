#!/bin/sh
# Prints the path of a Chromium for the browser tests, or nothing. With `install` a missing one is
# fetched from the system's packages, where we may. The one without windows does the same for a sixth less work.
set -u

find_one() {
  for name in "${ARGUS_CHROMIUM:-}" chromium-headless-shell chromium chromium-browser google-chrome-stable google-chrome \
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome' /Applications/Chromium.app/Contents/MacOS/Chromium; do
    [ -n "$name" ] && command -v "$name" && return 0
  done
  return 1
}

find_one && exit 0
[ "${1:-}" = install ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo 'installing chromium for the browser tests' >&2
  export DEBIAN_FRONTEND=noninteractive
  output=$({ apt-get -q update && apt-get -q -o DPkg::Lock::Timeout=120 install -y --no-install-recommends chromium-headless-shell; } 2>&1 </dev/null) ||
    printf '%s\n' "$output" | tail -n 5 >&2
  hash -r
  find_one && exit 0
fi
echo 'browser tests are skipped: no Chromium. `apt-get install chromium`, or name one in ARGUS_CHROMIUM' >&2
