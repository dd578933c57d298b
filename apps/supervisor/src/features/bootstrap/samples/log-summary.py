"""Counts what a log file says: lines by level and the most frequent messages.

Arguments: file, how many messages to show, level to look for.
"""

import json
import re
import sys
from collections import Counter

path, top, wanted = sys.argv[1], int(sys.argv[2]), sys.argv[3]
levels, messages = Counter(), Counter()
pattern = re.compile(r"\b(error|warning|warn|info|debug)\b", re.IGNORECASE)

with open(path, encoding="utf-8", errors="replace") as lines:
    for line in lines:
        found = pattern.search(line)
        level = found.group(1).lower().replace("warning", "warn") if found else "other"
        levels[level] += 1
        if wanted in ("any", level):
            messages[re.sub(r"\d+", "#", line.strip())[:120]] += 1

print(f"{sum(levels.values())} lines in {path}")
for level, count in levels.most_common():
    print(f"  {level:8}{count}")
print(f"Most frequent ({wanted}):")
for message, count in messages.most_common(top):
    print(f"  {count:6}  {message}")
print(json.dumps({"state": "success", "data": [dict(levels)]}))
