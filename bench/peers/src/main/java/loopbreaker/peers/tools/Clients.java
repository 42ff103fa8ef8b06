package loopbreaker.peers.tools;

import java.util.List;
import java.util.Map;
import loopbreaker.peers.Arguments;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The clients of the tools: plain readers without a group. */
final class Clients {
  private Clients() {}

  static Admin admin(Arguments arguments) {
    return Admin.create(Map.<String, Object>of("bootstrap.servers", arguments.get("brokers")));
  }

  static KafkaConsumer<byte[], byte[]> reader(Arguments arguments) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers", arguments.get("brokers"),
            "enable.auto.commit", false,
            "isolation.level", "read_committed",
            "fetch.max.wait.ms", 50,
            "max.poll.records", 5000,
            "max.partition.fetch.bytes", 4 << 20);
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  static List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> reader, List<String> topics) {
    return topics.stream()
        .flatMap(topic -> reader.partitionsFor(topic).stream())
        .map(info -> new TopicPartition(info.topic(), info.partition()))
        .toList();
  }
}
