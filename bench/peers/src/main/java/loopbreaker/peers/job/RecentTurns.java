package loopbreaker.peers.job;

/** The token sets of the last turns of one side, oldest first. */
final class RecentTurns {
  static final int KEPT = 4;

  final int[][] sets = new int[KEPT][];
  int size;

  /** Is the turn similar to one of these? In any case it is one of them afterwards. */
  boolean similarThenAdd(TokenSet turn, int numerator, int denominator) {
    boolean similar = false;
    for (int i = size - 1; i >= 0 && !similar; i--) {
      similar = turn.similar(sets[i], numerator, denominator);
    }
    add(turn.copy());
    return similar;
  }

  void add(int[] set) {
    if (size == KEPT) {
      System.arraycopy(sets, 1, sets, 0, KEPT - 1);
      size--;
    }
    sets[size++] = set;
  }
}
