package fil.heartbeat.testing;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Every moment on the wall's clock that an object holds, itself or through others of this program,
 * by the field that it is in.
 */
public final class HeldTimes {
  private final Set<Class<?>> not;
  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Map<String, List<Instant>> times = new TreeMap<>();
  private final Set<String> fields = new TreeSet<>();

  private HeldTimes(Set<Class<?>> not) {
    this.not = not;
  }

  /**
   * @param not what is not looked into
   */
  public static HeldTimes of(Object root, Set<Class<?>> not) {
    HeldTimes held = new HeldTimes(not);
    held.look(root.getClass().getSimpleName(), root);
    return held;
  }

  /** Field to the moments in it, in an order that stays while nothing but moments changes. */
  public Map<String, List<Instant>> times() {
    return times;
  }

  /** Fields of type {@code Instant} of all that was looked into in which none was. */
  public Set<String> empty() {
    Set<String> empty = new TreeSet<>(fields);
    empty.removeAll(times.keySet());
    return empty;
  }

  private void look(String name, @Nullable Object value) {
    if (value instanceof Instant at) {
      times.computeIfAbsent(name, first -> new ArrayList<>()).add(at);
    } else if (value instanceof Optional<?> optional) {
      look(name, optional.orElse(null));
    } else if (value instanceof Map<?, ?> map) {
      map.forEach(
          (key, held) -> {
            look(name, key);
            look(name, held);
          });
    } else if (value instanceof Collection<?> all) {
      all.forEach(each -> look(name, each));
    } else if (value instanceof Object[] all) {
      for (Object each : all) {
        look(name, each);
      }
    } else if (value != null
        && value.getClass().getName().startsWith("fil.heartbeat.")
        && !value.getClass().isHidden()
        && not.stream().noneMatch(each -> each.isInstance(value))
        && seen.add(value)) {
      inside(value);
    }
  }

  private void inside(Object value) {
    for (Class<?> type = value.getClass(); type != null; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
          String name = type.getSimpleName() + "." + field.getName();
          if (field.getType().equals(Instant.class)) {
            fields.add(name);
          }
          if (type.getName().startsWith("fil.heartbeat.")) {
            look(name, read(field, value));
          }
        }
      }
    }
  }

  private static @Nullable Object read(Field field, Object of) {
    try {
      field.setAccessible(true);
      return field.get(of);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
