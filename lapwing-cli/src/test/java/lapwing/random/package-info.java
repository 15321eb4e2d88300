/**
 * Random testing of the contract: sequences of calls that a generator makes up, carried out on real
 * sockets and on a model, which must agree after every call.
 *
 * <p>{@code RandomCallsTest} starts one JVM for each engine and compares what they report. Where to
 * start: {@code Model} is a Winsock of a few hundred lines, {@code Rules} says what each call may
 * return, {@code Sequence} runs and compares.
 */
@NullMarked
package lapwing.random;

import org.jspecify.annotations.NullMarked;
