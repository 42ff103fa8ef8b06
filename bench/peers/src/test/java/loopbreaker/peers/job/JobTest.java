package loopbreaker.peers.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JobTest implements Job.Outputs {
  /** Sessions are kept as bytes, as in a store that forgets its cache after every event. */
  private static final class Stored implements Job.Sessions {
    final Map<String, byte[]> records = new HashMap<>();

    @Override
    public Session get(String id) {
      byte[] record = records.get(id);
      return record == null ? null : SessionCodec.decode(record);
    }

    @Override
    public void put(String id, Session session) {
      records.put(id, SessionCodec.encode(session));
    }

    @Override
    public void delete(String id) {
      records.remove(id);
    }
  }

  private final Stored stored = new Stored();
  private final Job job = new Job(stored, this);
  private final List<String> escalations = new ArrayList<>();
  private final List<String> summaries = new ArrayList<>();

  @Override
  public void escalation(byte[] json) {
    escalations.add(new String(json, StandardCharsets.UTF_8));
  }

  @Override
  public void summary(byte[] json) {
    summaries.add(new String(json, StandardCharsets.UTF_8));
  }

  private void customer(String text) {
    job.process(Events.message("customer", text));
  }

  private void bot(String text) {
    job.process(Events.message("bot", text));
  }

  @Test
  void two_cycles_of_rephrase_and_repeat_are_a_loop() {
    customer("my card does not work");
    bot("please try again later");
    customer("my card still does not work");
    bot("please try again later");
    assertEquals(0, escalations.size());
    customer("but my card does not work");
    bot("please try again later");
    assertEquals(1, escalations.size());
    assertTrue(escalations.get(0).contains("\"reason\":\"loop\""), escalations.get(0));
    assertTrue(escalations.get(0).contains("\"turns\":6,\"customer_turns\":3,\"bot_turns\":3,\"rephrases\":2,"
        + "\"bot_repeats\":2,\"cycles\":2"), escalations.get(0));
  }

  @Test
  void who_is_understood_is_left_alone() {
    customer("my card does not work");
    bot("I have sent you a new one");
    customer("when does it arrive");
    bot("on Monday");
    customer("thank you very much");
    job.process(Events.ended());
    assertEquals(0, escalations.size());
    assertTrue(summaries.get(0).contains("\"reason\":\"none\""), summaries.get(0));
  }

  @Test
  void a_second_request_for_a_human_escalates_and_a_third_does_not() {
    customer("let me talk to a human");
    bot("how can I help you today");
    customer("a real person please");
    assertEquals(1, escalations.size());
    customer("live agent now");
    assertEquals(1, escalations.size());
    job.process(Events.ended());
    assertTrue(summaries.get(0).contains("\"reason\":\"human_request\""), summaries.get(0));
    assertTrue(summaries.get(0).contains("\"human_requests\":3"), summaries.get(0));
  }

  @Test
  void an_end_deletes_the_session_and_without_one_says_nothing() {
    customer("hello");
    assertEquals(1, stored.records.size());
    job.process(Events.ended());
    job.process(Events.ended());
    assertEquals(0, stored.records.size());
    assertEquals(1, summaries.size());
  }

  @Test
  void what_cannot_be_read_is_left_out() {
    job.process("not json".getBytes(StandardCharsets.UTF_8));
    assertEquals(0, stored.records.size());
  }
}
