package fil.heartbeat.chain.source;

import fil.heartbeat.chain.source.GatedCaller.NotMadeException;
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
  private final QuestionSchedule schedule;
  private final Map<String, Long> failures = new HashMap<>();
  private final Set<Question> failing = new HashSet<>();

  /** What the node last said of itself, by member; another version or start is a restart. */
  private final Map<String, Object> itself = new HashMap<>();

  private List<String> miners = List.of();
  private NodeMembers members;
  private NodeQuestions questions;

  /** Chains that answered so far; what was asked of an earlier one is not taken. */
  private int chains;

  private @Nullable String genesis;
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
    this.schedule = new QuestionSchedule(random, nanoTime.getAsLong());
    this.members = new NodeMembers();
    this.questions = questions(members);
    this.connectedAt = nanoTime.getAsLong();
    miners(List.of());
  }

  private NodeQuestions questions(NodeMembers own) {
    int chain = chains;
    RpcCaller gated = new GatedCaller(memory, () -> chain == chains && mayAsk());
    return new NodeQuestions(gated, tell, otherWallets, own, nanoTime);
  }

  private boolean mayAsk() {
    return head != null && !schedule.isPaused(nanoTime.getAsLong());
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
    if (read.genesis() != null) {
      if (genesis != null && !genesis.equals(read.genesis())) {
        anotherChain(now);
      }
      genesis = read.genesis();
    }
    if (connections == 0) {
      connections = connectionsMade;
      connectedAt = now;
    } else if (connections != connectionsMade) {
      boolean restarted = !wasUp || now - connectedAt >= SETTLED_NANOS;
      connections = connectionsMade;
      connectedAt = now;
      // Else a proxy may go on to the node before.
      memory.renew();
      if (restarted) {
        restarted(now);
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
    tick();
  }

  /** The node may be a newer release. */
  private void restarted(long now) {
    memory.clear();
    schedule.restarted(now);
  }

  /** Nothing that the chain before had is true of this one. */
  private void anotherChain(long now) {
    chains++;
    members = new NodeMembers();
    questions = questions(members);
    memory.clear();
    memory.renew();
    itself.clear();
    nextUpgrade = Long.MAX_VALUE;
    schedule.again(now);
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

  /** Asks what is due; to be called about once a second, and called with each head. */
  void tick() {
    Question question = asking || head == null ? null : schedule.due(nanoTime.getAsLong());
    if (question == null) {
      return;
    }
    asking = true;
    int chain = chains;
    questions
        .ask(question)
        .onComplete(
            answer -> {
              asking = false;
              if (chain == chains) {
                ended(question, answer.cause());
              }
            });
  }

  private void ended(Question question, @Nullable Throwable failure) {
    if (question.topic() == Topic.VERSION) {
      boolean otherVersion = hasChanged("version");
      boolean otherStart = hasChanged("startTime");
      if (otherVersion || otherStart) {
        restarted(nanoTime.getAsLong());
      }
    }
    if (failure == null) {
      answered(question);
    } else if (!(failure instanceof NotMadeException)) {
      failed(question, failure);
    }
  }

  /** Whether the node says something else of itself than when it last did. */
  private boolean hasChanged(String member) {
    Object told = members.get(member);
    Object before = told == null ? null : itself.put(member, told);
    return before != null && !before.equals(told);
  }

  private void answered(Question question) {
    long now = nanoTime.getAsLong();
    schedule.answered(question, now);
    if (failing.remove(question)) {
      log.info("node answers again node={} question={}", node, question.label());
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
          question.label(),
          kind.label(),
          failure.getMessage());
    }
  }

  @Override
  public void addTo(JsonObject reply, ChainHead read) {
    // A head of which it is not known which chain it is of may be that of another.
    if (read.genesis() != null || genesis == null) {
      members.addTo(reply, tell, otherWallets, read.height(), nanoTime.getAsLong());
    }
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
