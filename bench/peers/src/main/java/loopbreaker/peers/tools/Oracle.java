package loopbreaker.peers.tools;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import loopbreaker.peers.Arguments;
import loopbreaker.peers.job.Job;
import loopbreaker.peers.job.Session;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/** The right answers: the input folded in memory, without stores, transactions or a framework. */
public final class Oracle implements Job.Sessions, Job.Outputs {
  private static final String ESCALATIONS = "escalations";
  private static final String SUMMARIES = "summaries";

  private final Map<String, Session> open = new HashMap<>();
  private final Tally tally = new Tally(List.of(ESCALATIONS, SUMMARIES), "value");

  private Oracle() {}

  public static void run(Arguments arguments) {
    Oracle oracle = new Oracle();
    Job job = new Job(oracle, oracle);
    try (KafkaConsumer<byte[], byte[]> reader = Clients.reader(arguments)) {
      Backlog.read(
          reader,
          Clients.partitions(reader, List.of(arguments.get("input"))),
          record -> job.process(record.value()));
    }
    System.out.println(oracle.tally);
  }

  @Override
  public Session get(String id) {
    return open.get(id);
  }

  @Override
  public void put(String id, Session session) {
    open.put(id, session);
  }

  @Override
  public void delete(String id) {
    open.remove(id);
  }

  @Override
  public void escalation(byte[] json) {
    tally.add(ESCALATIONS, json);
  }

  @Override
  public void summary(byte[] json) {
    tally.add(SUMMARIES, json);
  }
}
