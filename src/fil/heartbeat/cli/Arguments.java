package fil.heartbeat.cli;

import fil.heartbeat.config.Similar;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A command and its options, as typed. */
record Arguments(Command command, Map<String, String> options) {

  /** Invalid arguments; the message says what is expected. */
  static final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
      super(message);
    }
  }

  /** The commands. */
  enum Command {
    RUN(
        "run",
        "run the roles of the config (the default)",
        List.of("--config FILE    default ./config.json")),
    CHECK(
        "check",
        "print every fault of the config, and what is not there now; connect to nothing",
        List.of(
            "--config FILE  default ./config.json",
            "--strict       what is not there now (files, folders, ports) is a fault too")) {
      @Override
      boolean takesValue(String option) {
        return !option.equals("--strict");
      }
    },
    DOCTOR(
        "doctor",
        "walk from each node of the config to a heartbeat stream at each target, one line a step",
        List.of(
            "--config FILE       default ./config.json",
            "--node NAME         only this node",
            "--target MULTIADDR  instead of the targets of the config",
            "--beat              beat once too, as a test that changes no node")) {
      @Override
      boolean takesValue(String option) {
        return !option.equals("--beat");
      }
    },
    BACKUP(
        "backup",
        "copy the aggregator's history into FILE while it is in use",
        List.of("--config FILE    default ./config.json"),
        Optional.of("FILE")),
    RESTORE(
        "restore",
        "put a copy made by backup in place, while the aggregator is stopped",
        List.of(
            "--config FILE  default ./config.json",
            "--force        move a history that is there aside"),
        Optional.of("FILE")) {
      @Override
      boolean takesValue(String option) {
        return !option.equals("--force");
      }
    },
    ALERT_TEST(
        "alert test",
        "send a test notification to one sink, and say what happened",
        List.of("--config FILE  default ./config.json", "--sink NAME    of alerts.sinks")),
    LOGIN_LINK(
        "login-link",
        "print a link that logs a browser in, once and soon, where http.auth is off",
        List.of("--config FILE    default ./config.json")),
    PEER_ID(
        "peer-id",
        "print nickname and peer id of each node of the config; make nothing",
        List.of("--config FILE  default ./config.json", "--key FILE     of this key file instead")),
    KEYGEN(
        "keygen",
        "make the keys of the config that are missing, and print as peer-id does",
        List.of(
            "--config FILE  default ./config.json",
            "--key FILE     this key file alone",
            "--type TYPE    of a new key: ed25519 (default), rsa, secp256k1 or ecdsa")),
    SWARM(
        "swarm",
        "load an aggregator with many virtual nodes on the simulated chain",
        List.of(
            "--target MULTIADDR    where to beat; again, or with commas, for several aggregators",
            "--nodes N             virtual nodes, each with a key and a connection of its own",
            "--source ADDRESS      local IP to dial from; again, or with commas, for several",
            "--beat-period 3s      between beats of a node, 1ms to 24h",
            "--duration 60s        then all disconnect and the summary is printed",
            "--fork PERCENT        of the nodes: on a branch without a block of the main chain",
            "--lag PERCENT         of the nodes: 8 epochs late",
            "--silent PERCENT      of the nodes: connected, but silent after 15 beats",
            "--churn PER_MINUTE    disconnections a minute among the healthy rest",
            "--old-version PERCENT        of the nodes: two older releases",
            "--unready PERCENT            of the nodes: do not know the next upgrade",
            "--isolated PERCENT           of the nodes: 1 to 3 peers",
            "--finality-stuck PERCENT     of the nodes: finality stands still, 45 epochs late",
            "--finality-conflict PERCENT  of the nodes: finalize tipsets of the other branch",
            "--low-balance PERCENT        of the nodes: 1.2 FIL left, 0.01 less each epoch",
            "--unproven PERCENT           of the nodes: a partition that is never proven",
            "--stuck-messages PERCENT     of the nodes: two messages wait for ever",
            "--faulty PERCENT             of the nodes: three sectors become faulty",
            "--restarting PERCENT         of the nodes: start again each minute",
            "--recover-after DURATION     then all of these troubles end, such as 30m",
            "--seed N              of keys, names and shares, default 1; never of the chain",
            "--libp2p NAME         built-in (default), or jvm-libp2p in a jar that has it")) {
      @Override
      boolean takesSeveral(String option) {
        return option.equals("--target") || option.equals("--source");
      }
    };

    private final String word;
    private final String summary;
    private final List<String> options;
    private final Optional<String> operand;

    Command(String word, String summary, List<String> options) {
      this(word, summary, options, Optional.empty());
    }

    Command(String word, String summary, List<String> options, Optional<String> operand) {
      this.word = word;
      this.summary = summary;
      this.options = options;
      this.operand = operand;
    }

    /** Whether the option may be repeated; the values are joined with commas. */
    boolean takesSeveral(String ignoredOption) {
      return false;
    }

    /** Whether a value follows; an option without one is a flag. */
    boolean takesValue(String ignoredOption) {
      return true;
    }

    private List<String> words() {
      return List.of(word.split(" ", -1));
    }

    private List<String> optionNames() {
      return options.stream().map(option -> option.substring(0, option.indexOf(' '))).toList();
    }

    /** The help text of this command. */
    String usage() {
      StringBuilder text = new StringBuilder("usage: heartbeat ").append(word).append(" [options]");
      operand.ifPresent(name -> text.append(' ').append(name));
      text.append('\n');
      text.append("  ").append(summary).append('\n');
      options.forEach(option -> text.append("  ").append(option).append('\n'));
      return text.append("  --help\n").toString();
    }
  }

  /** The parsed command line, including {@code --help} and {@code --version}. */
  sealed interface Request {
    /** Print the text and exit. */
    record Print(String text) implements Request {}

    /** Run the command. */
    record Do(Arguments arguments) implements Request {}
  }

  static Request parse(List<String> words, String version) throws UsageException {
    if (words.contains("--version")) {
      return new Request.Print("filecoin-heartbeat " + version + "\n");
    }
    boolean named = !words.isEmpty() && !words.get(0).startsWith("-");
    Command command = named ? command(words) : Command.RUN;
    if (words.contains("--help") || words.contains("-h")) {
      return new Request.Print(named ? command.usage() : help());
    }
    List<String> rest = named ? words.subList(command.words().size(), words.size()) : words;
    return new Request.Do(new Arguments(command, options(command, rest)));
  }

  Optional<String> option(String name) {
    return Optional.ofNullable(options.get(name));
  }

  /** The first word of a command of two words is enough for its help. */
  private static Command command(List<String> words) throws UsageException {
    String word = words.get(0);
    Optional<String> meant = Optional.empty();
    for (Command command : Command.values()) {
      List<String> whole = command.words();
      if (whole.get(0).equals(word)) {
        List<String> typed = words.subList(0, Math.min(whole.size(), words.size()));
        if (typed.equals(whole) || words.contains("--help") || words.contains("-h")) {
          return command;
        }
        word = String.join(" ", typed);
        meant = Optional.of(command.word);
      }
    }
    List<String> known = java.util.Arrays.stream(Command.values()).map(each -> each.word).toList();
    Optional<String> near = Similar.to(word, known);
    throw new UsageException(
        "command: "
            + word
            + " (expected: "
            + meant.or(() -> near).orElse("one of " + String.join(", ", known))
            + "); see heartbeat --help");
  }

  private static Map<String, String> options(Command command, List<String> words)
      throws UsageException {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      int equals = word.indexOf('=');
      String name = equals > 0 ? word.substring(0, equals) : word;
      if (command.operand.isPresent() && !word.startsWith("-")) {
        if (options.put(command.operand.get(), word) != null) {
          throw new UsageException(
              word + ": one too many; see heartbeat " + command.word + " --help");
        }
        continue;
      }
      if (!command.optionNames().contains(name)) {
        throw new UsageException(
            "option: "
                + word
                + " (expected: "
                + String.join(", ", command.optionNames())
                + "); see heartbeat "
                + command.word
                + " --help");
      }
      String value;
      if (!command.takesValue(name)) {
        if (equals > 0) {
          throw new UsageException(
              word + ": (expected: no value); see heartbeat " + command.word + " --help");
        }
        value = "";
      } else if (equals > 0) {
        value = word.substring(equals + 1);
      } else if (i + 1 < words.size()) {
        value = words.get(++i);
      } else {
        throw new UsageException(
            name + ": (missing) (expected: a value); see heartbeat " + command.word + " --help");
      }
      String before = options.put(name, value);
      if (before != null && command.takesSeveral(name)) {
        options.put(name, before + "," + value);
      } else if (before != null) {
        throw new UsageException(
            name + ": given twice (expected: once); see heartbeat " + command.word + " --help");
      }
    }
    if (command.operand.isPresent() && !options.containsKey(command.operand.get())) {
      throw new UsageException(
          command.operand.get() + ": (missing); see heartbeat " + command.word + " --help");
    }
    return options;
  }

  private static String help() {
    StringBuilder text = new StringBuilder("usage: heartbeat [command] [options]\n\n");
    for (Command command : Command.values()) {
      text.append(String.format("  %-11s %s%n", command.word, command.summary));
      command.options.forEach(
          option -> text.append("                ").append(option).append('\n'));
    }
    return text.append("\n  --help, --version\n\nThe README has the keys of config.json.\n")
        .toString();
  }
}
