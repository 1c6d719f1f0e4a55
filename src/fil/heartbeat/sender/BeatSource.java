package fil.heartbeat.sender;

import static java.util.stream.Collectors.joining;

import fil.heartbeat.chain.FilecoinAddress;
import fil.heartbeat.client.FailureLog;
import fil.heartbeat.config.SenderConfig;
import fil.heartbeat.text.GoDuration;
import fil.heartbeat.wire.Extras;
import fil.heartbeat.wire.Heartbeat;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Collects the content of the next beat from the event bus. A head that is not fresh is never sent:
 * the beat then carries the empty head, which distinguishes "the process lives, but its node does
 * not answer" from silence.
 */
final class BeatSource {

  private record Answer(@Nullable Object body, @Nullable Throwable failure, Instant arrivedAt) {}

  /** What a failed answer of a node can mean. */
  private static final Set<String> REASONS =
      Set.of(
          "not-authorised",
          "no-method",
          "rate-limited",
          "moved",
          "wrong-path",
          "unavailable",
          "node-error",
          "tls",
          "bad-answer");

  private static final Logger log = LoggerFactory.getLogger(BeatSource.class);

  // Codes of the event bus contract.
  private static final int RPC_FAILED = 2;
  private static final int NOT_AUTHORISED = 3;

  private final EventBus bus;
  private final SenderConfig config;
  private final SenderClock clock;
  private final SenderCounters counters;
  private final DeliveryOptions options;
  private final FailureLog headLog = new FailureLog();
  private final FailureLog minerLog = new FailureLog();
  private final LastAnswer lastAnswer = new LastAnswer();
  private @Nullable String lastGenesis;

  BeatSource(
      EventBus bus,
      SenderConfig config,
      SenderTimes times,
      SenderClock clock,
      SenderCounters counters) {
    this.bus = bus;
    this.config = config;
    this.clock = clock;
    this.counters = counters;
    this.options =
        new DeliveryOptions()
            .setSendTimeout(times.request().toMillis())
            .setLocalOnly(!config.clustered());
  }

  /** Builds the next beat. Never fails: unavailable values are left out of the beat and counted. */
  Future<Heartbeat> next() {
    Future<Answer> head = ask(config.headBusAddress());
    Future<Answer> miner = ask(config.minerBusAddress());
    return head.compose(h -> miner.map(m -> beat(h, m)));
  }

  private Future<Answer> ask(String address) {
    Future<Message<Object>> reply;
    try {
      reply = bus.request(address, null, options);
    } catch (RuntimeException e) {
      reply = Future.failedFuture(e);
    }
    return reply.transform(result -> Future.succeededFuture(answer(result)));
  }

  private Answer answer(AsyncResult<Message<Object>> result) {
    return new Answer(
        result.succeeded() ? result.result().body() : null, result.cause(), clock.wall().instant());
  }

  private Heartbeat beat(Answer headAnswer, Answer minerAnswer) {
    HeadReading head = readHead(headAnswer);
    String miner = readMiner(minerAnswer);
    // With a head the answer counts, also when it has none: another chain may answer by now.
    if (head.genesis() != null || !head.head().isEmpty()) {
      lastGenesis = head.genesis();
    }
    Heartbeat beat =
        new Heartbeat(
            lastAnswer.text(head.head()),
            head.height(),
            config.nickname(),
            miner,
            config.extras() ? lastGenesis : null,
            config.extras() ? head.syncing() : null);
    return head.head().isEmpty() ? beat : beat.with(members(head, headAnswer, minerAnswer));
  }

  /** Without a head there are none: what was sent of them holds until the aggregator forgets it. */
  private Extras members(HeadReading head, Answer headAnswer, Answer minerAnswer) {
    if (!config.extras() || !(headAnswer.body() instanceof JsonObject json)) {
      return Extras.NONE;
    }
    Extras read = lastAnswer.members(json, config.tell());
    if (!read.odd().isEmpty()) {
      counters.headFaults(Collections.nCopies(read.odd().size(), HeadFault.BAD_MEMBER));
      log.debug("odd members node={} members={}", counters.node(), read.odd());
    }
    if (json.getValue("memberFailures") instanceof JsonObject failures) {
      counters.memberFailures(counts(failures));
    }
    Extras.Finalized last = read.finalized();
    boolean above = last != null && last.height() > head.height();
    List<String> miners = minerAddresses(minerAnswer);
    return above || !miners.isEmpty()
        ? read.toBuilder().finalized(above ? null : last).minerAddresses(miners).build()
        : read;
  }

  private static Map<String, Long> counts(JsonObject failures) {
    Map<String, Long> counts = new HashMap<>();
    for (String reason : failures.fieldNames()) {
      if (REASONS.contains(reason) && failures.getValue(reason) instanceof Number count) {
        counts.put(reason, count.longValue());
      }
    }
    return counts;
  }

