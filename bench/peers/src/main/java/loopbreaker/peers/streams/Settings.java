package loopbreaker.peers.streams;

import java.util.Properties;
import loopbreaker.peers.Arguments;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** The peer's configuration; README.md gives the reason of each line. */
final class Settings {
  private Settings() {}

  static Properties of(Arguments arguments) {
    Properties p = new Properties();
    p.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, arguments.get("brokers"));
    p.put(StreamsConfig.APPLICATION_ID_CONFIG, arguments.get("application"));
    p.put(StreamsConfig.STATE_DIR_CONFIG, arguments.get("state-dir"));
    p.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, arguments.get("commit-ms"));
    p.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, arguments.get("threads"));
    p.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    p.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 64L << 20);
    p.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, RocksMemory.class);
    consumer(p, ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    consumer(p, ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, "node-1");
    consumer(p, ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 2000);
    consumer(p, ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 4 << 20);
    producer(p, ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    producer(p, ProducerConfig.BATCH_SIZE_CONFIG, 128 << 10);
    producer(p, ProducerConfig.BUFFER_MEMORY_CONFIG, 128L << 20);
    return p;
  }

  private static void consumer(Properties p, String name, Object value) {
    p.put(StreamsConfig.consumerPrefix(name), value);
  }

  private static void producer(Properties p, String name, Object value) {
    p.put(StreamsConfig.producerPrefix(name), value);
  }
}
