"""Run by `memory` in a process of its own: event on standard input, response on output.

The last line on standard error is the highest resident memory of this process in bytes. (getrusage
would tell that of the process that started it, where that was higher.)
"""

import json
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import app

event = json.loads(sys.stdin.buffer.read())
# no time is left to store anything, as there is no AWS here
context = SimpleNamespace(aws_request_id="request", get_remaining_time_in_millis=lambda: 0)
sys.stdout.write(json.dumps(app.lambda_handler(event, context), ensure_ascii=False))
status = Path("/proc/self/status").read_text(encoding="utf-8")
print(int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) * 1024, file=sys.stderr)
