@NullMarked
package io.orchestrator.verify;

import org.jspecify.annotations.NullMarked;
