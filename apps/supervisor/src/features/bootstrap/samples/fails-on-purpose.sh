#!/bin/bash
# Ends with exit code 3, to see what a failure looks like.
echo "Looking for a configuration that is not there ..."
echo "error: /etc/argus-sample.conf: no such file" >&2
exit 3
