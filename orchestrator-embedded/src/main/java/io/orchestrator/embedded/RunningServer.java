package io.orchestrator.embedded;

/** A server process and the port of 127.0.0.1 it listens on. */
record RunningServer(ProcessIdentity process, int port) {}
