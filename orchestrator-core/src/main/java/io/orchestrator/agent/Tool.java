package io.orchestrator.agent;

/**
 * What plans name as a {@code tool}: the same as an {@link Agent} in all but the names, of which tools have their own.
 * Found through {@link java.util.ServiceLoader}, or registered in code.
 */
@FunctionalInterface
public interface Tool extends Agent {}