  /** Of a node with several miners; an address of another form is left out. */
  private static List<String> minerAddresses(Answer answer) {
    if (!(answer.body() instanceof JsonObject json)
        || !(json.getValue("addresses") instanceof JsonArray all)) {
      return List.of();
    }
    List<String> miners =
        all.stream()
            .filter(BeatSource::isAddress)
            .map(Object::toString)
            .distinct()
            .limit(Extras.MAX_ADDRESSES)
            .toList();
    return miners.size() < 2 ? List.of() : miners;
  }

  private HeadReading readHead(Answer answer) {
    HeadReading head =
        answer.failure() == null
            ? HeadReading.of(
                answer.body(),
                answer.arrivedAt(),
                clock.wall().instant(),
                config.headMaxAge(),
                lastAnswer)
            : HeadReading.failed(headFault(answer.failure()));
    if (!head.head().isEmpty() && answer.body() instanceof JsonObject json) {
      Instant asOf = HeadReading.asOf(json, answer.arrivedAt());
      if (asOf != null) {
        counters.headAsOf(asOf);
      }
    }
    if (head.faults().isEmpty()) {
      recovered(headLog, "head is back", config.headBusAddress());
    } else {
      counters.headFaults(head.faults());
      report(
          headLog,
          head.faults().stream().anyMatch(HeadFault::fatal)
              ? "no head to beat with"
              : "head is not complete",
          config.headBusAddress(),
          head.faults().stream().map(HeadFault::label).sorted().collect(joining(",")),
          answer);
    }
    return head;
  }

  private static HeadFault headFault(Throwable failure) {
    if (!(failure instanceof ReplyException reply)) {
      return HeadFault.FAILED;
    }
    return switch (reply.failureType()) {
      case NO_HANDLERS -> HeadFault.NO_HANDLER;
      case TIMEOUT -> HeadFault.TIMEOUT;
      case ERROR -> HeadFault.FAILED;
      case RECIPIENT_FAILURE ->
          switch (reply.failureCode()) {
            case 1 -> HeadFault.NO_HEAD;
            case RPC_FAILED -> HeadFault.RPC_FAILED;
            case NOT_AUTHORISED -> HeadFault.NOT_AUTHORISED;
            default -> HeadFault.FAILED;
          };
    };
  }

  private String readMiner(Answer answer) {
    MinerFault fault = MinerFault.UNREADABLE;
    if (answer.failure() != null) {
      fault = minerFault(answer.failure());
    } else if (answer.body() instanceof JsonObject json && json.containsKey("address")) {
      Object address = json.getValue("address");
      if (address == null || address.equals("") || isAddress(address)) {
        recovered(minerLog, "miner address is back", config.minerBusAddress());
        return address == null ? "" : address.toString();
      }
    }
    counters.minerFault(fault);
    report(minerLog, "no miner address", config.minerBusAddress(), fault.label(), answer);
    return "";
  }

  private void recovered(FailureLog failures, String what, String address) {
    if (failures.succeeded()) {
      log.info(
          "{} node={} target={} bus={}",
          what,
          counters.node(),
          counters.target().address(),
          address);
    }
  }

  private static boolean isAddress(Object value) {
    if (!(value instanceof String text)) {
      return false;
    }
    try {
      return FilecoinAddress.parse(text).toString().equals(text);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private void report(
      FailureLog failures, String what, String address, String reason, Answer answer) {
    long now = clock.nanoTime().getAsLong();
    Level level = isLoggedBySource(answer) ? Level.DEBUG : failures.failed(now);
    Duration lasts = failures.lasting(now);
    String detail = answer.failure() == null ? "" : String.valueOf(answer.failure().getMessage());
    log.atLevel(level)
        .log(
            "{} node={} target={} bus={} reason={}{}{}",
            what,
            counters.node(),
            counters.target().address(),
            address,
            reason,
            level == Level.WARN && !lasts.isZero() ? " for=" + GoDuration.format(lasts) : "",
            detail.isEmpty() ? "" : " cause=" + detail);
  }

  /** A source whose node fails says so itself, once for all targets. */
  private static boolean isLoggedBySource(Answer answer) {
    return answer.failure() instanceof ReplyException reply
        && reply.failureType() == ReplyFailure.RECIPIENT_FAILURE
        && (reply.failureCode() == RPC_FAILED || reply.failureCode() == NOT_AUTHORISED);
  }

  private static MinerFault minerFault(Throwable failure) {
    if (!(failure instanceof ReplyException reply)) {
      return MinerFault.FAILED;
    }
    return switch (reply.failureType()) {
      case NO_HANDLERS -> MinerFault.NO_HANDLER;
      case TIMEOUT -> MinerFault.TIMEOUT;
      case ERROR, RECIPIENT_FAILURE -> MinerFault.FAILED;
    };
  }
}
