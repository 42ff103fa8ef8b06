package loopbreaker.peers.tools;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import loopbreaker.peers.Arguments;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/** What was published, or would be: counts and a checksum. */
public final class Answers {
  private Answers() {}

  public static void run(Arguments arguments) throws IOException {
    boolean files = !arguments.get("files", "").isEmpty();
    System.out.println(files ? ofFiles(arguments) : ofTopics(arguments));
  }

  private static Tally ofTopics(Arguments arguments) {
    Tally tally = Tally.of(arguments, "topics");
    try (KafkaConsumer<byte[], byte[]> reader = Clients.reader(arguments)) {
      Backlog.read(
          reader,
          Clients.partitions(reader, arguments.list("topics")),
          record -> tally.add(record.topic(), record.value()));
    }
    return tally;
  }

  private static Tally ofFiles(Arguments arguments) throws IOException {
    Tally tally = Tally.of(arguments, "files");
    for (String file : arguments.list("files")) {
      try (Stream<String> lines = Files.lines(Path.of(file))) {
        lines.forEach(line -> tally.add(file, line.getBytes(StandardCharsets.UTF_8)));
      }
    }
    return tally;
  }
}
