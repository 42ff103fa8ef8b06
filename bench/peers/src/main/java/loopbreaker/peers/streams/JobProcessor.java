package loopbreaker.peers.streams;

import java.util.concurrent.atomic.AtomicBoolean;
import loopbreaker.peers.job.Job;
import loopbreaker.peers.job.Session;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** The job of one partition, with its sessions in the partition's store. */
final class JobProcessor implements Processor<byte[], byte[], byte[], byte[]>, Job.Sessions, Job.Outputs {
  private static final AtomicBoolean BEGUN = new AtomicBoolean();

  private final Job job = new Job(this, this);
  private ProcessorContext<byte[], byte[]> context;
  private KeyValueStore<String, Session> store;
  private Record<byte[], byte[]> record;
  private boolean begun;

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    store = context.getStateStore(JobTopology.SESSIONS);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    if (!begun) begin();
    this.record = record;
    job.process(record.value());
  }

  @Override
  public Session get(String id) {
    return store.get(id);
  }

  @Override
  public void put(String id, Session session) {
    store.put(id, session);
  }

  @Override
  public void delete(String id) {
    store.delete(id);
  }

  @Override
  public void escalation(byte[] json) {
    context.forward(record.withValue(json), JobTopology.ESCALATIONS);
  }

  @Override
  public void summary(byte[] json) {
    context.forward(record.withValue(json), JobTopology.SUMMARIES);
  }

  /** The start of a measurement, for whoever reads this process's output. */
  private void begin() {
    begun = true;
    if (BEGUN.compareAndSet(false, true)) {
      System.out.println("first_record_ms=" + System.currentTimeMillis());
    }
  }
}
