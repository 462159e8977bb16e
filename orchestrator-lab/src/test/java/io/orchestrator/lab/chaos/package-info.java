/** The fault suite's own parts, and a short run of it. */
@NullMarked
package io.orchestrator.lab.chaos;

import org.jspecify.annotations.NullMarked;
