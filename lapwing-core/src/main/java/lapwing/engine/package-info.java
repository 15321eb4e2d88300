/**
 * The seam between the contract and the system: what a socket engine must be able to do, and
 * nothing about how.
 *
 * <p>An {@link lapwing.engine.Engine} opens {@link lapwing.engine.Endpoint}s (transport ends that
 * know nothing of Winsock's states) and {@link lapwing.engine.Loop}s (where {@link
 * lapwing.engine.Operation}s run). An operation ends exactly once, by a call of its {@code ended}
 * method on the thread that leads its loop. What is to be done at a time is a {@link
 * lapwing.engine.Timer} of a loop. Nothing here assumes descriptors. Only the rooms above may call
 * in. Start reading at {@link lapwing.engine.Operation}.
 */
@NullMarked
package lapwing.engine;

import org.jspecify.annotations.NullMarked;
