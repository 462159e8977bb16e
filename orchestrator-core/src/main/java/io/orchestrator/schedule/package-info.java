/**
 * When plans are run by the calendar: cron expressions in a time zone, and what becomes of a firing that is late or that
 * finds the run before it still at work. Pure: no clock, no store.
 *
 * <p>Firings are instants. A local time that a change of the clocks leaves out fires once, at the instant of the change; one
 * that comes twice fires at the first.
 */
@NullMarked
package io.orchestrator.schedule;

import org.jspecify.annotations.NullMarked;
