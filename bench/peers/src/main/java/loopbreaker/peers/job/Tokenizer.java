package loopbreaker.peers.job;

/** Text to tokens: longest runs of ASCII letters, digits and apostrophes, in lower case. */
final class Tokenizer {
  /** A character as it is hashed; 0 separates tokens. */
  private static final byte[] LOWER = new byte[128];

  static {
    for (char c = 'a'; c <= 'z'; c++) {
      LOWER[c] = (byte) c;
      LOWER[Character.toUpperCase(c)] = (byte) c;
    }
    for (char c = '0'; c <= '9'; c++) LOWER[c] = (byte) c;
    LOWER['\''] = '\'';
  }

  private final Phrases phrases = new Phrases();

  /** Fills the set; true when the text asks for a human. */
  boolean read(char[] text, int from, int length, TokenSet set) {
    set.clear();
    phrases.clear();
    int hash = Fnv.START_32;
    boolean inside = false;
    for (int i = from; i < from + length; i++) {
      char c = text[i];
      int lower = c < LOWER.length ? LOWER[c] : 0;
      if (lower != 0) {
        hash = Fnv.add(hash, lower);
        inside = true;
      } else if (inside) {
        take(hash, set);
        hash = Fnv.START_32;
        inside = false;
      }
    }
    if (inside) take(hash, set);
    return phrases.found();
  }

  private void take(int token, TokenSet set) {
    set.add(token);
    phrases.next(token);
  }
}
