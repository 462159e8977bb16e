#!/bin/sh
# Oracle: stands for a service that is away today. Every attempt fails, so the plan's fallback takes over.
head -n 1 >/dev/null
echo '{"type":"error","message":"the oracle does not answer","retryable":true}'
