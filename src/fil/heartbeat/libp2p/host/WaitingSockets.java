package fil.heartbeat.libp2p.host;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Sockets that wait, served address by address in turn. Guarded by its owner. */
final class WaitingSockets {
  /** Those with waiting sockets, the one whose turn is next first. */
  private final Set<AddressSockets> rotation = new LinkedHashSet<>();

  private int size;

  int size() {
    return size;
  }

  /** Whether sockets of other addresses wait. */
  boolean othersThan(AddressSockets source) {
    return size > source.waiting.size();
  }

  void add(AddressSockets source, ConnectionGuard.Ticket ticket) {
    source.waiting.addLast(ticket);
    rotation.add(source);
    size++;
  }

  void remove(AddressSockets source, ConnectionGuard.Ticket ticket) {
    if (source.waiting.remove(ticket)) {
      removed(source);
    }
  }

  /** The first in turn that may; null when there is none. */
  @Nullable AddressSockets next(Predicate<AddressSockets> may) {
    for (AddressSockets source : rotation) {
      if (may.test(source)) {
        return source;
      }
    }
    return null;
  }

  /** Takes its oldest; its next turn comes after those of all others. */
  ConnectionGuard.Ticket take(AddressSockets source) {
    ConnectionGuard.Ticket oldest = source.waiting.removeFirst();
    rotation.remove(source);
    if (!source.waiting.isEmpty()) {
      rotation.add(source);
    }
    size--;
    return oldest;
  }

  /**
   * The newest of the address that has most, when that has more than a newcomer of the other would
   * make; null when there is none that should make room for it.
   */
  ConnectionGuard.@Nullable Ticket roomFor(AddressSockets newcomer) {
    if (size == rotation.size()) {
      return null;
    }
    AddressSockets most =
        rotation.stream()
            .filter(source -> source != newcomer && !source.exempt)
            .max(Comparator.comparingInt(source -> source.waiting.size()))
            .orElse(null);
    return most == null || most.waiting.size() <= newcomer.waiting.size() + 1
        ? null
        : most.waiting.peekLast();
  }

  private void removed(AddressSockets source) {
    size--;
    if (source.waiting.isEmpty()) {
      rotation.remove(source);
    }
  }
}
