/**
 * The choice of engine, above the engines: the seam does not know who implements it, and the
 * contract does not know who was chosen. Start reading at {@link lapwing.engine.choice.Engines}.
 */
@NullMarked
package lapwing.engine.choice;

import org.jspecify.annotations.NullMarked;
