/**
 * The engine on {@code java.nio}'s selectors: for systems without io_uring, and containers that
 * deny it. The same outcomes as the engine on io_uring, at a higher price.
 *
 * <p>Only {@code lapwing.engine.choice} calls in, through {@link
 * lapwing.engine.selector.SelectorEngine}, whose Javadoc lists what {@code java.nio} cannot do.
 * Start reading at {@link lapwing.engine.selector.SelectorLoop}: its essay says which thread does
 * what.
 */
@NullMarked
package lapwing.engine.selector;

import org.jspecify.annotations.NullMarked;
