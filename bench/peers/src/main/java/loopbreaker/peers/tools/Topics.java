package loopbreaker.peers.tools;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import loopbreaker.peers.Arguments;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.common.Node;

/** The topics of a run: made for it, measured, deleted after it. */
public final class Topics {
  private Topics() {}

  /** Fails when one is there: nothing is written to what was not made here. */
  public static void create(Arguments arguments) throws Exception {
    int partitions = (int) arguments.number("partitions");
    try (Admin admin = Clients.admin(arguments)) {
      admin.createTopics(
              arguments.list("topics").stream()
                  .map(name -> new NewTopic(name, Optional.of(partitions), Optional.empty()))
                  .toList())
          .all()
          .get();
    }
  }

  public static void delete(Arguments arguments) throws Exception {
    try (Admin admin = Clients.admin(arguments)) {
      Set<String> topics = new TreeSet<>(arguments.list("topics"));
      topics.retainAll(admin.listTopics().names().get());
      admin.deleteTopics(topics).all().get();
      for (String group : arguments.list("groups")) deleteGroup(admin, group);
    }
  }

  /** Static members, as all peers have them, stay in their group when they stop: they are put out first. */
  private static void deleteGroup(Admin admin, String group) throws InterruptedException {
    try {
      if (!admin.describeConsumerGroups(List.of(group)).all().get().get(group).members().isEmpty()) {
        admin.removeMembersFromConsumerGroup(group, new RemoveMembersFromConsumerGroupOptions()).all().get();
      }
      admin.deleteConsumerGroups(List.of(group)).all().get();
    } catch (ExecutionException e) {
      System.err.println("group " + group + " was not deleted: " + e.getCause().getMessage());
    }
  }

  /** TOPIC=BYTES for each, all replicas. */
  public static void sizes(Arguments arguments) throws Exception {
    Set<String> topics = new TreeSet<>(arguments.list("topics"));
    try (Admin admin = Clients.admin(arguments)) {
      List<Integer> brokers = admin.describeCluster().nodes().get().stream().map(Node::id).toList();
      Map<Integer, Map<String, LogDirDescription>> folders = admin.describeLogDirs(brokers).allDescriptions().get();
      for (String topic : topics) System.out.println(topic + "=" + bytes(folders, topic));
    }
  }

  private static long bytes(Map<Integer, Map<String, LogDirDescription>> folders, String topic) {
    return folders.values().stream()
        .flatMap(broker -> broker.values().stream())
        .flatMap(folder -> folder.replicaInfos().entrySet().stream())
        .filter(replica -> replica.getKey().topic().equals(topic))
        .mapToLong(replica -> replica.getValue().size())
        .sum();
  }
}
