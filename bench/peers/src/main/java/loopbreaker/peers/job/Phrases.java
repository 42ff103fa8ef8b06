package loopbreaker.peers.job;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The ways to ask for a human that the job knows, found while tokens pass by. */
final class Phrases {
  private static final String[] REQUESTS = {
    "speak to a human", "talk to a human", "speak with a human", "talk with a human",
    "real person", "real human", "human being", "human agent", "live agent",
    "talk to an agent", "speak to an agent", "speak with an agent",
    "talk to someone", "speak to someone", "speak with someone",
    "customer service representative", "speak to a representative", "talk to a representative",
    "talk to a person", "speak to a manager",
  };

  /** No phrase has more tokens; a power of two. */
  private static final int LONGEST = 4;

  private static final int BUCKETS = 256;

  /** Phrases by the low bits of their last token; null for almost every token. */
  private static final int[][][] BY_LAST_TOKEN = new int[BUCKETS][][];

  static {
    for (String request : REQUESTS) {
      int[] phrase = Arrays.stream(request.split(" ")).mapToInt(Phrases::hash).toArray();
      if (phrase.length > LONGEST) throw new AssertionError(request);
      int bucket = phrase[phrase.length - 1] & (BUCKETS - 1);
      int[][] there = BY_LAST_TOKEN[bucket];
      there = there == null ? new int[1][] : Arrays.copyOf(there, there.length + 1);
      there[there.length - 1] = phrase;
      BY_LAST_TOKEN[bucket] = there;
    }
  }

  private final int[] latest = new int[LONGEST];
  private int seen;
  private boolean found;

  private static int hash(String word) {
    int hash = Fnv.START_32;
    for (byte b : word.getBytes(StandardCharsets.US_ASCII)) hash = Fnv.add(hash, b);
    return hash;
  }

  void clear() {
    seen = 0;
    found = false;
  }

  void next(int token) {
    latest[seen++ & (LONGEST - 1)] = token;
    int[][] candidates = BY_LAST_TOKEN[token & (BUCKETS - 1)];
    if (candidates == null || found) return;
    for (int[] phrase : candidates) found |= endsWith(phrase);
  }

  boolean found() {
    return found;
  }

  private boolean endsWith(int[] phrase) {
    if (phrase.length > seen) return false;
    for (int i = 0; i < phrase.length; i++) {
      if (latest[(seen - phrase.length + i) & (LONGEST - 1)] != phrase[i]) return false;
    }
    return true;
  }
}
