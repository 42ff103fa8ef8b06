package loopbreaker.peers.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventReaderTest {
  private final EventReader reader = new EventReader();
  private final Event event = new Event();

  private boolean read(String json) throws IOException {
    return reader.read(json.getBytes(StandardCharsets.UTF_8), event);
  }

  @Test
  void takes_what_the_job_needs_of_a_message() throws IOException {
    assertTrue(reader.read(Events.message("bot", "Which city?"), event));
    assertEquals(Event.Kind.BOT, event.kind);
    assertEquals("s", event.sessionId);
    assertEquals(2, event.tokens.size);
    assertTrue(reader.read(Events.ended(), event));
    assertEquals(Event.Kind.ENDED, event.kind);
  }

  @Test
  void fields_may_come_in_any_order() throws IOException {
    assertTrue(read("{\"data\": {\"text\": \"hello\", \"participant\": \"customer\", \"session_id\": \"s\"},"
        + " \"time\": \"2026-01-01T00:00:00.000Z\", \"type\": \"conversation.message\"}"));
    assertEquals(Event.Kind.CUSTOMER, event.kind);
    assertEquals(1, event.tokens.size);
  }

  @Test
  void other_types_and_events_without_session_are_left_out() throws IOException {
    assertFalse(reader.read(Events.event("bot.action", ""), event));
    assertFalse(read("{\"type\": \"conversation.ended\", \"data\": {}}"));
    assertFalse(read("[]"));
    assertThrows(IOException.class, () -> read("{\"type\": "));
  }

  @ParameterizedTest
  @ValueSource(strings = {
    "1970-01-01T00:00:00.000Z", "2000-02-29T23:59:59.999Z", "2026-03-01T12:34:56.789Z", "2100-02-28T01:02:03.004Z",
    "2026-01-01T00:00:13Z", "2026-12-31T23:59:59.123456Z"
  })
  void times_are_those_of_the_calendar(String time) throws IOException {
    assertTrue(read("{\"type\": \"conversation.ended\", \"time\": \"" + time + "\", \"data\": {\"session_id\": \"s\"}}"));
    assertEquals(Instant.parse(time).toEpochMilli(), event.timeMs);
  }

  @Test
  void tokens_are_runs_of_letters_digits_and_apostrophes_in_lower_case() throws IOException {
    reader.read(Events.message("customer", "I can't, I CAN'T log-in 24x7"), event);
    int[] spoken = event.tokens.copy();
    assertEquals(5, spoken.length);
    reader.read(Events.message("customer", "24x7 in log can't i"), event);
    assertArrayEquals(spoken, event.tokens.copy());
  }

  @Test
  void a_request_for_a_human_is_heard_across_punctuation_and_beyond_the_set() throws IOException {
    reader.read(Events.message("customer", "Could I talk to... a HUMAN?"), event);
    assertTrue(event.asksForHuman);
    reader.read(Events.message("customer", "a talk to humans"), event);
    assertFalse(event.asksForHuman);
    StringBuilder longText = new StringBuilder();
    for (int i = 0; i < 40; i++) longText.append('w').append(i).append(' ');
    reader.read(Events.message("customer", longText + "real person"), event);
    assertEquals(TokenSet.CAPACITY, event.tokens.size);
    assertTrue(event.asksForHuman);
  }
}
