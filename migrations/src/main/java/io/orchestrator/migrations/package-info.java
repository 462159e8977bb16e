/**
 * The schema. The SQL files of {@code migrations/sql} stand beside this package on the class path; Flyway applies them,
 * the jOOQ code is generated from a database they were applied to, and operators may run them by hand.
 */
@NullMarked
package io.orchestrator.migrations;

import org.jspecify.annotations.NullMarked;
