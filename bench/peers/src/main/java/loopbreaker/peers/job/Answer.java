package loopbreaker.peers.job;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The two kinds of output, as JSON. */
final class Answer {
  private Answer() {}

  static byte[] escalation(Session session, Event event) {
    StringBuilder out = head("peer.escalation", session, event).append(",\"customer_tokens\":[");
    for (int i = 0; i < session.customer.size; i++) {
      if (i > 0) out.append(',');
      list(out, session.customer.sets[i]);
    }
    return bytes(out.append("]}"));
  }

  static byte[] summary(Session session, Event event) {
    return bytes(head("peer.summary", session, event).append('}'));
  }

  private static StringBuilder head(String type, Session session, Event event) {
    StringBuilder out = new StringBuilder(768);
    out.append("{\"type\":\"").append(type).append("\",\"session_id\":\"");
    JsonStringEncoder.getInstance().quoteAsString(event.sessionId, out);
    out.append("\",\"reason\":\"").append(session.escalated.name().toLowerCase(Locale.ROOT)).append('"');
    number(out, "time_ms", event.timeMs);
    number(out, "turns", session.turns);
    number(out, "customer_turns", session.customerTurns);
    number(out, "bot_turns", session.botTurns);
    number(out, "rephrases", session.rephrases);
    number(out, "bot_repeats", session.botRepeats);
    number(out, "cycles", session.cycles);
    number(out, "human_requests", session.humanRequests);
    number(out, "first_ms", session.firstMs);
    number(out, "last_ms", session.lastMs);
    return out;
  }

  private static void number(StringBuilder out, String name, long value) {
    out.append(",\"").append(name).append("\":").append(value);
  }

  private static void list(StringBuilder out, int[] values) {
    out.append('[');
    for (int i = 0; i < values.length; i++) {
      if (i > 0) out.append(',');
      out.append(values[i]);
    }
    out.append(']');
  }

  private static byte[] bytes(StringBuilder out) {
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }
}
