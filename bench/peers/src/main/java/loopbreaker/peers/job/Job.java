package loopbreaker.peers.job;

import java.io.IOException;

/**
 * The reference job over one event at a time, wherever the sessions are kept. One per thread.
 */
public final class Job {
  /** Sessions by their id. */
  public interface Sessions {
    /** Null when there is none. */
    Session get(String id);

    void put(String id, Session session);

    void delete(String id);
  }

  /** Takes the outputs. */
  public interface Outputs {
    void escalation(byte[] json);

    void summary(byte[] json);
  }

  private final EventReader reader = new EventReader();
  private final Event event = new Event();
  private final Sessions sessions;
  private final Outputs outputs;

  public Job(Sessions sessions, Outputs outputs) {
    this.sessions = sessions;
    this.outputs = outputs;
  }

  /** Records that cannot be read are left out; a product would have a place for them. */
  public void process(byte[] json) {
    try {
      if (!reader.read(json, event)) return;
    } catch (IOException e) {
      return;
    }
    Session session = sessions.get(event.sessionId);
    if (event.kind == Event.Kind.ENDED) {
      if (session == null) return;
      outputs.summary(Answer.summary(session, event));
      sessions.delete(event.sessionId);
      return;
    }
    if (session == null) session = new Session();
    if (session.message(event)) outputs.escalation(Answer.escalation(session, event));
    sessions.put(event.sessionId, session);
  }
}
