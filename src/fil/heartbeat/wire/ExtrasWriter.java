package fil.heartbeat.wire;

import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes the optional members in their fixed order; absent ones are left out. */
final class ExtrasWriter {
  private final StringBuilder out;

  private ExtrasWriter(StringBuilder out) {
    this.out = out;
  }

  static void write(StringBuilder out, Extras extras) {
    new ExtrasWriter(out).members(extras);
  }

  private void members(Extras extras) {
    text("Client", extras.client());
    text("Version", extras.version());
    if (extras.startTime() != null) {
      text("StartTime", extras.startTime().truncatedTo(ChronoUnit.SECONDS).toString());
    }
    number("NetworkVersion", extras.networkVersion());
    list(
        "Upgrades",
        extras.upgrades(),
        each -> {
          first("Name", each.name());
          number("Height", each.height());
        });
    Extras.Finalized finalized = extras.finalized();
    if (finalized != null) {
      out.append(",\"Finalized\":{\"Height\":").append(finalized.height());
      text("Key", finalized.key());
      out.append('}');
    }
    number("Peers", extras.peers());
    text("BaseFee", extras.baseFee() == null ? null : extras.baseFee().toString());
    number("RpcMillis", extras.rpcMillis());
    list("MinerAddresses", extras.minerAddresses());
    list(
        "Balances",
        extras.balances(),
        each -> {
          first("Address", each.address());
          text("Role", each.role());
          text("AttoFIL", each.attoFil().toString());
          number("Age", each.age());
        });
    list(
        "Proving",
        extras.proving(),
        each -> {
          first("Miner", each.miner());
          number("Deadline", each.deadline());
          number("Open", each.open());
          number("Close", each.close());
          number("Partitions", each.partitions());
          number("Unproven", each.unproven());
          number("Faults", each.faults());
          number("Recovering", each.recovering());
          number("Age", each.age());
        });
    list(
        "PendingMessages",
        extras.pendingMessages(),
        each -> {
          first("Address", each.address());
          number("Count", each.count());
          number("Nonce", each.nonce());
          number("Age", each.age());
        });
  }

  private void first(String name, String value) {
    out.append('"').append(name).append("\":");
    HeartbeatEncoder.string(out, value);
  }

  private void text(String name, @Nullable String value) {
    if (value != null) {
      out.append(',');
      first(name, value);
    }
  }

  private void number(String name, @Nullable Number value) {
    if (value != null) {
      out.append(",\"").append(name).append("\":").append(value);
    }
  }

  private void list(String name, List<String> values) {
    if (!values.isEmpty()) {
      out.append(",\"").append(name).append("\":[");
      for (int at = 0; at < values.size(); at++) {
        out.append(at == 0 ? "" : ",");
        HeartbeatEncoder.string(out, values.get(at));
      }
      out.append(']');
    }
  }

  private <T> void list(String name, List<T> values, Consumer<T> each) {
    if (!values.isEmpty()) {
      out.append(",\"").append(name).append("\":[");
      for (int at = 0; at < values.size(); at++) {
        out.append(at == 0 ? "{" : ",{");
        each.accept(values.get(at));
        out.append('}');
      }
      out.append(']');
    }
  }
}
