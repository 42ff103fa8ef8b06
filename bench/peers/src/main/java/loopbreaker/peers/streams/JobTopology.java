package loopbreaker.peers.streams;

import loopbreaker.peers.job.Session;
import loopbreaker.peers.job.SessionCodec;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** events → job (persistent, cached, logged store) → escalations, summaries. */
final class JobTopology {
  static final String SESSIONS = "sessions";
  static final String ESCALATIONS = "escalations";
  static final String SUMMARIES = "summaries";

  private JobTopology() {}

  static Topology of(String input, String escalations, String summaries) {
    ByteArrayDeserializer in = new ByteArrayDeserializer();
    ByteArraySerializer out = new ByteArraySerializer();
    return new Topology()
        .addSource("events", in, in, input)
        .addProcessor("job", JobProcessor::new, "events")
        .addStateStore(sessions(), "job")
        .addSink(ESCALATIONS, escalations, out, out, "job")
        .addSink(SUMMARIES, summaries, out, out, "job");
  }

  private static StoreBuilder<KeyValueStore<String, Session>> sessions() {
    Serde<Session> session =
        Serdes.serdeFrom(
            (topic, value) -> value == null ? null : SessionCodec.encode(value),
            (topic, bytes) -> bytes == null ? null : SessionCodec.decode(bytes));
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(SESSIONS), Serdes.String(), session)
        .withCachingEnabled();
  }
}
