/**
 * What stress tests share. The tests are in the packages of what they test, each with its actors; a
 * test of an outcome that must not be fails the build that runs it.
 */
@NullMarked
package lapwing.stress;

import org.jspecify.annotations.NullMarked;
