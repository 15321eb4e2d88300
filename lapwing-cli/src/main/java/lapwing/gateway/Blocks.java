package lapwing.gateway;

/** The pump blocks of one worker: small ones for messages, large ones for streams. */
final class Blocks {
    /** Bytes of a small block. */
    static final int SMALL = 16 << 10;

    /** Bytes of a large block. */
    static final int LARGE = 128 << 10;

    final Pool<Block> small = new Pool<>(() -> new Block(SMALL));
    final Pool<Block> large = new Pool<>(() -> new Block(LARGE));

    /** An empty block. */
    Block take(boolean forStream) {
        Block block = (forStream ? large : small).take();
        block.empty();
        return block;
    }

    void give(Block block) {
        (block.capacity == LARGE ? large : small).give(block);
    }
}
