"""Greets three times, and goes on where it was when it is killed on the way.

The task comes in as one line of JSON, messages go out as lines of JSON; any other line is log output.
"""

import json
import sys


def send(kind, **fields):
    print(json.dumps({"type": kind, **fields}), flush=True)


task = json.loads(sys.stdin.readline())
checkpoint = task["checkpoint"]
start = checkpoint["data"]["next"] if checkpoint else 1

for number in range(start, 4):
    print(f"greeting number {number}")
    send("checkpoint", token="greeted", data={"next": number + 1})
    send("heartbeat", progress=number / 3)

send("result", output={"greeting": "Hello, " + str(task["input"].get("name", "world"))})
