package loopbreaker.peers.tools;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import loopbreaker.peers.Arguments;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** A topic as lines, one partition after the other, so that order within each is kept. */
public final class Dump {
  private Dump() {}

  public static void run(Arguments arguments) throws IOException {
    try (KafkaConsumer<byte[], byte[]> reader = Clients.reader(arguments);
        OutputStream out = new BufferedOutputStream(System.out, 1 << 20)) {
      for (TopicPartition partition : Clients.partitions(reader, List.of(arguments.get("input")))) {
        Backlog.read(reader, List.of(partition), record -> write(out, record.value()));
      }
    }
  }

  private static void write(OutputStream out, byte[] json) {
    // In JSON a line break is white space: inside strings it is escaped.
    for (int i = 0; i < json.length; i++) {
      if (json[i] == '\n' || json[i] == '\r') json[i] = ' ';
    }
    try {
      out.write(json);
      out.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
