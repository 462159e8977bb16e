#!/bin/sh
# Compiles the agent into classes/, for ORCHESTRATOR_CLASSPATH. Needs a JDK 21 or newer: the one that the engine runs on, where
# that has a compiler, else the javac on PATH.
set -eu
# Without a locale of UTF-8 javac cannot name files beyond ASCII.
export LC_ALL=C.UTF-8
cd "$(dirname "$0")"
engine=@ENGINE@
jdk=@JDK@
javac=javac
if [ -x "$jdk/bin/javac" ]; then javac=$jdk/bin/javac; fi

mkdir -p classes/META-INF/services
"$javac" --release 21 -proc:none -cp "$engine" -d classes Greeter.java
# By this file an agent is found; one name a line.
echo Greeter >classes/META-INF/services/io.orchestrator.agent.Agent
