package fil.heartbeat.arch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The walls between the rooms of the house, and the rules that hold in all of them. */
class WallsTest {
  private static final String ROOT = "fil.heartbeat";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  /** They use nothing of ours, and any room but the closed ones may use them. */
  private static final Set<String> OPEN = Set.of("text", "context");

  /** Rooms that stand on what their row names and on nothing else. */
  private static final Set<String> CLOSED = Set.of("text", "context", "multiformats", "wire");

  /**
   * Package (below the root) to the packages of ours that it may use beside itself and the open.
   */
  private static final Map<String, Set<String>> MAY_USE =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry(
                  "cli",
                  Set.of(
                      "app",
                      "swarm",
                      "alert.model",
                      "alert.notify",
                      "alert.sink",
                      "api",
                      "api.access",
                      "chain",
                      "chain.source",
                      "client",
                      "config",
                      "history",
                      "libp2p",
                      "wire")),
              Map.entry(
                  "app",
                  Set.of(
                      "aggregator",
                      "alert",
                      "alert.canary",
                      "alert.model",
                      "alert.sink",
                      "alert.state",
                      "api",
                      "api.access",
                      "chain.source",
                      "config",
                      "fleet",
                      "history",
                      "libp2p",
                      "libp2p.curve",
                      "libp2p.host",
                      "sender")),
              Map.entry("multiformats", Set.of()),
              Map.entry("text", Set.of()),
              Map.entry("context", Set.of()),
              Map.entry("client", Set.of()),
              Map.entry("chain", Set.of("multiformats")),
              Map.entry("libp2p", Set.of("libp2p.curve", "libp2p.protobuf", "multiformats")),
              Map.entry("libp2p.curve", Set.of()),
              Map.entry("libp2p.protobuf", Set.of()),
              Map.entry("libp2p.yamux", Set.of()),
              Map.entry("libp2p.ping", Set.of()),
              Map.entry("libp2p.multistream", Set.of("libp2p")),
              Map.entry("libp2p.noise", Set.of("libp2p", "libp2p.curve", "libp2p.protobuf")),
              Map.entry("libp2p.identify", Set.of("libp2p", "libp2p.protobuf", "multiformats")),
              Map.entry("libp2p.host", Set.of("libp2p", "libp2p.multistream")),
              Map.entry(
                  "libp2p.net",
                  Set.of(
                      "libp2p",
                      "libp2p.host",
                      "libp2p.multistream",
                      "libp2p.noise",
                      "libp2p.yamux",
                      "libp2p.identify",
                      "libp2p.ping")),
              Map.entry("libp2p.jvm", Set.of("libp2p", "libp2p.host")),
              Map.entry("config", Set.of("alert.model", "chain", "client", "fleet", "libp2p")),
              Map.entry("chain.source", Set.of("chain", "client", "config")),
              Map.entry("wire", Set.of()),
              Map.entry("swarm", Set.of("chain", "chain.source", "wire", "config", "libp2p")),
              Map.entry("sender", Set.of("wire", "chain", "client", "config", "libp2p")),
              Map.entry("fleet", Set.of("chain")),
              Map.entry("history", Set.of("fleet", "config")),
              Map.entry("dashboard", Set.of()),
              Map.entry("aggregator", Set.of("fleet", "history", "wire", "chain", "libp2p")),
              Map.entry("alert.model", Set.of()),
              Map.entry("alert.state", Set.of("alert.model", "config", "fleet", "history")),
              Map.entry(
                  "alert.rule",
                  Set.of(
                      "alert.model",
                      "alert.state",
                      "aggregator",
                      "chain",
                      "client",
                      "config",
                      "fleet",
                      "wire")),
              Map.entry(
                  "alert.notify",
                  Set.of("alert.model", "alert.state", "client", "config", "fleet")),
              Map.entry("alert.sink", Set.of("alert.model", "client", "config")),
              Map.entry(
                  "alert.canary", Set.of("alert.model", "client", "config", "libp2p", "wire")),
              Map.entry(
                  "alert",
                  Set.of(
                      "alert.model",
                      "alert.state",
                      "alert.rule",
                      "alert.notify",
                      "aggregator",
                      "fleet",
                      "history",
                      "config")),
              Map.entry("api.http", Set.of("config", "libp2p")),
              Map.entry(
                  "api.access",
                  Set.of(
                      "api.http",
                      "aggregator",
                      "alert",
                      "alert.model",
                      "config",
                      "fleet",
                      "history",
                      "sender",
                      "wire")),
              Map.entry(
                  "api.rest",
                  Set.of(
                      "api.http",
                      "api.access",
                      "aggregator",
                      "alert",
                      "alert.model",
                      "config",
                      "fleet",
                      "history",
                      "wire")),
              Map.entry(
                  "api.feed",
                  Set.of(
                      "api.http",
                      "api.access",
                      "api.rest",
                      "aggregator",
                      "alert",
                      "alert.model",
                      "fleet")),
              Map.entry("api.health", Set.of("api.http", "api.access", "chain", "config", "fleet")),
              Map.entry(
                  "api.metrics",
                  Set.of(
                      "api.http",
                      "api.access",
                      "api.feed",
                      "api.health",
                      "aggregator",
                      "alert",
                      "alert.model",
                      "fleet",
                      "history",
                      "libp2p",
                      "sender",
                      "wire")),
              Map.entry(
                  "api",
                  Set.of(
                      "api.http",
                      "api.access",
                      "api.rest",
                      "api.feed",
                      "api.health",
                      "api.metrics",
                      "aggregator",
                      "alert",
                      "config",
                      "dashboard",
                      "history",
                      "sender"))));

  private static final List<String> CORES =
      List.of("protobuf", "multistream", "noise", "yamux", "identify", "ping");

  static Stream<String> rooms() {
    return MAY_USE.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void aRoomUsesOnlyTheRoomsItMay(String room) {
    Set<String> allowed = new TreeSet<>(MAY_USE.get(room));
    if (!CLOSED.contains(room) && !room.startsWith("libp2p")) {
      allowed.addAll(OPEN);
    }
    DescribedPredicate<JavaClass> foreign =
        new DescribedPredicate<>("a room of ours other than " + allowed) {
          @Override
          public boolean test(JavaClass type) {
            String name = type.getPackageName();
            if (!name.equals(ROOT) && !name.startsWith(ROOT + ".")) {
              return false;
            }
            String other = name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1);
            return !other.equals(room) && !allowed.contains(other);
          }
        };
    check(
        noClasses()
            .that()
            .resideInAPackage(ROOT + "." + room)
            .should()
            .dependOnClassesThat(foreign));
  }

  /** Constants are inlined, so that only the source shows whose they are. */
  @ParameterizedTest
  @MethodSource("rooms")
  void aRoomImportsFromTheRoomsItMayAndARowPermitsNothingElse(String room) throws IOException {
    Set<String> allowed = new TreeSet<>(MAY_USE.get(room));
    allowed.add(room);
    if (!CLOSED.contains(room) && !room.startsWith("libp2p")) {
      allowed.addAll(OPEN);
    }
    Set<String> imported = importedRooms(room);
    assertThat(allowed).as("rooms that %s may use", room).containsAll(imported);

    Set<String> used = new TreeSet<>(imported);
    CLASSES.stream()
        .filter(type -> type.getPackageName().equals(ROOT + "." + room))
        .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
        .map(dependency -> dependency.getTargetClass().getPackageName())
        .filter(name -> name.startsWith(ROOT + "."))
        .forEach(name -> used.add(name.substring(ROOT.length() + 1)));
    assertThat(used).as("rooms that %s uses", room).containsAll(MAY_USE.get(room));
  }

  private static Set<String> importedRooms(String room) throws IOException {
    Pattern line = Pattern.compile("^import (?:static )?fil\\.heartbeat\\.([a-z0-9.]+)\\.[A-Z].*");
    Set<String> rooms = new TreeSet<>();
    Path home = Path.of("src", "fil", "heartbeat").resolve(room.replace('.', '/'));
    try (Stream<Path> files = Files.list(home)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        Files.readAllLines(file).stream()
            .map(line::matcher)
            .filter(Matcher::matches)
            .forEach(found -> rooms.add(found.group(1)));
      }
    }
    return rooms;
  }

  @Test
  void everyRoomHasItsRow() {
    Set<String> rooms =
        CLASSES.stream()
            .map(JavaClass::getPackageName)
            .map(name -> name.equals(ROOT) ? "(the root)" : name.substring(ROOT.length() + 1))
            .collect(java.util.stream.Collectors.toSet());
    assertThat(MAY_USE.keySet()).containsAll(rooms);
  }

  @ParameterizedTest
  @MethodSource("cores")
  void aProtocolCoreHasNoSocketTimerLoggerOrVertx(String core) {
    check(
        noClasses()
            .that()
            .resideInAPackage(ROOT + ".libp2p." + core)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "io.vertx..",
                "io.netty..",
                "org.slf4j..",
                "java.net..",
                "java.nio.channels..",
                "java.util.concurrent.."));
  }

  static Stream<String> cores() {
    return CORES.stream();
  }

  @Test
  void onlyTheShellsTouchSockets() {
    check(
        noClasses()
            .that()
            .resideInAPackage(ROOT + ".libp2p..")
            .and()
            .resideOutsideOfPackages(ROOT + ".libp2p.net", ROOT + ".libp2p.jvm")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx.core.net..", "io.netty.."));
  }

  /** The library could be published by itself tomorrow: it stands on its own and on these. */
  @Test
  void theLibrarySeesNothingOfThisProgram() {
    check(
        classes()
            .that()
            .resideInAnyPackage(ROOT + ".libp2p..", ROOT + ".multiformats")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                ROOT + ".libp2p..",
                ROOT + ".multiformats",
                "java..",
                "javax.crypto..",
                "javax.naming..",
                "com.sun.jna..",
                "com.sun.management",
                "io.netty..",
                "io.vertx.core..",
                "org.bouncycastle..",
                "org.jspecify..",
                "org.slf4j..",
                // What jvm-libp2p and its messages are made of.
                "io.libp2p..",
                "identify.pb..",
                "com.google.protobuf..",
                "kotlin.."));
  }

  @Test
  void theLibraryNamesNothingOfThisProgram() throws IOException {
    Pattern ours =
        Pattern.compile(
            "filecoin|heartbeat|\\bbeats?\\b|aggregator|fleet|keygen|\"libp2p\\.",
            Pattern.CASE_INSENSITIVE);
    for (String room : List.of("libp2p", "multiformats")) {
      try (Stream<Path> files = Files.walk(Path.of("src", "fil", "heartbeat", room))) {
        assertThat(files.filter(file -> file.toString().endsWith(".java")))
            .allSatisfy(
                file ->
                    assertThat(Files.readString(file).replace(ROOT, ""))
                        .doesNotContainPattern(ours));
      }
    }
  }

  @Test
  void namesSayWhatThingsAre() {
    check(
        noClasses()
            .should()
            .haveSimpleNameEndingWith("Impl")
            .orShould()
            .haveSimpleNameEndingWith("Util")
            .orShould()
            .haveSimpleNameEndingWith("Utils")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .orShould()
            .haveSimpleNameEndingWith("Manager"));
  }

  @Test
  void nobodySleepsOrPrints() {
    check(
        noClasses()
            .should()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callMethod(Thread.class, "sleep", long.class, int.class));
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".cli")
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err"));
  }

  /** Entries for whoever embeds them, and the clock itself; a sink goes by its receiver's time. */
  private static final Set<String> MAY_READ_THE_WALL =
      Set.of(
          "aggregator.AggregatorVerticle",
          "aggregator.Clocks",
          "alert.canary.CanaryVerticle",
          "alert.canary.DeadmanVerticle",
          "alert.sink.HttpSink");

  private static final Set<String> WALL =
      Set.of(
          "java.time.InstantSource.system",
          "java.time.Clock.systemUTC",
          "java.time.Clock.systemDefaultZone",
          "java.time.Clock.system",
          "java.time.Instant.now",
          "java.time.ZonedDateTime.now",
          "java.time.LocalDateTime.now",
          "java.time.OffsetDateTime.now",
          "java.lang.System.currentTimeMillis",
          "java.util.Date.<init>");

  /** A clock that is set would be noticed nowhere else than where the one clock is asked. */
  @Test
  void theClockIsReadWhereItIsHandedIn() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(ROOT + ".aggregator..", ROOT + ".alert..", ROOT + ".fleet..")
            .should()
            .accessTargetWhere(
                new DescribedPredicate<JavaAccess<?>>("the wall, but for " + MAY_READ_THE_WALL) {
                  @Override
                  public boolean test(JavaAccess<?> access) {
                    String by = access.getOriginOwner().getName().substring(ROOT.length() + 1);
                    boolean may =
                        MAY_READ_THE_WALL.contains(by)
                            && access.getOrigin().getName().equals("<init>");
                    String target =
                        access.getTargetOwner().getName() + "." + access.getTarget().getName();
                    return WALL.contains(target) && !may;
                  }
                }));
  }

  /** Whoever answers gets what it tells from {@code Hiding}, and so can tell no more. */
  @Test
  void whatIsHiddenComesToNobodyWhoAnswers() {
    check(
        noClasses()
            .that()
            .resideInAPackage(ROOT + ".api..")
            .and()
            .haveSimpleNameNotStartingWith("Hiding")
            .and()
            .doNotHaveSimpleName("ApiVerticle")
            .and()
            .doNotHaveSimpleName("AggregatorReads")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName(ROOT + ".history.History")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName(ROOT + ".api.access.AggregatorReads"));
  }

  /** Verticles run in processes of others: only the program of its own ends its process. */
  @Test
  void nobodyButTheProgramEndsTheProcess() {
    check(
        noClasses()
            .that()
            .haveSimpleNameNotStartingWith("ProcessGuard")
            .and()
            .doNotHaveSimpleName("Main")
            .and()
            .doNotHaveSimpleName("Halt")
            .should()
            .callMethod(Runtime.class, "halt", int.class)
            .orShould()
            .callMethod(Runtime.class, "exit", int.class)
            .orShould()
            .callMethod(System.class, "exit", int.class));
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".cli")
            .should()
            .dependOnClassesThat()
            .haveSimpleNameStartingWith("ProcessGuard"));
  }

  /** Asked on its context, answered on the caller's: one class does it. */
  @Test
  void oneClassAnswersOnTheContextOfTheCaller() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".context")
            .should()
            .callMethod(Vertx.class, "currentContext"));
  }

  @Test
  void everyPackageIsNullMarked() {
    check(
        classes().that().haveSimpleName("package-info").should().beAnnotatedWith(NullMarked.class));
    Set<String> marked =
        CLASSES.stream()
            .filter(type -> type.getSimpleName().equals("package-info"))
            .map(JavaClass::getPackageName)
            .collect(java.util.stream.Collectors.toSet());
    assertThat(CLASSES.stream().map(JavaClass::getPackageName)).allMatch(marked::contains);
  }

  @Test
  void noFileIsLongerThan400Lines() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".java")))
          .allSatisfy(file -> assertThat(Files.readAllLines(file)).hasSizeLessThanOrEqualTo(400));
    }
  }

  @Test
  void noTestSleeps() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src-test", "fil"))) {
      String sleep = "Thread." + "sleep";
      assertThat(files.filter(file -> file.toString().endsWith(".java")))
          .allSatisfy(file -> assertThat(Files.readString(file)).doesNotContain(sleep));
    }
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(CLASSES);
  }
}
