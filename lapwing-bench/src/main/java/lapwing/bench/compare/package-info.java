/**
 * The comparison: servers or proxies that take turns under the same load.
 *
 * <p>What lives here: the starting of processes, the order of windows, the table. Who calls it: the
 * command line. Where to start: {@link lapwing.bench.compare.Comparison}.
 */
@NullMarked
package lapwing.bench.compare;

import org.jspecify.annotations.NullMarked;
