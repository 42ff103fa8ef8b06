package loopbreaker.peers.job;

/** What the job needs of one conversation event. Reused from event to event. */
public final class Event {
  public enum Kind {
    CUSTOMER,
    BOT,
    /** A message of somebody else: an agent, the system. */
    OTHER,
    ENDED,
    /** Nothing that the job looks at. */
    NONE
  }

  Kind kind;
  String sessionId;
  long timeMs;
  final TokenSet tokens = new TokenSet();
  boolean asksForHuman;
}
