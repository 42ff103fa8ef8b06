package loopbreaker.peers.job;

/** The first distinct tokens of one text, as sorted hashes. Reused from text to text. */
final class TokenSet {
  static final int CAPACITY = 24;

  final int[] hashes = new int[CAPACITY];
  int size;

  void clear() {
    size = 0;
  }

  /** Full sets and known tokens stay as they are. */
  void add(int hash) {
    if (size == CAPACITY) return;
    int at = size;
    while (at > 0 && hashes[at - 1] > hash) at--;
    if (at > 0 && hashes[at - 1] == hash) return;
    System.arraycopy(hashes, at, hashes, at + 1, size - at);
    hashes[at] = hash;
    size++;
  }

  int[] copy() {
    return java.util.Arrays.copyOf(hashes, size);
  }

  /**
   * Is the Jaccard similarity with a sorted set at least numerator / denominator? Sets that share
   * nothing are not similar, not even two empty ones.
   */
  boolean similar(int[] other, int numerator, int denominator) {
    int shared = 0;
    int mine = 0;
    int theirs = 0;
    while (mine < size && theirs < other.length) {
      int a = hashes[mine];
      int b = other[theirs];
      if (a == b) shared++;
      if (a <= b) mine++;
      if (b <= a) theirs++;
    }
    return shared > 0 && denominator * shared >= numerator * (size + other.length - shared);
  }
}
