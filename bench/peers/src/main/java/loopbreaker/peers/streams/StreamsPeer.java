package loopbreaker.peers.streams;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import loopbreaker.peers.Arguments;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/** The peer as a process: runs until it is told to stop. */
public final class StreamsPeer {
  private StreamsPeer() {}

  public static void run(Arguments arguments) throws InterruptedException {
    String input = arguments.get("input");
    String escalations = arguments.get("escalations");
    String summaries = arguments.get("summaries");
    KafkaStreams streams =
        new KafkaStreams(JobTopology.of(input, escalations, summaries), Settings.of(arguments));
    streams.setUncaughtExceptionHandler(
        error -> {
          error.printStackTrace();
          return StreamThreadExceptionResponse.SHUTDOWN_APPLICATION;
        });
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      streams.close(Duration.ofSeconds(20));
      stopped.countDown();
    }));
    streams.start();
    stopped.await();
  }
}
