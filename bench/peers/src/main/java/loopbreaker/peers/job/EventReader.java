package loopbreaker.peers.job;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** CloudEvents JSON to Event, in one pass and without a tree. One per thread. */
final class EventReader {
  private static final JsonFactory JSON = new JsonFactory();

  private final Tokenizer tokenizer = new Tokenizer();
  private String type;
  private Event.Kind speaker;

  /** False when the record is of no use to the job. */
  boolean read(byte[] json, Event event) throws IOException {
    type = "";
    speaker = Event.Kind.OTHER;
    event.sessionId = null;
    event.timeMs = 0;
    event.asksForHuman = false;
    event.tokens.clear();
    try (JsonParser parser = JSON.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) return false;
      for (String name; (name = parser.nextFieldName()) != null; ) {
        parser.nextToken();
        switch (name) {
          case "type" -> type = parser.getText();
          case "time" -> event.timeMs = Time.millis(parser);
          case "data" -> data(parser, event);
          default -> parser.skipChildren();
        }
      }
    }
    event.kind = switch (type) {
      case "conversation.message" -> speaker;
      case "conversation.ended" -> Event.Kind.ENDED;
      default -> Event.Kind.NONE;
    };
    return event.sessionId != null && event.kind != Event.Kind.NONE;
  }

  private void data(JsonParser parser, Event event) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) return;
    for (String name; (name = parser.nextFieldName()) != null; ) {
      parser.nextToken();
      switch (name) {
        case "session_id" -> event.sessionId = parser.getText();
        case "participant" -> speaker = speaker(parser.getText());
        case "text" -> event.asksForHuman = tokenizer.read(
            parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength(), event.tokens);
        default -> parser.skipChildren();
      }
    }
  }

  private static Event.Kind speaker(String participant) {
    return switch (participant) {
      case "customer" -> Event.Kind.CUSTOMER;
      case "bot" -> Event.Kind.BOT;
      default -> Event.Kind.OTHER;
    };
  }
}
