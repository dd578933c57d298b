#!/bin/sh
# Installs what tests run besides us, where it is missing and we may: curl and jq for the examples of the API, openssl
# for certificates, systemd-analyze for the service files.
set -u

missing=
for name in curl jq openssl systemd-analyze; do
  command -v "$name" >/dev/null 2>&1 || missing="$missing ${name%-analyze}"
done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing$missing for the tests" >&2
  export DEBIAN_FRONTEND=noninteractive
  # word splitting is meant: one package for each
  output=$({ apt-get -q update && apt-get -q -o DPkg::Lock::Timeout=120 install -y --no-install-recommends $missing; } 2>&1 </dev/null) ||
    printf '%s\n' "$output" | tail -n 5 >&2
  exit 0
fi
echo "some tests are skipped: they need$missing" >&2
