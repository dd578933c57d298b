"""Returns facts about this machine as JSON data: the output of the job, for other programs to read."""

import json
import os
import platform
import shutil

disk = shutil.disk_usage("/")
facts = {
    "hostname": platform.node(),
    "system": platform.platform(),
    "python": platform.python_version(),
    "cpus": os.cpu_count(),
    "load": list(os.getloadavg()),
    "disk_free_gib": round(disk.free / 2**30, 1),
}
print(f"Collected {len(facts)} facts.")
print(json.dumps({"state": "success", "data": [facts]}))
