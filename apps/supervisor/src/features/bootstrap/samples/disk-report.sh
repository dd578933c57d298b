#!/bin/bash
# Shows how full the file systems of this machine are, and reports failure when one is fuller than the limit.
limit="${1:-90}"
echo "File systems on $(hostname), limit ${limit} %"
echo
df -hPT -x tmpfs -x devtmpfs -x squashfs -x overlay 2>/dev/null || df -hP
echo
full=$(df -P -x tmpfs -x devtmpfs -x squashfs -x overlay 2>/dev/null | awk -v limit="$limit" 'NR > 1 && $5 + 0 > limit { print $6 " is " $5 " full" }')
if [ -n "$full" ]; then
  echo "$full" >&2
  echo failure
else
  echo "Nothing is fuller than ${limit} %."
  echo success
fi
