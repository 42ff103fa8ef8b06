package loopbreaker.peers.job;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;

/** RFC 3339 to milliseconds since 1970. java.time is left to unusual forms: it is slow. */
final class Time {
  private Time() {}

  static long millis(JsonParser parser) throws IOException {
    char[] text = parser.getTextCharacters();
    int at = parser.getTextOffset();
    if (parser.getTextLength() == 24 && text[at + 19] == '.' && text[at + 23] == 'Z') {
      return common(text, at);
    }
    try {
      return OffsetDateTime.parse(parser.getText()).toInstant().toEpochMilli();
    } catch (DateTimeException e) {
      throw new IOException(e);
    }
  }

  /** 2026-01-01T00:00:13.815Z */
  private static long common(char[] text, int at) {
    long days = days(number(text, at, 4), number(text, at + 5, 2), number(text, at + 8, 2));
    long minutes = (days * 24 + number(text, at + 11, 2)) * 60 + number(text, at + 14, 2);
    return minutes * 60_000 + number(text, at + 17, 2) * 1000L + number(text, at + 20, 3);
  }

  /** Days since 1970 of a date in the Gregorian calendar, counted from March, so that the leap day is last. */
  private static long days(int year, int month, int day) {
    int y = month > 2 ? year : year - 1;
    int sinceMarch = (month + 9) % 12;
    return 365L * y + y / 4 - y / 100 + y / 400 + (153 * sinceMarch + 2) / 5 + day - 719_469;
  }

  private static int number(char[] text, int from, int digits) {
    int value = 0;
    for (int i = from; i < from + digits; i++) value = value * 10 + text[i] - '0';
    return value;
  }
}
