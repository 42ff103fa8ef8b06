package loopbreaker.peers.tools;

import java.util.List;
import java.util.Map;
import loopbreaker.peers.Arguments;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** What is in the input. The topic's id and its number of events say whether answers learnt before are still right. */
public final class Input {
  private Input() {}

  public static void run(Arguments arguments) throws Exception {
    String topic = arguments.get("input");
    try (Admin admin = Clients.admin(arguments);
        KafkaConsumer<byte[], byte[]> reader = Clients.reader(arguments)) {
      var description = admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
      List<TopicPartition> partitions = Clients.partitions(reader, List.of(topic));
      System.out.println(
          "topic_id=" + description.topicId()
              + " partitions=" + partitions.size()
              + " events=" + events(reader, partitions));
    }
  }

  /** Offsets that are there; the input is taken to be written without transactions. */
  private static long events(KafkaConsumer<byte[], byte[]> reader, List<TopicPartition> partitions) {
    Map<TopicPartition, Long> starts = reader.beginningOffsets(partitions);
    return reader.endOffsets(partitions).entrySet().stream()
        .mapToLong(end -> end.getValue() - starts.get(end.getKey()))
        .sum();
  }
}
