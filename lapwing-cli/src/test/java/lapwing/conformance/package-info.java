/**
 * Makes {@code docs/conformance.md}: which fact about Windows is checked by which of the project's
 * scripts and tests, and how each engine fares.
 *
 * <p>{@code ConformancePageTest} runs the scripts, one JVM for each engine, reads what Surefire has
 * reported about the library's tests on each, and writes the page; in CI it compares instead. The
 * facts are in {@code facts.tsv}.
 */
@NullMarked
package lapwing.conformance;

import org.jspecify.annotations.NullMarked;
