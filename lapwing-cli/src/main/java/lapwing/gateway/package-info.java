/**
 * The TCP gateway: AcceptEx with first data, ConnectEx with the same block, two pumps, half-close
 * passed on, DisconnectEx with reuse on both sides.
 *
 * <p>It is an ordinary program over {@code lapwing.winsock}: {@link lapwing.gateway.Gateway} is
 * started by the command line and by tests, nothing else is public but its settings. Everything of
 * one connection belongs to one {@code Worker}, a platform thread with a completion port of
 * concurrency 1, and is touched by no other thread; only {@code Counter} and the stop request cross
 * threads.
 *
 * <p>Start reading at {@code Tunnel}, whose states are the life of one connection; then {@code
 * Accepts} (where tunnels begin), {@code Dial} (towards a backend), {@code Pump} (one direction)
 * and {@code Parting} (the end).
 */
@NullMarked
package lapwing.gateway;

import org.jspecify.annotations.NullMarked;
