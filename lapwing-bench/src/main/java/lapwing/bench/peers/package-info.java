/**
 * Servers to compare with, each as its users would write it: one thread, buffers used again.
 *
 * <p>What lives here: one class for each library, and nothing of ours. Who calls it: the command
 * line. Where to start: {@link lapwing.bench.peers.Peers}.
 */
@NullMarked
package lapwing.bench.peers;

import org.jspecify.annotations.NullMarked;
