package loopbreaker.peers.tools;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Everything that is in some partitions at this moment. */
final class Backlog {
  private static final Duration WAIT = Duration.ofMillis(100);

  private Backlog() {}

  static void read(
      KafkaConsumer<byte[], byte[]> reader,
      Collection<TopicPartition> partitions,
      Consumer<ConsumerRecord<byte[], byte[]>> take) {
    reader.assign(partitions);
    reader.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = new HashMap<>(reader.endOffsets(partitions));
    while (true) {
      // A position also passes the markers of transactions, which no record shows.
      ends.entrySet().removeIf(end -> reader.position(end.getKey()) >= end.getValue());
      if (ends.isEmpty()) return;
      for (ConsumerRecord<byte[], byte[]> record : reader.poll(WAIT)) take.accept(record);
    }
  }
}
