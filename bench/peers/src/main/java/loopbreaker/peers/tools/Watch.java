package loopbreaker.peers.tools;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import loopbreaker.peers.Arguments;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * Watches a peer from outside, the same for all of them: how many outputs a read-committed reader
 * can see, and how many events of the input its group has committed. A line whenever that has
 * changed:
 *
 * <pre>at_ms=... committed=... outputs=...</pre>
 *
 * Ends when all outputs that are expected can be read; that there are no more, `answers` says.
 */
public final class Watch {
  private static final Duration WAIT = Duration.ofMillis(20);
  private static final long COMMITTED_EVERY_MS = 50;

  private final Admin admin;
  private final KafkaConsumer<byte[], byte[]> reader;
  private final String input;
  private final String group;
  /** Sum of the input's first offsets. */
  private final long start;
  private KafkaFuture<Map<TopicPartition, OffsetAndMetadata>> asked;
  private long askedAtMs;
  private long committed;
  private long outputs;

  private Watch(Admin admin, KafkaConsumer<byte[], byte[]> reader, Arguments arguments) {
    this.admin = admin;
    this.reader = reader;
    this.input = arguments.get("input");
    this.group = arguments.get("group");
    List<TopicPartition> inputs = Clients.partitions(reader, List.of(input));
    this.start = reader.beginningOffsets(inputs).values().stream().mapToLong(Long::longValue).sum();
    List<TopicPartition> partitions = Clients.partitions(reader, arguments.list("topics"));
    reader.assign(partitions);
    reader.seekToBeginning(partitions);
  }

  public static void run(Arguments arguments) throws Exception {
    try (Admin admin = Clients.admin(arguments);
        KafkaConsumer<byte[], byte[]> reader = Clients.reader(arguments)) {
      new Watch(admin, reader, arguments).until(arguments.number("expected"));
    }
  }

  private void until(long expected) throws InterruptedException {
    tell();
    while (outputs < expected) {
      int fresh = reader.poll(WAIT).count();
      outputs += fresh;
      if (ask() || fresh > 0) tell();
    }
  }

  /** True when the group's offsets have moved. One question at a time, and the reader does not wait for the answer. */
  private boolean ask() throws InterruptedException {
    long now = System.currentTimeMillis();
    boolean moved = false;
    if (asked != null && asked.isDone()) {
      long before = committed;
      committed = sum(asked);
      moved = committed != before;
      asked = null;
    }
    if (asked == null && now - askedAtMs >= COMMITTED_EVERY_MS) {
      asked = admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata(group);
      askedAtMs = now;
    }
    return moved;
  }

  /** Until the peer has committed for the first time there may be no group. */
  private long sum(KafkaFuture<Map<TopicPartition, OffsetAndMetadata>> offsets) throws InterruptedException {
    try {
      long sum = offsets.get().entrySet().stream()
          .filter(entry -> entry.getKey().topic().equals(input) && entry.getValue() != null)
          .mapToLong(entry -> entry.getValue().offset())
          .sum();
      return Math.max(0, sum - start);
    } catch (ExecutionException e) {
      return committed;
    }
  }

  private void tell() {
    System.out.println("at_ms=" + System.currentTimeMillis() + " committed=" + committed + " outputs=" + outputs);
  }
}
