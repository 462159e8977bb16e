/** Commands of development, added to the program when this module is on the class path; operators' images lack it. */
@NullMarked
package io.orchestrator.lab;

import org.jspecify.annotations.NullMarked;
