package fil.heartbeat.chain.source;

import fil.heartbeat.chain.source.Question.Topic;
import fil.heartbeat.chain.source.RpcException.Kind;
import fil.heartbeat.config.Tell;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a node one question at a time, on a connection of its own, so that none delays a head. It
 * asks nothing while the node gives no head.
 */
final class RpcHeadMembers implements HeadMembers {
  private static final Logger log = LoggerFactory.getLogger(RpcHeadMembers.class);

  /** A connection that lived shorter than this is no sign of a restart when it ends. */
  private static final long SETTLED_NANOS = Duration.ofMinutes(1).toNanos();

  private static final Duration RATE_LIMITED = Duration.ofMinutes(1);

  /** Miners about which a node is asked; a beat holds no more. */
  private static final int MAX_MINERS = NodeMembers.MAX_PROVING;

  private final Tell tell;
  private final List<String> otherWallets;
  private final String node;
  private final LongSupplier nanoTime;
  private final Runnable closing;
  private final MethodMemory memory;
  private final NodeMembers members = new NodeMembers();
  private final NodeQuestions questions;
  private final QuestionSchedule schedule;
  private final Map<String, Long> failures = new HashMap<>();
  private final Set<Question> failing = new HashSet<>();
  private List<String> miners = List.of();
  private @Nullable ChainHead head;
  private long nextUpgrade = Long.MAX_VALUE;
  private int connections;
  private long connectedAt;
  private boolean asking;

  /**
   * @param rpc a connection that nothing else uses
   * @param otherWallets addresses whose balances are asked too
   * @param node name in log lines
   * @param random numbers from 0 to below 1
   * @param closing closes the connection
   */
  RpcHeadMembers(
      RpcCaller rpc,
      Tell tell,
      List<String> otherWallets,
      String node,
      LongSupplier nanoTime,
      DoubleSupplier random,
      Runnable closing) {
    this.tell = tell;
    this.otherWallets = List.copyOf(otherWallets);
    this.node = node;
    this.nanoTime = nanoTime;
    this.closing = closing;
    this.memory = new MethodMemory(rpc, nanoTime);
    this.questions = new NodeQuestions(memory, tell, otherWallets, members, nanoTime);
    this.schedule = new QuestionSchedule(random, nanoTime.getAsLong());
    this.connectedAt = nanoTime.getAsLong();
    miners(List.of());
  }

  /** Sets the node's miners. */
  void miners(List<String> addresses) {
    miners = addresses.stream().limit(MAX_MINERS).toList();
    members.keepMiners(miners);
    schedule.set(Question.wanted(tell, miners, !otherWallets.isEmpty()), nanoTime.getAsLong());
  }

  @Override
  public void onHead(ChainHead read, int connectionsMade) {
    long now = nanoTime.getAsLong();
    boolean wasUp = head != null;
    head = read;
    if (connections == 0) {
      connections = connectionsMade;
      connectedAt = now;
    } else if (connections != connectionsMade) {
      boolean restarted = !wasUp || now - connectedAt >= SETTLED_NANOS;
      connections = connectionsMade;
      connectedAt = now;
      if (restarted) {
        memory.clear();
        schedule.reconnected(now);
      }
    }
    if (read.height() >= nextUpgrade) {
      schedule.soon(new Question(Topic.UPGRADES, ""), now);
      nextUpgrade = members.nextUpgrade(read.height());
    }
    for (String miner : miners) {
      if (members.hasClosed(miner, read.height()) && !isFailing(miner)) {
        schedule.soon(new Question(Topic.PROVING, miner), now);
      }
    }
  }

  private boolean isFailing(String miner) {
    return failing.contains(new Question(Topic.PROVING, miner));
  }

  @Override
  public void onNoHead(Throwable failure) {
    head = null;
    if (failure instanceof RpcException e && e.kind() == Kind.RATE_LIMITED) {
      schedule.pause(e.retryAfter().orElse(RATE_LIMITED), nanoTime.getAsLong());
    }
  }

  /** Asks what is due; to be called about once a second. */
  void tick() {
    Question question = asking || head == null ? null : schedule.due(nanoTime.getAsLong());
    if (question == null) {
      return;
    }
    asking = true;
    questions
        .ask(question)
        .onComplete(
            answer -> {
              asking = false;
              if (answer.succeeded()) {
                answered(question);
              } else {
                failed(question, answer.cause());
              }
            });
  }

  private void answered(Question question) {
    long now = nanoTime.getAsLong();
    schedule.answered(question, now);
    if (failing.remove(question)) {
      log.info("node answers again node={} question={}", node, question);
    }
    if (question.topic() == Topic.MINER_INFO) {
      schedule.soon(new Question(Topic.WALLETS, question.miner()), now);
    }
    ChainHead present = head;
    if (question.topic() == Topic.UPGRADES && present != null) {
      nextUpgrade = members.nextUpgrade(present.height());
    }
  }

  private void failed(Question question, Throwable failure) {
    Kind kind = failure instanceof RpcException e ? e.kind() : Kind.BAD_ANSWER;
    Duration wait = failure instanceof RpcException e ? e.retryAfter().orElse(null) : null;
    schedule.failed(question, kind, wait, nanoTime.getAsLong());
    failures.merge(kind.label(), 1L, Long::sum);
    if (failing.add(question)) {
      log.info(
          "beats go without this node={} question={} meaning={} cause={}",
          node,
          question,
          kind.label(),
          failure.getMessage());
    }
  }

  @Override
  public void addTo(JsonObject reply, ChainHead read) {
    members.addTo(reply, tell, otherWallets, read.height(), nanoTime.getAsLong());
    addMeasured(reply, tell, read);
    if (!failures.isEmpty()) {
      JsonObject counts = new JsonObject();
      failures.forEach(counts::put);
      reply.put("memberFailures", counts);
    }
  }

  /** Adds what comes with the head. */
  static void addMeasured(JsonObject reply, Tell tell, ChainHead read) {
    if (tell.fees() && read.baseFee() != null) {
      reply.put("baseFee", read.baseFee());
    }
    if (tell.client() && read.rpcMillis() != null) {
      reply.put("rpcMillis", read.rpcMillis());
    }
  }

  @Override
  public void close() {
    closing.run();
  }
}
