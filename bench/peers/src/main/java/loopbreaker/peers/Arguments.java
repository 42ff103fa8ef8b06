package loopbreaker.peers;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** --name value ...; each name that a command asks for must be there. */
public final class Arguments {
  private final Map<String, String> values = new TreeMap<>();

  Arguments(String[] args, int from) {
    if ((args.length - from) % 2 != 0) throw new UsageError("arguments are pairs: --name value");
    for (int i = from; i < args.length; i += 2) {
      if (!args[i].startsWith("--")) throw new UsageError("not an argument: " + args[i]);
      values.put(args[i].substring(2), args[i + 1]);
    }
  }

  public String get(String name) {
    String value = values.get(name);
    if (value == null) throw new UsageError("--" + name + " is missing");
    return value;
  }

  public String get(String name, String otherwise) {
    return values.getOrDefault(name, otherwise);
  }

  public long number(String name) {
    return Long.parseLong(get(name));
  }

  /** Separated by commas. */
  public List<String> list(String name) {
    String value = get(name);
    return value.isEmpty() ? List.of() : List.of(value.split(","));
  }

  /** What the caller of the program did wrong. */
  public static final class UsageError extends RuntimeException {
    private static final long serialVersionUID = 1;

    UsageError(String what) {
      super(what);
    }
  }
}
