/**
 * Benchmarks: JMH for a method, load programs for a system.
 *
 * <p>What lives here: one class for each question asked. Who calls it: nobody but its own command
 * line. Where to start: {@link lapwing.bench.Main}.
 */
@NullMarked
package lapwing.bench;

import org.jspecify.annotations.NullMarked;
