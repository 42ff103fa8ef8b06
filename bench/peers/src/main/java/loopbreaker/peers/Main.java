package loopbreaker.peers;

import loopbreaker.peers.streams.StreamsPeer;
import loopbreaker.peers.tools.Answers;
import loopbreaker.peers.tools.Dump;
import loopbreaker.peers.tools.Input;
import loopbreaker.peers.tools.Oracle;
import loopbreaker.peers.tools.Topics;
import loopbreaker.peers.tools.Watch;

/** The peer and the tools; run.sh is what people call. */
public final class Main {
  private static final String USAGE =
      """
      commands, each with --brokers HOST:PORT:
        streams  --input T --escalations T --summaries T --application ID --state-dir D --commit-ms N --threads N
                 the peer; until it is told to stop
        input    --input T                          partitions and events of the input
        oracle   --input T                          the right answers of the reference job, folded in memory
        dump     --input T                          the events to standard output, one per line, partition by partition
        answers  --topics T,... --by value|id       what a read-committed reader finds: counts and a checksum
                 --files F,... --by value|id        the same of files with one output per line
        watch    --input T --topics T,... --group G --expected N
                 tells of progress as a reader sees it, until the outputs are complete
        create   --topics T,... --partitions N
        sizes    --topics T,...                     bytes in the broker's log
        delete   --topics T,... --groups G,...
      """;

  private Main() {}

  public static void main(String[] args) throws Exception {
    try {
      if (args.length == 0) throw new Arguments.UsageError("which command?");
      run(args[0], new Arguments(args, 1));
    } catch (Arguments.UsageError e) {
      System.err.println(e.getMessage() + "\n" + USAGE);
      System.exit(2);
    }
  }

  private static void run(String command, Arguments arguments) throws Exception {
    switch (command) {
      case "streams" -> StreamsPeer.run(arguments);
      case "input" -> Input.run(arguments);
      case "oracle" -> Oracle.run(arguments);
      case "dump" -> Dump.run(arguments);
      case "answers" -> Answers.run(arguments);
      case "watch" -> Watch.run(arguments);
      case "create" -> Topics.create(arguments);
      case "sizes" -> Topics.sizes(arguments);
      case "delete" -> Topics.delete(arguments);
      default -> throw new Arguments.UsageError("no such command: " + command);
    }
  }
}
