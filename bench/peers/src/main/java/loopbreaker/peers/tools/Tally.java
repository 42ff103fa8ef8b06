package loopbreaker.peers.tools;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import loopbreaker.peers.Arguments;
import loopbreaker.peers.job.Fnv;

/**
 * Counts outputs by kind, and adds up the FNV-1a 64 of each: of all its bytes, or of its id alone,
 * where the rest names offsets that a file does not have. The order does not matter.
 */
final class Tally {
  private static final JsonFactory JSON = new JsonFactory();

  private final List<String> kinds;
  private final long[] counts;
  private final boolean byId;
  private long checksum;

  Tally(List<String> kinds, String by) {
    if (!by.equals("id") && !by.equals("value")) throw new IllegalArgumentException("--by value or id, not " + by);
    this.kinds = new ArrayList<>(kinds);
    this.counts = new long[kinds.size()];
    this.byId = by.equals("id");
  }

  static Tally of(Arguments arguments, String kinds) {
    return new Tally(arguments.list(kinds), arguments.get("by"));
  }

  void add(String kind, byte[] output) {
    counts[kinds.indexOf(kind)]++;
    byte[] bytes = byId ? id(output).getBytes(StandardCharsets.UTF_8) : output;
    checksum += Fnv.of(bytes, 0, bytes.length);
  }

  /** counts=A,B,... in the order of the kinds, then the checksum. */
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder("counts=");
    long all = 0;
    for (int i = 0; i < counts.length; i++) {
      out.append(i > 0 ? "," : "").append(counts[i]);
      all += counts[i];
    }
    return out + " outputs=" + all + " checksum=" + String.format("%016x", checksum);
  }

  private static String id(byte[] json) {
    try (JsonParser parser = JSON.createParser(json)) {
      parser.nextToken();
      for (String name; (name = parser.nextFieldName()) != null; ) {
        parser.nextToken();
        if (name.equals("id")) return parser.getText();
        parser.skipChildren();
      }
      throw new IllegalArgumentException("an output without id");
    } catch (IOException e) {
      throw new IllegalArgumentException("an output that is no JSON", e);
    }
  }
}
