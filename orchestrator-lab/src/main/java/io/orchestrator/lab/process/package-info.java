/**
 * The engine's services as processes of their own, started from the class path of this one: for those who throw faults at
 * them, and for those who measure them.
 */
@NullMarked
package io.orchestrator.lab.process;

import org.jspecify.annotations.NullMarked;
