package loopbreaker.peers.job;

/** FNV-1a: of 32 bits for tokens, of 64 for the checksum of answers. */
public final class Fnv {
  static final int START_32 = 0x811c9dc5;

  private Fnv() {}

  static int add(int hash, int b) {
    return (hash ^ b) * 0x01000193;
  }

  public static long of(byte[] bytes, int from, int to) {
    long hash = 0xcbf29ce484222325L;
    for (int i = from; i < to; i++) hash = (hash ^ (bytes[i] & 0xff)) * 0x100000001b3L;
    return hash;
  }
}
