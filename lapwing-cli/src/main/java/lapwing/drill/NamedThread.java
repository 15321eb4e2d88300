package lapwing.drill;

import java.util.concurrent.CompletableFuture;

/**
 * A started call.
 *
 * @param outcome what {@code join} waits for
 */
record NamedThread(String name, CompletableFuture<String> outcome) implements Named {}
