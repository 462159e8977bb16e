/**
 * When plans are run by the calendar: cron expressions in a time zone, and what becomes of a firing that is late or that
 * finds the run before it still at work. Pure: no clock, no store.
 *
 * <p>Firings are instants. A time of the day that a change of the clocks leaves out fires once, at the instant of the change;
 * one that comes twice fires at the first. A rhythm goes on by elapsed time.
 *
 * <p>Expressions are read here and by no library: what is there joins the days of {@code 0 0 *}{@code /2 * 1} by "or" where
 * cron joins them by "and", and accepts days that never come.
 */
@NullMarked
package io.orchestrator.schedule;

import org.jspecify.annotations.NullMarked;
