package fil.heartbeat.sender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.config.ConfigException;
import fil.heartbeat.config.LockFile;
import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyFileException;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.testing.Await;
import fil.heartbeat.testing.FakeHost;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class SharedHostsTest {
  @TempDir Path folder;

  private Vertx vertx;
  private SenderFixture bench;

  @BeforeEach
  void setUp(Vertx vertx) {
    this.vertx = vertx;
    bench = new SenderFixture(vertx);
  }

  private String deploy(String target, Path keyFile) throws Exception {
    return bench.deploy(
        new HeartbeatVerticle(FakeHostProvider.NAME, HostConfig.DEFAULT), config(target, keyFile));
  }

  private static JsonObject config(String target, Path keyFile) {
    return new JsonObject().put("beatTarget", target).put("keyFile", keyFile.toString());
  }

  private static String anyTarget() {
    return "/ip4/192.0.2.1/tcp/9081/p2p/" + Identity.generate(KeyType.ED25519).peerId();
  }

  private List<FakeHost> hosts() {
    return List.copyOf(FakeHostProvider.made(vertx));
  }

  @Test
  void sendersOfOneKeyFileShareAHostUntilTheLastLeaves() throws Exception {
    Path key = folder.resolve("a.key");
    String first = deploy(anyTarget(), key);
    String second = deploy(anyTarget(), folder.resolve("x/../a.key"));
    assertThat(hosts()).hasSize(1);
    FakeHost host = hosts().get(0);
    assertThat(bench.snapshot())
        .allSatisfy(status -> assertThat(status.localPeerId()).contains(host.peerId().toString()));
    bench.undeploy(first);
    assertThat(host.closes).hasValue(0);
    bench.undeploy(second);
    assertThat(host.closes).hasValue(1);
    assertThat(SharedHosts.of(vertx).size()).isZero();
    String third = deploy(anyTarget(), key);
    assertThat(hosts()).hasSize(2);
    assertThat(hosts().get(1).peerId()).isEqualTo(host.peerId());
    bench.undeploy(third);
  }

  /** Only a daemon locks its keys, because it uses them alone. */
  @Test
  void anEmbeddedSenderTakesNoLock() throws Exception {
    Path key = folder.resolve("a.key");
    String sender;
    try (LockFile elsewhere = LockFile.take(folder.resolve("b.key.lock"))) {
      assertThat(elsewhere).isNotNull();
      sender = deploy(anyTarget(), folder.resolve("b.key"));
    }
    String other = deploy(anyTarget(), key);
    try (Stream<Path> all = Files.list(folder)) {
      assertThat(all.map(each -> each.getFileName().toString()))
          .containsExactlyInAnyOrder("a.key", "b.key", "b.key.lock");
    }
    bench.undeploy(sender);
    bench.undeploy(other);
  }

  @Test
  void sendersThatStartTogetherShareAHostToo() throws Exception {
    Path key = folder.resolve("a.key");
    List<Future<String>> deployments =
        Stream.generate(SharedHostsTest::anyTarget)
            .limit(20)
            .map(
                target ->
                    vertx.deployVerticle(
                        new HeartbeatVerticle(FakeHostProvider.NAME, HostConfig.DEFAULT),
                        new io.vertx.core.DeploymentOptions().setConfig(config(target, key))))
            .toList();
    assertThat(Await.done(Future.all(deployments)).size()).isEqualTo(20);
    assertThat(hosts()).hasSize(1);
  }

  @Test
  void eachKeyFileHasItsOwnHost() throws Exception {
    String target = anyTarget();
    assertThat(deploy(target, folder.resolve("a.key"))).isNotEmpty();
    assertThat(deploy(target, folder.resolve("b.key"))).isNotEmpty();
    assertThat(hosts()).hasSize(2);
    assertThat(bench.snapshot()).hasSize(2);
  }

  /** So that one turn of a loop serves many of them. */
  @Test
  void sendersOfOneKeyBeatAtOneMomentOfTheirPeriod() {
    SharedHosts shared = SharedHosts.of(vertx);
    SharedHosts.Lease one = lease(shared, "a.key");
    SharedHosts.Lease same = lease(shared, "a.key");
    List<Long> moments = new ArrayList<>();
    for (long now : new long[] {0, System.nanoTime(), Long.MAX_VALUE / 2}) {
      for (long period : new long[] {1, 3_000, 86_400_000}) {
        long wait = one.untilBeat(period, now);
        assertThat(wait).isBetween(0L, period - 1).isEqualTo(same.untilBeat(period, now));
        long next = now + Duration.ofMillis(wait + period).toNanos();
        assertThat(one.untilBeat(period, next)).isZero();
      }
    }
    for (int other = 0; other < 20; other++) {
      moments.add(lease(shared, "other-" + other + ".key").untilBeat(3_000, 0));
    }
    assertThat(moments.stream().distinct()).hasSizeGreaterThan(10);
  }

  private SharedHosts.Lease lease(SharedHosts shared, String key) {
    return shared.acquire(vertx, folder.resolve(key), FakeHostProvider.NAME, HostConfig.DEFAULT);
  }

  @Test
  void aSecondSenderOfOneTargetAndKeyFailsAndDoesNotCloseTheFirstsHost() throws Exception {
    Path key = folder.resolve("a.key");
    String target = anyTarget();
    String first = deploy(target, key);
    assertThatThrownBy(() -> deploy(target, key)).cause().isInstanceOf(ConfigException.class);
    assertThat(hosts().get(0).closes).hasValue(0);
    bench.undeploy(first);
    assertThat(hosts().get(0).closes).hasValue(1);
  }

  @Test
  void aCopyOfAKeyFileIsOneIdentity() throws Exception {
    Path key = folder.resolve("a.key");
    String target = anyTarget();
    assertThat(deploy(target, key)).isNotEmpty();
    Path copy = Files.copy(key, folder.resolve("copy.key"));
    assertThatThrownBy(() -> deploy(target, copy)).cause().isInstanceOf(ConfigException.class);
    assertThat(hosts().get(1).closes).hasValue(1);
    assertThat(SharedHosts.of(vertx).size()).isEqualTo(1);
  }

  @Test
  void anUnreadableKeyFailsTheDeployment() throws Exception {
    Path key = Files.writeString(folder.resolve("a.key"), "no key");
    assertThatThrownBy(() -> deploy(anyTarget(), key))
        .cause()
        .isInstanceOf(KeyFileException.class)
        .hasMessageContaining("a.key");
    assertThat(SharedHosts.of(vertx).size()).isZero();
    assertThat(bench.snapshot()).isEmpty();
  }

  @Test
  void anUnknownImplementationFailsTheDeployment() {
    assertThatThrownBy(
            () ->
                bench.deploy(
                    new HeartbeatVerticle("no such thing", HostConfig.DEFAULT),
                    config(anyTarget(), folder.resolve("a.key"))))
        .cause()
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("libp2p.implementation: no such thing (expected: built-in");
    assertThat(folder.resolve("a.key")).doesNotExist();
  }

  @Test
  void anInvalidConfigFailsTheDeployment() {
    assertThatThrownBy(
            () ->
                bench.deploy(
                    new HeartbeatVerticle(),
                    new JsonObject().put("beatPeriod", "5").put("beatTraget", "x")))
        .cause()
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("beatPeriod: 5")
        .hasMessageContaining("beatTraget");
  }

  @Test
  void aHundredDeploymentsLeaveNoHost() throws Exception {
    Path key = folder.resolve("a.key");
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      ids.add(deploy(anyTarget(), key));
      if (i % 2 == 1) {
        bench.undeploy(ids.remove(0));
        bench.undeploy(ids.remove(0));
      }
    }
    assertThat(hosts()).hasSize(50).allSatisfy(host -> assertThat(host.closes).hasValue(1));
    assertThat(SharedHosts.of(vertx).size()).isZero();
    assertThat(bench.snapshot()).isEmpty();
  }
}
