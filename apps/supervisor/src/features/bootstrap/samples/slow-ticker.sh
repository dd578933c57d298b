#!/bin/bash
# Prints a line a second: watch it live, or stop it in the middle.
seconds="$1"
for ((second = 1; second <= seconds; second++)); do
  echo "$(date +%H:%M:%S)  tick $second of $seconds"
  sleep 1
done
echo success
