package fil.heartbeat.libp2p.host;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The waiting sockets, served address by address in turn. Guarded by its owner's lock. */
final class WaitingSockets {
  /** The addresses with waiting sockets, the next in turn first. */
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

  /** Returns the first address in turn that may have a slot; null when there is none. */
  @Nullable AddressSockets next(Predicate<AddressSockets> may) {
    for (AddressSockets source : rotation) {
      if (may.test(source)) {
        return source;
      }
    }
    return null;
  }

  /** Takes the oldest socket of an address, whose next turn comes after all others. */
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
   * Returns the newest socket of the address with the most, if that has more than the newcomer's
   * address would have with it; null when none should make room.
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
