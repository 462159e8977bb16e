@NullMarked
package io.orchestrator.cli;

import org.jspecify.annotations.NullMarked;
