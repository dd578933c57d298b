#!/bin/sh
# `npm test`: every check there is. With arguments (`npm test -- path …`) only the tests they select.
exec sh "$(dirname "$0")/run.sh" tools/test.ts "$@"
