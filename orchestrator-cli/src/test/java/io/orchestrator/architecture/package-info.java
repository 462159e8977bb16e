/**
 * Rules about the code that the compiler does not know: which part may know which, where a library or a clock may be
 * used, and how the files look. They stand in this module because it sees all others.
 *
 * <p>An exception from a rule is named in the rule, with its reason. A rule that looks at nothing fails, so that a
 * renamed package cannot switch it off.
 */
@NullMarked
package io.orchestrator.architecture;

import org.jspecify.annotations.NullMarked;
