/** Saving points to continue from, and continuing from them. */
@NullMarked
package io.orchestrator.checkpoint;

import org.jspecify.annotations.NullMarked;
