package loopbreaker.peers.job;

import java.nio.charset.StandardCharsets;

/** Events of one session as the input has them. */
final class Events {
  private Events() {}

  static byte[] message(String participant, String text) {
    return event("conversation.message",
        ", \"participant\": \"" + participant + "\", \"text\": \"" + text + "\", \"channel\": \"web\"");
  }

  static byte[] ended() {
    return event("conversation.ended", ", \"reason\": {\"by\": [\"customer\"]}");
  }

  static byte[] event(String type, String data) {
    return ("{\"specversion\": \"1.0\", \"id\": \"e\", \"source\": \"test\", \"type\": \"" + type
            + "\", \"time\": \"2026-01-01T00:00:13.815Z\", \"data\": {\"session_id\": \"s\"" + data + "}}")
        .getBytes(StandardCharsets.UTF_8);
  }
}
