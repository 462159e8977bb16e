package io.orchestrator.agent;

/** Which of its two streams a program has written a line to. */
public enum Printed {
    STDOUT,
    STDERR
}
