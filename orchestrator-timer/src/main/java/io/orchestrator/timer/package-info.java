/**
 * Durable waiting. Timers are rows; any number of timer services share them, and each firing is one transaction with its
 * effect. The service sleeps until the next instant that is due, is woken by a hint when an earlier one was set, and looks
 * at least every so often in case a hint was lost.
 */
@NullMarked
package io.orchestrator.timer;

import org.jspecify.annotations.NullMarked;
