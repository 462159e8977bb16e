/**
 * What people and programs get to see of runs: JSON documents, tables, progress, results.
 *
 * <p>Everything here but {@link io.orchestrator.cli.view.Screen} is a pure function from what the store shows to text, and
 * is tested as such. Text of agents is never trusted: control characters are taken out before it reaches a terminal, and
 * every line is cut to the width there is.
 */
@NullMarked
package io.orchestrator.cli.view;

import org.jspecify.annotations.NullMarked;
